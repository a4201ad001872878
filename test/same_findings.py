#!/usr/bin/env python3
"""Compares the findings of `nostall check --format json` with the warnings
that clang-tidy printed for all files of the same program.

usage: same_findings.py FINDINGS.json CLANG-TIDY-OUTPUT

A finding that several files reach is shown in each of them, at its root there.
"""
import json
import os
import re
import sys

WARNING = re.compile(r"^(.*?):(\d+):(\d+): warning: (.*) \[(nostall-[\w-]+)\]$")


def place(step):
    return os.path.basename(step["file"]), step["line"], step["column"]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        findings = json.load(file)["findings"]
    with open(sys.argv[2], encoding="utf-8") as file:
        warnings = {((os.path.basename(m[1]), int(m[2]), int(m[3])), m[5])
                    for m in map(WARNING.match, file) if m}
    explained, problems = set(), 0
    for finding in findings:
        at = {(p, finding["check"]) for p in
              (place(finding), *map(place, finding["roots"]))}
        if (place(finding), finding["check"]) not in warnings:
            print("only nostall check:", *place(finding), finding["message"])
            problems += 1
        explained |= at
    for warning in sorted(warnings - explained):
        print("only clang-tidy:", *warning)
        problems += 1
    print(f"{len(findings)} findings, {len(warnings)} warnings, "
          f"{problems} problems")
    sys.exit(1 if problems or not findings else 0)


if __name__ == "__main__":
    main()
