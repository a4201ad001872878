#!/usr/bin/env python3
"""Runs the lit suites of a build folder, and with --corpus two packages of
real code; ends with the line `N passed, N failed`.

usage: run_tests.py [--corpus] BUILD-FOLDER [LIT-OPTIONS...]
"""
import argparse
import json
import os
import subprocess
import sys

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
LIT = "/usr/lib/llvm-19/build/utils/lit/lit.py"


def run_lit(build, options):
    """Returns the numbers of passed and failed tests."""
    suites = [os.path.join(build, "suites", s) for s in ("test", "rules")]
    results = os.path.join(build, "test-results.json")
    if os.path.exists(results):
        os.remove(results)
    status = subprocess.run([sys.executable, LIT, "-sv", "--output", results,
                             *options, *suites]).returncode
    if not os.path.exists(results):
        sys.exit(f"lit did not run (exit code {status})")
    with open(results, encoding="utf-8") as file:
        tests = json.load(file)["tests"]
    # Tests of the probe measure a machine that others use too: those that say so
    # (ALLOW_RETRIES) have a second try, and are named.
    for test in tests:
        if test["code"] == "FLAKYPASS":
            print(f"passed at a later try: {test['name']}")
    codes = [test["code"] for test in tests]
    passed = sum(code in ("PASS", "XFAIL", "FLAKYPASS") for code in codes)
    # What was not run must be seen too: nothing here may be skipped, and an
    # interrupted run leaves out what it did not get to.
    failed = len(codes) - passed
    if status not in (0, 1):
        print(f"lit did not run to its end (exit code {status})")
        failed += 1
    return passed, failed


def run_corpus(build):
    status = subprocess.run(
        [sys.executable, os.path.join(SOURCE, "tool/dev/corpus"), "--ci",
         "--nostall", os.path.join(build, "bin", "nostall")]).returncode
    return (1, 0) if status == 0 else (0, 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", action="store_true")
    parser.add_argument("build")
    arguments, lit_options = parser.parse_known_args()
    build = os.path.abspath(arguments.build)
    passed, failed = run_lit(build, lit_options)
    if arguments.corpus:
        more = run_corpus(build)
        passed, failed = passed + more[0], failed + more[1]
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
