"""Looks through the built site. usage: check_site.py OUTPUT SOURCE NOSTALL

Prints every link that leads nowhere, everything that a browser would load from
another machine, and each check whose page is not its README or not what
`nostall explain` prints; then what it has seen.
"""
import glob
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

# Elements that load what they name, and the attribute that names it.
LOADS = {"script": "src", "img": "src", "link": "href", "iframe": "src"}
# <link> only says where these are.
NOT_LOADED = {"canonical", "prev", "next"}


class Page(HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.links, self.loads, self.ids = [], [], set()
        with open(path, encoding="utf-8") as file:
            self.feed(file.read())

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.ids |= {attrs[k] for k in ("id", "name") if attrs.get(k)}
        if tag == "a" and attrs.get("href"):
            self.links.append(attrs["href"])
        if tag in LOADS and attrs.get(LOADS[tag]) and \
                attrs.get("rel") not in NOT_LOADED:
            self.loads.append(attrs[LOADS[tag]])


def check_html(html):
    paths = glob.glob(os.path.join(html, "**", "*.html"), recursive=True)
    pages = {os.path.normpath(p): Page(p) for p in paths}
    links = broken = elsewhere = 0
    for path, page in sorted(pages.items()):
        # The page for what is not found has links from the server's root.
        base = html if path.endswith("404.html") else os.path.dirname(path)
        for link in page.links + page.loads:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                if link in page.loads and parts.scheme != "data":
                    print(f"{path}: loads {link}")
                    elsewhere += 1
                continue
            links += 1
            target = os.path.normpath(os.path.join(
                base, unquote(parts.path).lstrip("/"))) if parts.path else path
            if os.path.isdir(target):
                target = os.path.join(target, "index.html")
            known = pages.get(target)
            if not os.path.exists(target) or (
                    parts.fragment and known and
                    unquote(parts.fragment) not in known.ids and
                    parts.fragment != "__skip"):
                print(f"{path}: {link} leads nowhere")
                broken += 1
    for path in glob.glob(os.path.join(html, "**", "*.css"), recursive=True):
        with open(path, encoding="utf-8") as file:
            for url in re.findall(r"url\(['\"]?(https?:[^)]*)\)", file.read()):
                print(f"{path}: loads {url}")
                elsewhere += 1
    print(f"{len(pages)} pages, {links} links, {broken} broken, "
          f"{elsewhere} from elsewhere")


def without_links(text):
    """The words of a page; its links differ with the place it stands in."""
    return re.sub(r"\[([^\]]+)\]\([^)\s]+\)", r"\1", text)


def check_explanations(docs, source, nostall):
    same = 0
    rules = os.path.join(source, "checks", "rules")
    for name in sorted(os.listdir(rules)):
        readme = os.path.join(rules, name, "README.md")
        if not os.path.exists(readme):
            continue
        with open(readme, encoding="utf-8") as file:
            text = file.read()
        with open(os.path.join(docs, "checks", f"nostall-{name}.md"),
                  encoding="utf-8") as file:
            page = file.read()
        explained = subprocess.run(
            [nostall, "explain", f"nostall-{name}"], check=True,
            stdout=subprocess.PIPE, text=True).stdout
        if explained != text:
            print(f"nostall explain nostall-{name} is not {readme}")
        elif without_links(page) != without_links(text):
            print(f"the page of nostall-{name} is not {readme}")
        else:
            same += 1
    print(f"{same} checks explained as on their pages")


def main():
    output, source, nostall = sys.argv[1:]
    check_html(os.path.join(output, "html"))
    check_explanations(os.path.join(output, "docs"), source, nostall)


if __name__ == "__main__":
    main()
