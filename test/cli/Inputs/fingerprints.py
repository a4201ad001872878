#!/usr/bin/env python3
"""Prints what findings are the same as before, by their fingerprints.

usage: fingerprints.py FINDINGS.json...
Prints one line for each: the sink and its fingerprint. With two files, prints
the sinks whose fingerprints are in the second file only.
"""
import json
import sys


def load(path):
    with open(path, encoding="utf-8") as file:
        findings = json.load(file)["findings"]
    prints = {f["fingerprint"]: f"{f['sink']['function']} in {f['sink']['in']}"
              for f in findings}
    if len(prints) != len(findings):
        sys.exit(f"{path}: fingerprints are not unique")
    return prints


before, after = map(load, sys.argv[1:])
for fingerprint in sorted(after.keys() - before.keys(), key=after.get):
    print("new:", after[fingerprint])
for fingerprint in sorted(before.keys() - after.keys(), key=before.get):
    print("gone:", before[fingerprint])
