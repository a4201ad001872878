#!/usr/bin/env python3
"""Runs a program under `nostall run` and prints its stall report in short lines
for FileCheck: usage: check.py NOSTALL [RUN-OPTION...] -- PROGRAM [ARGUMENT...]

    loop epoll_wait iterations 39
    stall sleep usleep 30ms sleepHere handle runLoop main

The duration is rounded down to 10 ms. On a busy machine a stall that computes
may come out as "runqueue": it waited for a CPU for most of the time.
"""
import json
import os
import subprocess
import sys
import tempfile


def main():
    nostall, *rest = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        trace = os.path.join(folder, "trace")
        status = subprocess.run(
            [nostall, "run", "-q", "-o", trace, *rest]).returncode
        text = subprocess.run([nostall, "report", "--format", "json", trace],
                              stdout=subprocess.PIPE, check=True).stdout
    report = json.loads(text)
    print("exit", status)
    for loop in report["loops"]:
        print("loop", loop["wait"], "iterations", loop["iterations"])
    for kind, signatures in (("stall", report["signatures"] + report["machine"]),
                             ("unfinished", report["unfinished"])):
        for found in signatures:
            frames = [f["function"] for f in found["frames"]]
            owner = [f["function"] for f in found.get("owner_frames", [])]
            print(kind, found["cause"], found["call"] or "-",
                  f"{int(found['max_ns'] / 1e7) * 10}ms", *frames,
                  *(["owner", *owner] if owner else []))
    for note in report["coverage"]["notes"]:
        print("note", note)


main()
