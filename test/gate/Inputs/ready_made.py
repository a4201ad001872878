#!/usr/bin/env python3
"""The ready-made files of docs/ci: well-formed, and with options that exist.

usage: ready_made.py NOSTALL SOURCE
"""
import os
import re
import subprocess
import sys

import yaml

NOSTALL, SOURCE = sys.argv[1:]
HELP = subprocess.run([NOSTALL, "check", "--help"], check=True,
                      capture_output=True, text=True).stdout
OPTIONS = set(re.findall(r"--[a-z][a-z-]+", HELP))
FORMATS = set(re.search(r"--format FORMAT:\{([^}]*)\}", HELP)[1].split(","))


def commands(text):
    """Of each `nostall check`, with the lines that belong to it."""
    for match in re.finditer(r"nostall check\b", text):
        lines = []
        for line in text[match.start():].splitlines():
            lines.append(line.rstrip("\\ "))
            if not line.endswith("\\") and not (
                    ">-" in text and line.strip().startswith(("nostall", "--"))):
                break
        yield " ".join(lines)


def strings(node):
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        for item in node:
            yield from strings(item)
    elif isinstance(node, str):
        yield node


seen = 0
for name in ("docs/ci/github.yml", "docs/ci/gitlab-ci.yml",
             "docs/ci/pre-commit-config.yaml", ".pre-commit-hooks.yaml"):
    with open(os.path.join(SOURCE, name), encoding="utf-8") as file:
        document = yaml.safe_load(file)
    for text in strings(document):
        for command in commands(text):
            seen += 1
            for option in re.findall(r"(?<=\s)--[a-z][a-z-]+", command):
                assert option in OPTIONS, f"{name}: {option}"
            for form in re.findall(r"--report (\S+?)=", command):
                assert form in FORMATS, f"{name}: {form}"
    print("ok:", name)
with open(os.path.join(SOURCE, ".pre-commit-hooks.yaml"),
          encoding="utf-8") as file:
    hooks = {hook["id"] for hook in yaml.safe_load(file)}
with open(os.path.join(SOURCE, "docs/ci/pre-commit-config.yaml"),
          encoding="utf-8") as file:
    (repository,) = yaml.safe_load(file)["repos"]
assert {hook["id"] for hook in repository["hooks"]} == hooks
print(seen, "commands")
