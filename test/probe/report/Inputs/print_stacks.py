#!/usr/bin/env python3
"""Prints the stacks of a JSON report, for FileCheck.

usage: print_stacks.py REPORT [--named-in SUMMARY]

Per stall its task, the id of its kind, and the frames of the kind; then the
modules that could not be read. With
--named-in nothing is printed: every function of a file of the program must be
one that `nostall dump-summary` names.
"""
import argparse
import json
import os
import sys


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def entity_name(function):
    """As a summary has it: a lambda is the last part of its scope."""
    prefix = "lambda in "
    return function[len(prefix):] + "::lambda" \
        if function.startswith(prefix) else function


def check_names(report, summary):
    known = {function["name"] for function in summary["functions"]}
    files = {os.path.basename(unit["file"]) for unit in summary["units"]}
    seen, missing = 0, set()
    for kind in report["signatures"]:
        for frame in kind["frames"]:
            if frame["file"] in files:
                seen += 1
                if entity_name(frame["function"]) not in known:
                    missing.add(frame["function"])
    if missing:
        sys.exit("unknown to the static analysis: "
                 + ", ".join(sorted(missing)))
    if seen < 40:
        sys.exit(f"only {seen} frames in {files}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("report")
    parser.add_argument("--named-in")
    args = parser.parse_args()
    report = load(args.report)
    if args.named_in:
        check_names(report, load(args.named_in))
        return
    kinds = {kind["id"]: kind for kind in report["signatures"]}
    for stall in report["stalls"]:
        print(f"{stall['task']}: {stall['signature']}")
        for frame in kinds[stall["signature"]]["frames"]:
            place = f" {frame['file']}:{frame['line']}" if frame["file"] else ""
            name = frame["function"] or \
                f"?? in {os.path.basename(frame['module'])}"
            print(f"  {name}{' (i)' if frame['inlined'] else ''}{place}")
    for module in report["coverage"]["modules"]:
        print(f"module {os.path.basename(module['module'])}: "
              f"{module['problem']}")


if __name__ == "__main__":
    main()
