#!/usr/bin/env python3
"""Holds findings against the marks in a program's sources.

usage: check_planted.py FOLDER FINDINGS.json

`// PLANTED(name): ...` stands at or above the line where the loop stalls:
some finding must have a place there. `// TRAP(name): ...` stands at what only
looks like it: no finding may. Every finding must belong to a mark.
"""
import json
import os
import re
import sys

MARK = re.compile(r"//\s*(PLANTED|TRAP)\(([\w-]+)\)")
COMMENT = re.compile(r"^\s*//")


def marks_of(folder):
    """Yields (kind, name, file, first line, last line): the comment and the
    statement below it."""
    for name in sorted(os.listdir(folder)):
        if not name.endswith((".cpp", ".h")):
            continue
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            lines = file.read().split("\n")
        for index, line in enumerate(lines):
            if match := MARK.search(line):
                last = index
                if COMMENT.match(line):
                    while COMMENT.match(lines[last]):
                        last += 1
                yield (match[1], match[2], name, index + 1, last + 1)


def places(finding):
    """Where the thread stops: the sink, and what else is done there."""
    for step in (finding["sink"], *finding["also"]):
        yield os.path.basename(step["file"]), step["line"]
    if finding["check"] == "nostall-lock-across-suspension":
        for step in finding["trace"]:
            yield os.path.basename(step["file"]), step["line"]


def covers(mark, finding, slack):
    _, _, file, first, last = mark
    return any(at == file and first <= line <= last + slack
               for at, line in places(finding))


def main():
    folder, report = sys.argv[1:3]
    with open(report, encoding="utf-8") as file:
        findings = json.load(file)["findings"]
    marks = list(marks_of(folder))
    planted = [m for m in marks if m[0] == "PLANTED"]
    traps = [m for m in marks if m[0] == "TRAP"]
    problems = []
    for mark in planted:
        if not any(covers(mark, f, 3) for f in findings):
            problems.append(f"not found: {mark[1]} at {mark[2]}:{mark[4]}")
    for finding in findings:
        where = f"{finding['sink']['file']}:{finding['sink']['line']}"
        trap = next((m for m in traps if covers(m, finding, 0)), None)
        if trap:
            problems.append(f"trap reported: {trap[1]} at {where}")
        elif not any(covers(m, finding, 4) for m in planted):
            problems.append(f"not planted: {finding['message']} at {where}")
    print(f"{len(planted)} planted stalls, {len(traps)} traps, "
          f"{len(findings)} findings, {len(problems)} problems")
    for problem in problems:
        print(problem)
    sys.exit(1 if problems or not planted or not traps else 0)


if __name__ == "__main__":
    main()
