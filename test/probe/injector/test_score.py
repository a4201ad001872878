#!/usr/bin/env python3
"""Tests the scorer: a right report passes, each kind of wrong one fails, and
by the bound that is about it.

usage: test_score.py    (or score.py --self-test)
"""
import copy
import json
import os
import subprocess
import sys
import tempfile
import unittest

from injector_log import parse_log
from scoring import Scored, has_name, in_order, wilson

MS = 1_000_000
PID, TID = 40, 41
CAUSES = (("user-spin", "stallInUserSpin", "cpu", None),
          ("nanosleep", "stallInNanosleep", "sleep", None),
          ("mutex", "stallInMutex", "lock", "holdMutex"),
          ("pipe-read", "stallInPipeRead", "wait", None))
SITES = (("plain", "sitePlain", "sitePlain"),
         ("unwinding", "~Rollback", "~Rollback siteUnwinding"))
ROUNDS = 25


def make_injection(number, cause, site, start_ns, length_ns):
    name, function, expected, owner = cause
    line = {"id": number, "cause": name, "site": site[0], "function": site[1],
            "chain": f"{function} runMeasured {site[2]}",
            "expect_cause": expected,
            "iteration_start_ns": start_ns - 20_000,
            "iteration_end_ns": start_ns + length_ns + 10_000,
            "iteration_run_delay_ns": 0,
            "start_ns": start_ns, "end_ns": start_ns + length_ns,
            "asked_ns": length_ns,
            "cpu_ns": length_ns if expected == "cpu" else 10_000,
            "run_delay_ns": 0, "loop_eintr": 0, "helper_eintr": 0, "error": 0}
    if name == "pipe-read":
        line["also_cause"] = "ipc"
    if owner:
        line |= {"owner_function": owner, "owner_state": "blocked"}
    return line


def make_lines():
    """A log: all causes at all sites, 4 to 10 ms, and one slow iteration."""
    lines = [{"injector": 1, "pid": PID, "tid": TID}]
    start_ns, number = 1000 * MS, 0
    for index in range(ROUNDS):
        for cause in CAUSES:
            for site in SITES:
                number += 1
                lines.append(make_injection(number, cause, site, start_ns,
                                            (4 + number % 7) * MS))
                start_ns += 30 * MS
    lines.append({"cause": "none", "iteration_start_ns": start_ns,
                  "iteration_end_ns": start_ns + 6 * MS,
                  "start_ns": start_ns, "end_ns": start_ns + 6 * MS})
    lines[0]["last_start_ns"] = start_ns + 20 * MS
    return lines


def make_frames(line):
    names = ["clock_nanosleep", *line["chain"].split(), "handle", "main"]
    return [{"function": f"space::{name}(int)"} for name in names]


def make_report(lines):
    """What a perfect tool says about the log."""
    report = {"version": 1, "signatures": [], "stalls": [], "dropped": 0}
    for line in lines[1:]:
        length = line["iteration_end_ns"] - line["iteration_start_ns"]
        if length < 5 * MS:
            continue
        injected = "id" in line
        signature = {"id": len(report["signatures"]),
                     "frames": make_frames(line) if injected else [],
                     "owner_frames": []}
        if "owner_function" in line:
            signature["owner_frames"] = [{"function": "nanosleep"},
                                         {"function": line["owner_function"]}]
        report["signatures"].append(signature)
        report["stalls"].append({
            "signature": signature["id"], "pid": PID, "tid": TID,
            "start_ns": line["iteration_start_ns"] + 1000,
            "duration_ns": length + 3000,
            "cause": line["expect_cause"] if injected else "runqueue"})
    return report


