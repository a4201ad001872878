"""Prints findings without the findings: the figures of the analysis are left.

usage: without_findings.py JSON
"""
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    document = json.load(file)
document["findings"] = []
print(json.dumps(document))
