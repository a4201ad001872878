#!/usr/bin/env python3
"""Compares the findings of `nostall check --format json` with the warnings
that clang-tidy printed for all files of the same program.

usage: same_findings.py FINDINGS.json CLANG-TIDY-OUTPUT
"""
import json
import os
import re
import sys

WARNING = re.compile(r"^(.*?):(\d+):(\d+): warning: (.*) \[(nostall-[\w-]+)\]$")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        from_cli = {(os.path.basename(f["file"]), f["line"], f["column"],
                     f["message"], f["check"])
                    for f in json.load(file)["findings"]}
    with open(sys.argv[2], encoding="utf-8") as file:
        from_tidy = {(os.path.basename(m[1]), int(m[2]), int(m[3]), m[4], m[5])
                     for m in map(WARNING.match, file) if m}
    for finding in sorted(from_cli - from_tidy):
        print("only nostall check:", *finding)
    for finding in sorted(from_tidy - from_cli):
        print("only clang-tidy:", *finding)
    print(f"{len(from_cli & from_tidy)} findings in both")
    sys.exit(0 if from_cli == from_tidy and from_cli else 1)


if __name__ == "__main__":
    main()