class ScoreTest(unittest.TestCase):
    def setUp(self):
        self.lines = make_lines()
        self.report = make_report(self.lines)

    def score(self):
        return Scored(parse_log(copy.deepcopy(self.lines)), self.report,
                      5 * MS, 0.10)

    def check(self, *failing):
        """Exactly the bounds whose names start so fail."""
        scored = self.score()
        broken = [name for name, holds, _ in scored.bounds() if not holds]
        self.assertEqual(len(broken), len(failing), broken)
        for name, start in zip(broken, failing):
            self.assertTrue(name.startswith(start), broken)
        return scored

    def stalls_of(self, cause):
        ids = {line["iteration_start_ns"] + 1000 for line in self.lines[1:]
               if line["cause"] == cause}
        return [stall for stall in self.report["stalls"]
                if stall["start_ns"] in ids]

    def signature_of(self, stall):
        return self.report["signatures"][stall["signature"]]

    def test_right_report(self):
        scored = self.check()
        self.assertGreater(scored.total.recall.total, 100)
        self.assertEqual(scored.total.owner.share, 1)
        self.assertEqual(scored.total.timing()["median_us"], 3)
        self.assertEqual(scored.matched.explained["slow without an injection"],
                         1)

    def test_missed_stall(self):
        self.report["stalls"].remove(self.stalls_of("nanosleep")[3])
        scored = self.check("recall")
        self.assertEqual(len(scored.wrong), 1)

    def test_nothing_reported(self):
        self.report["stalls"] = []
        self.check("recall", "median", "function", "right cause")

    def test_nothing_injected(self):
        self.lines = self.lines[:1]
        self.report["stalls"] = []
        self.check("recall", "median", "function", "right cause")

    def test_missed_within_the_band_is_allowed(self):
        for stall in list(self.report["stalls"]):
            if stall["duration_ns"] < 5.2 * MS:
                self.report["stalls"].remove(stall)
        self.check()

    def test_invented_stall(self):
        invented = dict(self.report["stalls"][0], start_ns=1015 * MS,
                        duration_ns=6 * MS)
        self.report["stalls"].append(invented)
        self.check("unexplained")

    def test_invented_stall_of_the_machine(self):
        invented = dict(self.report["stalls"][0], start_ns=1015 * MS,
                        duration_ns=6 * MS, cause="steal")
        self.report["stalls"].append(invented)
        scored = self.check()
        self.assertEqual(
            scored.matched.explained["machine-made, says the report"], 1)

    def test_same_stall_twice(self):
        self.report["stalls"].append(dict(self.report["stalls"][5]))
        self.check("unexplained")

    def test_stall_cut_in_two(self):
        stall = self.report["stalls"][5]
        first = stall["duration_ns"] * 6 // 10
        self.report["stalls"].append(
            dict(stall, start_ns=stall["start_ns"] + first,
                 duration_ns=stall["duration_ns"] - first))
        stall["duration_ns"] = first
        scored = self.score()
        self.assertEqual(len(scored.matched.unexplained), 1)

    def test_stall_of_a_short_iteration(self):
        short = next(line for line in self.lines[1:]
                     if line["end_ns"] - line["start_ns"] == 4 * MS)
        self.report["stalls"].append(
            dict(self.report["stalls"][0],
                 start_ns=short["iteration_start_ns"], duration_ns=4 * MS))
        self.check("unexplained")

    def test_other_thread(self):
        self.report["stalls"][4]["tid"] += 1
        self.check("recall", "unexplained")

    def test_shifted_clock(self):
        for stall in self.report["stalls"]:
            stall["start_ns"] += 15 * MS
        broken = [name for name, holds, _ in self.score().bounds()
                  if not holds]
        self.assertIn("recall 100 %", broken)
        self.assertIn("unexplained 0", broken)

    def test_wrong_duration(self):
        for stall in self.report["stalls"]:
            stall["duration_ns"] += 200_000
        self.check("median timing")

    def test_wrong_function(self):
        for stall in self.stalls_of("nanosleep")[:8]:
            self.signature_of(stall)["frames"] = [{"function": "poll"}]
        scored = self.check("function")
        self.assertLess(scored.causes["nanosleep"].function.share, 1)
        self.assertEqual(scored.causes["mutex"].function.share, 1)

    def test_one_wrong_stack_is_within_the_bound(self):
        self.signature_of(self.stalls_of("mutex")[0])["frames"] = []
        self.check()

    def test_stack_of_another_injection(self):
        """Of the same site, as a tool that looks too late reports it."""
        late = self.stalls_of("nanosleep")
        for stall, other in zip(late, self.stalls_of("mutex")):
            stall["signature"] = other["signature"]
        self.check("function")

    def test_stack_upside_down(self):
        for signature in self.report["signatures"]:
            signature["frames"].reverse()
        self.check("function")

    def test_wrong_cause(self):
        stalls = [stall for stall in self.stalls_of("mutex")
                  if stall["duration_ns"] > 6 * MS][:10]
        for stall in stalls:
            stall["cause"] = "wait"
        scored = self.check("right cause")
        self.assertEqual(scored.confusion["lock"]["wait"], 10)

    def test_everything_blamed_on_the_machine(self):
        for stall in self.report["stalls"]:
            stall["cause"] = "runqueue"
        self.check("right cause")

    def test_also_cause(self):
        for stall in self.stalls_of("pipe-read"):
            stall["cause"] = "ipc"
        self.check()

    def test_owner(self):
        for signature in self.report["signatures"]:
            signature["owner_frames"] = []
        scored = self.check()
        self.assertEqual(scored.total.owner.good, 0)
        self.assertGreater(scored.total.owner.total, 20)

    def test_machine_made_is_apart(self):
        lines = [line for line in self.lines if line.get("cause") == "nanosleep"
                 and line["end_ns"] - line["start_ns"] == 9 * MS]
        for line in lines:
            line["run_delay_ns"] = 6 * MS
        self.assertEqual(self.check().machine.cause.good, 0)
        for stall in self.stalls_of("nanosleep"):
            if stall["duration_ns"] // MS == 9:
                stall["cause"] = "runqueue"
        scored = self.check()
        self.assertEqual(scored.machine.cause.good, len(lines))

    def test_stolen_time_is_the_machines(self):
        line = next(line for line in self.lines[1:]
                    if line["cause"] == "user-spin"
                    and line["end_ns"] - line["start_ns"] == 8 * MS)
        line["cpu_ns"] = 2 * MS
        self.assertEqual(self.check().machine.recall.total, 1)

    def test_iteration_that_waited_is_the_machines(self):
        line = next(line for line in self.lines[1:]
                    if line["end_ns"] - line["start_ns"] == 8 * MS)
        line["iteration_end_ns"] += 10 * MS
        line["iteration_run_delay_ns"] = 10 * MS
        self.report = make_report(self.lines)
        self.assertEqual(self.check().machine.recall.total, 1)

    def test_changed_program(self):
        self.lines[3]["loop_eintr"] = 1
        self.check("program unchanged")
        self.lines[3]["loop_eintr"] = 0
        self.lines[5]["asked_ns"] += MS
        self.check("program unchanged")

    def test_names(self):
        self.assertTrue(has_name("a::siteX(int) [clone .resume]", "siteX"))
        self.assertTrue(has_name("_ZN1a5siteXEv.actor", "siteX"))
        self.assertTrue(has_name("a::Rollback::~Rollback()", "~Rollback"))
        self.assertTrue(has_name("_ZN1a8RollbackD2Ev", "~Rollback"))
        self.assertFalse(has_name("a::Rollback::Rollback()", "~Rollback"))
        self.assertFalse(has_name("a::siteXY()", "siteX"))
        self.assertFalse(has_name("_ZN1a15siteXEv", "siteX"))
        self.assertTrue(in_order(["a", "b", "c"], ["a", "c"]))
        self.assertFalse(in_order(["a", "b", "c"], ["c", "a"]))

    def test_wilson(self):
        low, high = wilson(98, 100)
        self.assertAlmostEqual(low, 0.9300, places=3)
        self.assertAlmostEqual(high, 0.9945, places=3)
        self.assertEqual(wilson(0, 0), (0.0, 1.0))

    def run_command(self, folder):
        log = os.path.join(folder, "log.jsonl")
        report = os.path.join(folder, "report.json")
        with open(log, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(line) + "\n" for line in self.lines)
        with open(report, "w", encoding="utf-8") as file:
            json.dump(self.report, file)
        program = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                               "score.py")
        return [subprocess.run(
            [sys.executable, program, "--log", log, "--report", report, *more],
            capture_output=True, text=True, check=False)
            for more in ([], ["--json"], ["--details"])]

    def test_exit_status_and_output(self):
        self.lines.append({"skipped": "fsync", "why": "no FUSE"})
        with tempfile.TemporaryDirectory() as folder:
            text, machine, _ = self.run_command(folder)
            self.assertEqual((text.returncode, machine.returncode), (0, 0))
            self.assertIn("SKIPPED: fsync: no FUSE", text.stdout)
            self.assertTrue(all(bound["holds"] for bound in
                                json.loads(machine.stdout)["bounds"]))
            self.report["stalls"].pop()
            self.report["stalls"].pop()
            text, machine, details = self.run_command(folder)
            self.assertEqual((text.returncode, machine.returncode), (1, 1))
            self.assertIn("FAIL recall 100 %", text.stdout)
            self.assertIn("not reported", details.stdout)
            self.report["version"] = 2
            text, _, _ = self.run_command(folder)
            self.assertEqual(text.returncode, 2)


def run():
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(ScoreTest)
    return 0 if unittest.TextTestRunner().run(suite).wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(run())
