"""Compares the metrics with who uses them: METRICS docs/observability"""
import json
import os
import re
import sys

import yaml

from exporter import parse

metrics_file, folder = sys.argv[1:]
with open(metrics_file, encoding="utf-8") as file:
    text = file.read()
exported = {}
for name, labels, _ in parse(text):
    exported.setdefault(name, set()).update(labels)
# What Prometheus itself adds to every sample.
ADDED = {"instance", "job"}
METRIC = re.compile(r"\b((?:nostall|process)_\w+)\b(?:\{([^}]*)\})?")


def check(where, query):
    """Each metric, and the labels that it is chosen by."""
    # Of "by (process, cause)" no word is a metric; of "label_values(m, l)" one.
    uses = METRIC.findall(query)
    assert uses, f"{where}: no metric of ours in {query}"
    for name, selectors in uses:
        assert name in exported, f"{where}: nobody exports {name}"
        for label in re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", selectors or ""):
            assert label in exported[name] | ADDED, f"{where}: {name}: {label}"
    grouped = re.findall(r"(?:by|on|ignoring)\s*\(([^)]*)\)", query)
    for label in {word.strip() for words in grouped for word in words.split(",")}:
        assert any(label in exported[name] | ADDED for name, _ in uses), \
            f"{where}: no metric has the label {label}"


def queries(dashboard):
    for panel in dashboard["panels"]:
        assert panel["targets"], panel["title"]
        for target in panel["targets"]:
            yield target["expr"]
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            yield variable["query"]["query"]


with open(os.path.join(folder, "dashboard.json"), encoding="utf-8") as file:
    shown = list(queries(json.load(file)))
for query in shown:
    check("dashboard.json", query)
print(f"dashboard.json: {len(shown)} queries, all of exported metrics")

with open(os.path.join(folder, "rules.yml"), encoding="utf-8") as file:
    rules = [rule["expr"] for group in yaml.safe_load(file)["groups"]
             for rule in group["rules"]]
for query in rules:
    check("rules.yml", query)
print(f"rules.yml: {len(rules)} queries, all of exported metrics")

with open(os.path.join(folder, "README.md"), encoding="utf-8") as file:
    rows = re.findall(r"^\| `(\w+)` \|([^|]*)\|", file.read(), re.M)
documented = {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in rows}
families = {re.sub(r"_(bucket|sum|count)$", "", name)
            if "iteration_duration" in name else name for name in exported}
assert documented.keys() == families, documented.keys() ^ families
for name, labels in documented.items():
    has = exported[name] if name in exported else \
        exported[name + "_bucket"] - {"le"}
    assert labels == has, (name, labels, has)
print(f"README.md: all {len(families)} metrics, with their labels")
