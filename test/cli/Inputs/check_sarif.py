#!/usr/bin/env python3
"""Checks that a file is a SARIF 2.1.0 log as code-scanning services want it.

usage: check_sarif.py LOG.sarif NUMBER-OF-RESULTS
"""
import json
import re
import sys


def check_location(location):
    physical = location["physicalLocation"]
    uri = physical["artifactLocation"]["uri"]
    assert re.fullmatch(r"[A-Za-z0-9._~/!$&'()*+,;=:@%-]+", uri), uri
    assert not re.search(r"%(?![0-9A-F]{2})", uri), uri
    region = physical["region"]
    assert region["startLine"] >= 1
    assert region.get("startColumn", 1) >= 1


def check_result(result, rules):
    rule = rules[result["ruleIndex"]]
    assert rule["id"] == result["ruleId"]
    assert result["level"] in ("note", "warning", "error")
    assert result["message"]["text"]
    assert len(result["locations"]) == 1
    check_location(result["locations"][0])
    ids = [related["id"] for related in result["relatedLocations"]]
    assert ids == sorted(set(ids)) and ids, "identifiers of locations"
    for related in result["relatedLocations"]:
        check_location(related)
        assert related["message"]["text"]
    (flow,) = result["codeFlows"]
    (thread,) = flow["threadFlows"]
    assert len(thread["locations"]) >= 2
    for step in thread["locations"]:
        check_location(step["location"])
        assert step["location"]["message"]["text"]
    prints = result["partialFingerprints"]
    assert set(prints) == {"nostall/v1", "primaryLocationLineHash"}
    fingerprint = prints["nostall/v1"]
    assert prints["primaryLocationLineHash"] == fingerprint
    assert re.fullmatch("1:[0-9a-f]{16}", fingerprint)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        log = json.load(file)
    assert log["version"] == "2.1.0"
    assert "2.1.0" in log["$schema"]
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "nostall"
    assert re.match(r"\d+\.\d+\.\d+", driver["semanticVersion"])
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(ids) == len(set(ids))
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"]
        assert rule["help"]["text"] and rule["help"]["markdown"]
    assert len(run["results"]) == int(sys.argv[2]), len(run["results"])
    for result in run["results"]:
        check_result(result, driver["rules"])
    prints = [r["partialFingerprints"]["nostall/v1"] for r in run["results"]]
    assert len(prints) == len(set(prints)), "fingerprints are not unique"
    for invocation in run["invocations"]:
        print("successful:", invocation["executionSuccessful"])


main()
