#!/usr/bin/env python3
"""Builds a target with Ninja and counts the commands of nostall that it runs.

usage: count_edges.py FOLDER TARGET [COMMAND=COUNT...]; all others must be 0.
Exit codes of the build do not count: findings fail it.
"""
import re
import subprocess
import sys

folder, target, *wanted = sys.argv[1:]
run = subprocess.run(["ninja", "-v", "-C", folder, target],
                     capture_output=True, text=True)
counts = {}
for line in run.stdout.splitlines():
    if re.match(r"\[\d+/\d+\] ", line):
        found = re.search(r"/nostall (\w+) ", line)
        if found:
            counts[found[1]] = counts.get(found[1], 0) + 1
expected = {name: int(number) for name, number in
            (text.split("=") for text in wanted)}
if counts != expected:
    sys.exit(f"{counts}, expected {expected}\n{run.stdout}{run.stderr}")
