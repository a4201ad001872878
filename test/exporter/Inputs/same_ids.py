"""Whether report and exporter agree on kinds of stalls: REPORT.json METRICS"""
import json
import sys

from exporter import parse

with open(sys.argv[1], encoding="utf-8") as file:
    report = {s["id"]: (s["count"], s["total_ns"])
              for s in json.load(file)["signatures"]}
exported = {}
with open(sys.argv[2], encoding="utf-8") as file:
    for name, labels, value in parse(file.read()):
        if labels.get("signature", "other") != "other":
            seconds = name == "nostall_signature_stall_seconds_total"
            exported.setdefault(labels["signature"], [0, 0])[seconds] = round(
                value * 1e9) if seconds else int(value)
exported = {key: tuple(value) for key, value in exported.items()}
assert report == exported, (report, exported)
print(len(report), "kinds, the same in both")
