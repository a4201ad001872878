#!/usr/bin/env python3
"""Checks the structure of a report and prints what is in it.

usage: check_reports.py gitlab|junit REPORT REPOSITORY
Every file that the report names must be below the repository's root.
"""
import json
import os
import re
import sys
import xml.etree.ElementTree

KIND, REPORT, REPOSITORY = sys.argv[1:]


def check_path(path):
    assert not path.startswith(("/", "./", "../")), path
    assert os.path.exists(os.path.join(REPOSITORY, path)), path


def gitlab():
    """https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format"""
    with open(REPORT, "rb") as file:
        data = file.read()
    assert not data.startswith(b"\xef\xbb\xbf"), "no byte order mark"
    issues = json.loads(data)
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint",
                              "severity", "location"}
        assert issue["severity"] in ("info", "minor", "major", "critical",
                                     "blocker")
        assert re.fullmatch("1:[0-9a-f]{16}", issue["fingerprint"])
        check_path(issue["location"]["path"])
        begin = issue["location"]["lines"]["begin"]
        assert isinstance(begin, int) and begin >= 1
        print(issue["severity"], f"{issue['location']['path']}:{begin}",
              issue["description"])
    prints = {issue["fingerprint"] for issue in issues}
    assert len(prints) == len(issues), "fingerprints are not unique"


def junit():
    root = xml.etree.ElementTree.parse(REPORT).getroot()
    assert root.tag == "testsuites"
    (suite,) = root
    assert suite.tag == "testsuite" and suite.get("name") == "nostall"
    cases = list(suite)
    lines = []
    for case in cases:
        assert case.tag == "testcase" and case.get("name")
        if case.get("file"):
            check_path(case.get("file"))
            assert int(case.get("line")) >= 1
        result = [child.tag for child in case if child.tag != "system-out"]
        for child in case:
            assert child.tag in ("failure", "error", "system-out"), child.tag
            assert child.tag == "system-out" or child.get("message")
        what = {"failure": "failed", "error": "broken"}[result[0]] \
            if result else "passed"
        lines.append(f"{what}: {case.get('classname')}: {case.get('name')}")
    for element in (root, suite):
        assert int(element.get("tests")) == len(cases)
        assert int(element.get("failures")) == sum(
            line.startswith("failed") for line in lines)
        assert int(element.get("errors")) == sum(
            line.startswith("broken") for line in lines)
    print(f"{suite.get('tests')} tests, {suite.get('failures')} failures, "
          f"{suite.get('errors')} errors")
    print("\n".join(lines))


{"gitlab": gitlab, "junit": junit}[KIND]()
