#!/usr/bin/env python3
"""Shows that the checks of report.py accept a right report and no wrong one.

usage: test_report.py
"""
import copy
import json
import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from measure import Failure, Frame, Observed, Stall  # noqa: E402
from report import Report  # noqa: E402

MS = 1_000_000
FRAME = {"function": "", "file": "", "line": 0, "module": "", "inlined": False}
RIGHT = {
    "version": 1, "host": "h", "duration_ns": 1000 * MS, "dropped": 0,
    "suppressed": 0, "overhead": {}, "coverage": {},
    "loops": [{"pid": 7, "tid": 7, "thread": "main", "wait": "epoll_wait",
               "iterations": 500, "utilization": 0.1, "p50_ns": 1, "p99_ns": 2,
               "max_ns": 40 * MS, "stalls": 1}],
    "signatures": [{"id": "a", "cause": "file", "call": "read", "count": 1,
                    "total_ns": 40 * MS, "max_ns": 40 * MS, "p99_ns": 40 * MS,
                    "victims": 1, "owner_frames": [], "frames": [
                        {**FRAME, "function": "read", "module": "libc.so.6"},
                        {**FRAME, "function": "slow_handler", "line": 12,
                         "file": "/srv/server.py", "module": "python3.11"}]}],
    "stalls": [{"signature": "a", "pid": 7, "tid": 7, "start_ns": 100 * MS,
                "duration_ns": 40 * MS, "cause": "file"}],
}


def nothing():
    raise AssertionError("no client here")


STALL = Stall(name="s", trigger=nothing, bystander=nothing, pid=7,
              at_least_ms=40, causes=frozenset(("file",)), call="read(64)?",
              frames=[Frame("slow_handler", file=r"/server\.py$",
                            lines=(12,))])
SEEN = Observed(begin_ns=100 * MS, end_ns=141 * MS, trigger_ms=41,
                bystander_ms=41, own_ms=0, cpu_ms=0.2, runqueue_ms=0)


def report(change=lambda data: None):
    data = copy.deepcopy(RIGHT)
    change(data)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(data, file)
        file.flush()
        return Report(file.name)


def setting(table, **values):
    return lambda data: data[table][0].update(values)


class ReportTest(unittest.TestCase):
    def rejects(self, words, change):
        with self.assertRaisesRegex(Failure, words):
            report(change).check_stall(STALL, SEEN)

    def test_right(self):
        self.assertIn("reported 40.0 ms file in read",
                      report().check_stall(STALL, SEEN))
        self.assertIn("epoll_wait 500",
                      report().check_loops([7], {"epoll_wait"}))

    def test_wrong_stall(self):
        self.rejects("not reported", lambda data: data["stalls"].clear())
        self.rejects("not reported", setting("stalls", pid=8))
        self.rejects("not reported", setting("stalls", start_ns=300 * MS))
        self.rejects("must have lasted", setting("stalls",
                                                 duration_ns=30 * MS))
        self.rejects("client waited", setting("stalls", duration_ns=70 * MS))
        self.rejects("the cause is cpu", setting("stalls", cause="cpu"))
        self.rejects("the call is 'write'", setting("signatures",
                                                    call="write"))
        self.rejects("no frame", setting("signatures", frames=[]))
        self.rejects("no frame", lambda data: data["signatures"][0]["frames"]
                     [1].update(line=13))

    def test_wait_for_a_cpu_only_if_the_kernel_says_so(self):
        change = setting("stalls", cause="runqueue")
        self.rejects("the cause is runqueue", change)
        waited = copy.copy(SEEN)
        waited.runqueue_ms = 30
        self.assertIn("runqueue", report(change).check_stall(STALL, waited))

    def test_wrong_loops(self):
        for pids, waits, change in (
                ([7, 8], {"epoll_wait"}, lambda data: None),
                ([7], {"poll"}, lambda data: None),
                ([7], {"epoll_wait"}, setting("loops", iterations=3))):
            with self.assertRaises(Failure):
                report(change).check_loops(pids, waits)

    def test_quiet(self):
        long = setting("stalls", duration_ns=60 * MS)
        with self.assertRaisesRegex(Failure, "1 stalls over 50 ms"):
            report(long).check_quiet(0, 200 * MS)
        self.assertIn("0 stalls", report(long).check_quiet(200 * MS, 300 * MS))
        self.assertIn("1 stalls", report().check_quiet(0, 200 * MS))
        self.assertIn("1 made by the machine", report(setting(
            "stalls", duration_ns=60 * MS,
            cause="steal")).check_quiet(0, 200 * MS))

    def test_wrong_format(self):
        with self.assertRaisesRegex(Failure, "version"):
            report(lambda data: data.update(version=2))
        with self.assertRaisesRegex(Failure, "without cause"):
            report(lambda data: data["stalls"][0].pop("cause"))
        with self.assertRaisesRegex(Failure, "no signature"):
            report(setting("stalls", signature="b"))


if __name__ == "__main__":
    unittest.main()
