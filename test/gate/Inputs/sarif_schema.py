#!/usr/bin/env python3
"""Validates a SARIF log against the standard's schema, and what GitHub's code
scanning asks for besides.

usage: sarif_schema.py FOLDER [--sizes] LOG.sarif...

With --sizes only what GitHub asks for is checked, of large logs.

The schema comes in an npm package, installed once into FOLDER by the lock file
that stands here.
"""
import gzip
import json
import pathlib
import re
import sys

import jsonschema

HERE = pathlib.Path(__file__).resolve().parent / "sarif-schema"
sys.path.insert(0, str(HERE.parents[2]))
from npm_packages import install  # noqa: E402


def schema(folder):
    modules = install(HERE, folder)
    (name,) = modules.glob("@microsoft/jest-sarif/lib/schemas/"
                           "sarif-2.1.0*.json")
    return json.loads(name.read_text(encoding="utf-8"))


def check_github(log):
    """https://docs.github.com/code-security/reference/code-scanning/
    sarif-files/sarif-support; without a fingerprint alerts are made anew by
    each commit."""
    (run,) = log["runs"]
    assert len(run["results"]) <= 25000
    assert run["tool"]["driver"]["name"]
    for rule in run["tool"]["driver"]["rules"]:
        assert rule["id"] and len(rule["id"]) <= 255
        for key in ("shortDescription", "fullDescription"):
            assert 0 < len(rule[key]["text"]) <= 1024
        assert rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in (
            "note", "warning", "error")
        assert rule["properties"]["problem.severity"] in (
            "recommendation", "warning", "error")
        assert len(rule["properties"]["tags"]) <= 20
    prints = set()
    for result in run["results"]:
        assert result["message"]["text"]
        prints.add(result["partialFingerprints"]["primaryLocationLineHash"])
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert physical["region"]["startLine"] >= 1
        artifact = physical["artifactLocation"]
        assert artifact["uriBaseId"] == "%SRCROOT%"
        assert not re.match(r"/|\.\./|[a-z]+:", artifact["uri"]), artifact
        assert (len(result["locations"])
                + len(result["relatedLocations"])) <= 1001
        for flow in result["codeFlows"]:
            for thread in flow["threadFlows"]:
                assert len(thread["locations"]) <= 10000
    assert len(prints) == len(run["results"]), "fingerprints are not unique"
    assert "uri" not in run["originalUriBaseIds"]["%SRCROOT%"]


def main():
    document = schema(sys.argv[1])
    validator = jsonschema.validators.validator_for(document)(document)
    # It does validate: a log with an error is refused.
    broken = {"version": "2.1.0", "runs": [{"tool": {"driver": {}}}]}
    assert list(validator.iter_errors(broken)), "the schema finds nothing"
    for name in [name for name in sys.argv[2:] if name != "--sizes"]:
        with open(name, encoding="utf-8") as file:
            text = file.read()
        log = json.loads(text)
        # The uploading action compresses, and GitHub takes 10 MB.
        assert len(gzip.compress(text.encode())) <= 10_000_000
        if "--sizes" in sys.argv:
            check_github(log)
            print(len(log["runs"][0]["results"]), "results, small enough")
            continue
        for error in validator.iter_errors(log):
            sys.exit(f"{name}: {'/'.join(map(str, error.absolute_path))}: "
                     f"{error.message}")
        check_github(log)
        states = [r.get("baselineState", "none") for r in
                  log["runs"][0]["results"]]
        print(f"valid: {len(states)} results:", " ".join(states))


main()
