"""Collects the documentation site's pages from where they stand in the
repository: docs/, the checks' READMEs, and the options from the program itself.
"""
import json
import os
import posixpath
import re
import shutil
import subprocess

from . import reference

# Section -> pages. A page is a file of the repository, or GENERATED below.
NAVIGATION = [
    ("Home", ["README.md"]),
    ("Tutorials", ["docs/tutorials/check.md", "docs/tutorials/clang-tidy.md",
                   "docs/tutorials/editor.md", "docs/tutorials/stalls.md"]),
    ("Checks", ["@checks"]),
    ("Guides", ["docs/runtime.md", "docs/knowledge.md", "docs/annotations.md",
                "docs/ci.md", "docs/cache.md", "docs/distribution.md",
                "docs/editor.md", "docs/html-report.md",
                "docs/observability/README.md"]),
    ("Reference", ["@commands", "docs/formats.md", "docs/glossary.md"]),
    ("Background", ["docs/comparison.md", "docs/benchmarks.md", "docs/architecture.md",
                    "docs/writing-a-check.md", "CONTRIBUTING.md", "@adr"]),
]
GENERATED = {"@commands": "reference/commands.md", "@checks": "checks/index.md",
             "@adr": "adr/index.md"}
LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\]]*\])+)\]\(([^)\s]+)\)")
MENTION = re.compile(r"(?<!\[)`((?:docs/)?[\w./-]+\.md)`(?!\])")


def site_path(source):
    """Where a page of the repository stands in the site."""
    if source == "README.md":
        return "index.md"
    if source == "CONTRIBUTING.md":
        return "contributing.md"
    match = re.fullmatch(r"checks/rules/([\w-]+)/README\.md", source)
    if match:
        return f"checks/nostall-{match.group(1)}.md"
    path = source.removeprefix("docs/")
    # mkdocs takes a README for the folder's index.
    return re.sub(r"(^|/)README\.md$", r"\1index.md", path)


class BrokenLink(Exception):
    pass


class Pages:
    def __init__(self, source):
        self.source = source
        found = ["README.md", "CONTRIBUTING.md"]
        for top in ("docs", "checks/rules"):
            for folder, _, files in os.walk(os.path.join(source, top)):
                folder = os.path.relpath(folder, source)
                found += [posixpath.join(folder, f) for f in files
                          if f.endswith(".md") and
                          (top == "docs" or f == "README.md")]
        self.pages = {f: site_path(f) for f in sorted(found)}
        self.assets = {"docs/site/extra.css": "extra.css"}

    def target(self, page, link):
        """The site's path for a link, None for a file that the site has not.
        Raises BrokenLink for what does not exist at all."""
        path, _, anchor = link.partition("#")
        if not path:
            return link
        full = posixpath.normpath(posixpath.join(posixpath.dirname(page), path))
        if full == "docs/adr":
            to = GENERATED["@adr"]
        elif full in self.pages:
            to = self.pages[full]
        elif full.startswith("docs/") and \
                os.path.isfile(os.path.join(self.source, full)):
            to = self.assets[full] = full.removeprefix("docs/")
        elif os.path.exists(os.path.join(self.source, full)):
            return None
        else:
            raise BrokenLink(f"{page}: no file {full}")
        here = posixpath.dirname(self.pages[page])
        to = posixpath.relpath(to, here or ".")
        return to + ("#" + anchor if anchor else "")

    def rewritten_line(self, page, line):
        def link(match):
            text, to = match.groups()
            if re.match(r"[a-z]+:", to):
                return match.group(0)
            to = self.target(page, to)
            return f"[{text}]({to})" if to else text

        def mention(match):
            # A document that is only named becomes a link too.
            for base in (posixpath.dirname(page), "docs", ""):
                full = posixpath.normpath(posixpath.join(base, match.group(1)))
                if full in self.pages and full != page:
                    to = self.target(page, posixpath.relpath(
                        full, posixpath.dirname(page) or "."))
                    return f"[{match.group(0)}]({to})"
            return match.group(0)

        return MENTION.sub(mention, LINK.sub(link, line))

    def rewritten(self, page):
        """The page's text with the links of the site; code is left alone."""
        with open(os.path.join(self.source, page), encoding="utf-8") as file:
            lines = file.read().splitlines()
        result, fenced = [], False
        for line in lines:
            if line.lstrip().startswith("```"):
                fenced = not fenced
            code = fenced or line.startswith("    ")
            if not line.startswith("<!-- "):
                result.append(line if code else self.rewritten_line(page, line))
        return "\n".join(result) + "\n"


def write(folder, path, text):
    full = os.path.join(folder, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "w", encoding="utf-8") as file:
        file.write(text)


def title_of(text):
    return next(line[2:] for line in text.splitlines()
                if line.startswith("# ")).replace("`", "")


def index(title, about, entries):
    lines = [f"# {title}", "", about, ""]
    lines += [f"* [{name}]({posixpath.basename(path)})" for name, path in entries]
    return "\n".join(lines) + "\n"


def navigation(pages, texts):
    """The nav of mkdocs; JSON is YAML too."""
    result, used = [], set()
    for section, names in NAVIGATION:
        entries = []
        for name in names:
            path = GENERATED.get(name) or pages.pages[name]
            entry = {title_of(texts[path]): path}
            used.add(path)
            if name in ("@checks", "@adr"):
                below = posixpath.dirname(path) + "/"
                more = [p for p in texts if p.startswith(below) and p != path]
                used.update(more)
                entry = {title_of(texts[path]): [path] + [
                    {title_of(texts[p]): p} for p in sorted(more)]}
            entries.append(entry)
        if section == "Home":
            result.append({"Home": pages.pages["README.md"]})
        else:
            only = list(entries[0].values())[0]
            result.append({section: only if len(entries) == 1 else entries})
    rest = sorted(set(texts) - used - {"index.md"})
    if rest:
        result.append({"More": [{title_of(texts[p]): p} for p in rest]})
    return json.dumps(result)


def generate(source, build, output):
    """Writes OUTPUT/mkdocs.yml and OUTPUT/docs; returns the former's path."""
    pages = Pages(source)
    folder = os.path.join(output, "docs")
    shutil.rmtree(folder, ignore_errors=True)
    texts = {to: pages.rewritten(page) for page, to in pages.pages.items()}
    described = subprocess.run(
        [os.path.join(build, "bin", "nostall"), "describe-cli"], check=True,
        stdout=subprocess.PIPE, text=True)
    texts[GENERATED["@commands"]] = reference.commands(
        json.loads(described.stdout))
    checks = [(title_of(t), p) for p, t in sorted(texts.items())
              if p.startswith("checks/")]
    texts[GENERATED["@checks"]] = index(
        "Checks", "`nostall checks` lists them, `nostall explain NAME` prints "
        "these pages.", checks)
    adr = [(title_of(t), p) for p, t in sorted(texts.items())
           if p.startswith("adr/")]
    texts[GENERATED["@adr"]] = index(
        "Decisions", "What others will ask about: what was decided, why, and "
        "what else was considered.", adr)
    for path, text in texts.items():
        write(folder, path, text)
    for asset, path in pages.assets.items():
        os.makedirs(os.path.dirname(os.path.join(folder, path)), exist_ok=True)
        shutil.copy(os.path.join(source, asset), os.path.join(folder, path))
    with open(os.path.join(source, "docs/site/mkdocs.yml"),
              encoding="utf-8") as file:
        config = file.read()
    write(output, "mkdocs.yml",
          config + "nav: " + navigation(pages, texts) + "\n")
    return os.path.join(output, "mkdocs.yml")
