#!/usr/bin/env python3
"""Counts the cases of the other tests of this folder, by suite, and holds the
table of README.md against them.

usage: count.py FOLDER

A case is a comment such as `// 910.31 910.34` or `// 910.49 differs: throws`
above a function; each number counts.
"""
import collections
import glob
import os
import re
import sys


def count(folder):
    cases = {}
    for name in sorted(glob.glob(os.path.join(folder, "*.cpp"))):
        with open(name, encoding="utf-8") as file:
            for line in file:
                head = re.fullmatch(r"// ((?:\d+(?:\.\d+)+ ?)+)"
                                    r"(?:differs: ([\w-]+))?\n", line)
                if not head:
                    continue
                for case in head[1].split():
                    if case in cases:
                        sys.exit(f"{name}: {case} stands here twice")
                    cases[case] = head[2]
    return cases


def main():
    folder, = sys.argv[1:]
    suites = collections.defaultdict(collections.Counter)
    for case, why in count(folder).items():
        suites[case.split(".")[0]][why or "agree"] += 1
    with open(os.path.join(folder, "README.md"), encoding="utf-8") as file:
        table = dict(re.findall(r"^\| ASYNC(\d+) \| (.*?) \|$",
                                file.read(), re.M))
    wrong = False
    for suite, counted in sorted(suites.items()):
        differ = [f"{n} {why}" for why, n in sorted(counted.items())
                  if why != "agree"]
        row = (f"{counted.total()} | {counted['agree']} | "
               f"{', '.join(differ) or '-'}")
        print(f"ASYNC{suite}: {row}")
        if table.get(suite) != row:
            wrong = True
            print(f"  README.md says: {table.get(suite)}")
    sys.exit(wrong)


if __name__ == "__main__":
    main()
