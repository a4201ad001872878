"""Checks the Grafana dashboard: against Grafana's own types, and against the
metrics and labels that the exporter has.

usage: dashboard.py BUILD DASHBOARD METRICS RULES

METRICS is a page of the exporter. RULES is written: each expression as a rule,
for promtool.
"""
import json
import os
import pathlib
import re
import subprocess
import sys

import jsonschema

from exporter import parse

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))
from npm_packages import install  # noqa: E402

# What Grafana puts in for its variables.
VARIABLES = {"$instance": ".*", "$process": ".*", "$__rate_interval": "1m",
             "$__range": "1h"}
# Labels that the scrape adds.
SCRAPED = {"instance", "job"}


def expressions(dashboard):
    """[(panel's title, the expression as Prometheus gets it, its legend)]"""
    found = []
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            text = target["expr"]
            for name, value in VARIABLES.items():
                text = text.replace(name, value)
            assert "$" not in text, text
            found.append((panel["title"], text, target["legendFormat"]))
    return found


def without_required(schema):
    """Options that are left out have defaults."""
    if isinstance(schema, dict):
        return {key: without_required(value) for key, value in schema.items()
                if key != "required" or not isinstance(value, list)}
    if isinstance(schema, list):
        return [without_required(value) for value in schema]
    return schema


def check(schema, value, what):
    for error in jsonschema.Draft7Validator(schema).iter_errors(value):
        sys.exit(f"{what}: {'/'.join(map(str, error.absolute_path))}: "
                 f"{error.message}")


def check_types(dashboard, modules):
    types = sorted({panel["type"] for panel in dashboard["panels"]})
    schemas = json.loads(subprocess.run(
        ["node", str(HERE / "grafana" / "schemas.mjs"), *types], check=True,
        stdout=subprocess.PIPE,
        env=dict(os.environ, NODE_MODULES=str(modules))).stdout)
    # They do refuse something.
    assert list(jsonschema.Draft7Validator(schemas["Panel"]).iter_errors(
        {"type": "timeseries", "titel": "x"}))
    check(schemas["Dashboard"], dashboard, "dashboard")
    for panel in dashboard["panels"]:
        title, kind = panel["title"], panel["type"]
        check(schemas["Panel"], panel, title)
        for target in panel["targets"]:
            check(schemas["Query"], target, f"{title}: query")
        check(without_required(schemas[f"{kind} Options"]), panel["options"],
              f"{title}: options")
        custom = panel["fieldConfig"]["defaults"].get("custom")
        if custom:
            check(without_required(schemas[f"{kind} FieldConfig"]), custom,
                  f"{title}: field options")
    print("Grafana's types:", len(dashboard["panels"]), "panels,",
          ", ".join(types))


def check_layout(dashboard):
    taken = set()
    for panel in dashboard["panels"]:
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24, panel["title"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"])
                 for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, panel["title"]
        taken |= cells
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(set(ids)) == len(ids)


def check_metrics(dashboard, page):
    # A histogram's type is told under the name without suffix.
    types = dict(re.findall(r"^# TYPE (\w+) (\w+)$", page, re.M))
    labels = {}
    for name, has, _ in parse(page):
        labels.setdefault(name, set(SCRAPED)).update(has)
    used = set()
    queries = [entry["query"]["query"]
               for entry in dashboard["templating"]["list"]
               if entry["type"] == "query"]
    for text in [text for _, text, _ in expressions(dashboard)] + queries:
        for name, selector in re.findall(
                r"\b((?:nostall|process)_\w+)(?:\{([^}]*)\})?", text):
            base = re.sub("_(bucket|sum|count)$", "", name)
            assert name in types or types.get(base) == "histogram", name
            wanted = set(re.findall(r"(\w+)=", selector))
            grouped = re.search(r"\bby \(([^)]*)\)", text)
            if grouped:
                wanted |= set(re.findall(r"\w+", grouped[1]))
            if name in labels:
                assert wanted <= labels[name], (text, wanted - labels[name])
            used.add(name)
    print("metrics:", len(used), "names, all of them exported")


def main():
    build, dashboard_file, metrics_file, rules_file = sys.argv[1:]
    with open(dashboard_file, encoding="utf-8") as file:
        dashboard = json.load(file)
    check_types(dashboard, install(HERE / "grafana",
                                   pathlib.Path(build) / "grafana-schema"))
    check_layout(dashboard)
    with open(metrics_file, encoding="utf-8") as file:
        check_metrics(dashboard, file.read())
    rules = [{"record": f"panel:{i}", "expr": text}
             for i, (_, text, _) in enumerate(expressions(dashboard))]
    with open(rules_file, "w", encoding="utf-8") as file:
        json.dump({"groups": [{"name": "dashboard", "rules": rules}]}, file)


if __name__ == "__main__":
    main()
