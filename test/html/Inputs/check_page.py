"""A page holds the documents as they are in the JSON, whatever is in them.

usage: check_page.py PAGE [--findings JSON] [--stalls JSON]
Prints how many lines of source came along, and which files they are of.
"""
import argparse
import html.parser
import json


class Page(html.parser.HTMLParser):
    """The elements that could do anything, and the texts of scripts."""

    def __init__(self, text):
        super().__init__()
        self.elements = []
        self.scripts = {}
        self.current = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        if tag == "script":
            self.current = dict(attrs).get("id", "code")
            self.scripts[self.current] = ""

    def handle_data(self, data):
        if self.current:
            self.scripts[self.current] += data

    def handle_endtag(self, tag):
        self.current = None


def document(path):
    if path is None:
        return None
    with open(path, encoding="utf-8") as file:
        result = json.load(file)
    # What only comparing needs is not in the page.
    if "analysis" in result:
        result["analysis"] = {key: [] for key in result["analysis"]}
    if "call_sites" in result:
        result["call_sites"] = []
    return result


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("page")
    parser.add_argument("--findings")
    parser.add_argument("--stalls")
    arguments = parser.parse_args()
    with open(arguments.page, encoding="utf-8", newline="") as file:
        text = file.read()
    page = Page(text)
    assert page.elements.count("script") == 5, page.elements
    assert "img" not in page.elements, page.elements
    data = {name: page.scripts[f"nostall-{name}"]
            for name in ("findings", "stalls", "sources")}
    for name, content in data.items():
        assert not set(content) & set("<\u2028\u2029"), name
    for name in ("findings", "stalls"):
        expected = document(getattr(arguments, name))
        assert json.loads(data[name]) == expected, name
    # No white space between tokens: reports are large enough.
    assert "\n" not in data["findings"] + data["stalls"]
    for file, parts in sorted(json.loads(data["sources"]).items()):
        for first, lines in parts:
            print(f"{file.rsplit('/', 1)[-1]} {first}-{first + len(lines) - 1}")
            for number, line in enumerate(lines, first):
                print(f"{number}: {line}")


main()
