#!/usr/bin/env python3
"""Runs unmodified programs under nostall and holds its reports against stalls
that were provoked in them, and against what their clients saw.

usage: run.py --nostall PATH [--only NAME]... [--keep DIR]
       run.py --plain [--only NAME]... [--keep DIR]

--tries N: on a busy machine, a program that fails runs again, all of it, up to
N times; only its last run counts, and the others are printed as well.
--plain runs the programs without nostall and checks only that the stalls
really happen. Prints a line for every check, and at the end how many passed.
"""
import argparse
import importlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import driver  # noqa: E402
import measure  # noqa: E402
from report import Report  # noqa: E402

PROGRAMS = ("nginx", "redis_server", "nodejs", "cpython_asyncio",
            "cpython_uvloop", "kresd", "libuv", "memcached", "pgbouncer",
            "tmux", "boost_asio")
LIGHT_SECONDS = 2
TRIES = 5  # To compute without waiting for a CPU much.
# Of 100 pings to an idle program on a busy machine one may be late.
PING_P99_MS = 30.0


class Results:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, name, function, *arguments):
        """Prints one line; returns whether the check passed."""
        try:
            text = function(*arguments)
        except (measure.Failure, OSError) as error:
            self.fail(name, str(error) or repr(error))
            return False
        except Exception:  # A mistake of the test's own must not hide the rest.
            self.fail(name, traceback.format_exc())
            return False
        self.passed += 1
        print(f"PASS {name}: {text}", flush=True)
        return True

    def fail(self, name, text):
        self.failed += 1
        print(f"FAIL {name}: {text}", flush=True)


class Run:
    """One life of one program: with provoked stalls, or quiet."""

    def __init__(self, results, options, module, folder, phase):
        self.results = results
        self.nostall = options.nostall
        self.name = f"{module.Program.NAME}/{phase}"
        self.phase = phase
        self.folder = os.path.join(folder, f"{module.Program.NAME}-{phase}")
        if os.path.exists(self.folder):  # Kept by an earlier run.
            shutil.rmtree(self.folder)
        os.mkdir(self.folder)
        # Workers that run under another user must reach their files.
        os.chmod(self.folder, 0o755)
        self.program = module.Program(self.folder)
        self.trace = os.path.join(self.folder, "trace")
        self.seen = []
        self.served_ns = self.ending_ns = 0

    def check(self, what, function, *arguments):
        return self.results.check(f"{self.name}/{what}", function, *arguments)

    def go(self):
        try:
            if not self.check("start", self.start):
                return
            {"provoked": self.provoked, "quiet": self.quiet}[self.phase]()
            self.ending_ns = time.monotonic_ns()
            self.check("stop", self.program.stop)
        finally:
            self.program.close()
        if self.nostall:
            self.check("report", self.judge)

    def start(self):
        begin = time.monotonic()
        self.program.start([self.nostall, "run", "--threshold", "5ms", "-o",
                            self.trace, "--"] if self.nostall else [])
        self.served_ns = time.monotonic_ns()
        return (f"serves after {time.monotonic() - begin:.2f} s, processes "
                f"{self.program.pids}")

    def provoked(self):
        self.check("load", self.program.load)
        try:
            for stall in self.program.stalls():
                self.provoke(stall)
        except Exception:  # The other programs must still have their turn.
            self.results.fail(f"{self.name}/stalls", traceback.format_exc())

    def provoke(self, stall):
        def one():
            # Half of the time is what makes it the machine's stall: one that
            # is near to that says nothing of nostall.
            for _ in range(TRIES):
                seen = measure.provoke(stall)
                if not stall.computes() or seen.mostly_ran():
                    break
                time.sleep(0.02)
            self.seen.append((stall, seen))
            measure.check_really_stalled(stall, seen)
            return str(seen)
        time.sleep(0.02)  # Else two stalls might fall into one iteration.
        self.check(stall.name, one)

    def quiet(self):
        def pings():
            waited = measure.waits_of(self.program.ping, LIGHT_SECONDS)
            p99 = waited[len(waited) * 99 // 100]
            text = (f"{len(waited)} requests, p50 "
                    f"{waited[len(waited) // 2]:.2f} ms, p99 {p99:.2f} ms, "
                    f"max {waited[-1]:.1f} ms")
            if p99 > PING_P99_MS:
                raise measure.Failure(f"it is not quiet: {text}")
            return text
        self.check("light load", pings)

    def judge(self):
        path = os.path.join(self.folder, "report.json")
        done = subprocess.run(
            [self.nostall, "report", self.trace, "--format", "json", "-o",
             path], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            raise measure.Failure(f"nostall report ended with "
                                  f"{done.returncode}: {done.stdout}")
        report = Report(path)
        self.check("loops", report.check_loops, self.program.pids,
                   self.program.WAITS)
        for stall, seen in self.seen:
            self.check(f"{stall.name} reported", report.check_stall, stall,
                       seen)
        if self.phase == "quiet":
            self.check("nothing reported", report.check_quiet, self.served_ns,
                       self.ending_ns)
        return f"{len(report.data['stalls'])} stalls in all"


def examine(results, options, name, folder):
    module = importlib.import_module(name)
    if packages := driver.missing(module.Program.NEEDS):
        results.fail(name, f"needs apt-get install {' '.join(packages)}")
        return
    for left in reversed(range(options.tries)):
        these = Results()
        for phase in ("provoked", "quiet"):
            Run(these, options, module, folder, phase).go()
        if not these.failed or not left:
            break
        print(f"AGAIN {name}: {these.failed} failed", flush=True)
    results.passed += these.passed
    results.failed += these.failed


def parse_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--nostall", help="the program nostall")
    how.add_argument("--plain", action="store_true",
                     help="without nostall: do the stalls really happen?")
    parser.add_argument("--only", action="append", choices=PROGRAMS,
                        metavar="NAME", help=", ".join(PROGRAMS))
    parser.add_argument("--keep", metavar="DIR",
                        help="keep traces, reports and logs in this folder")
    parser.add_argument("--tries", type=int, default=1, metavar="N")
    options = parser.parse_args()
    if options.tries < 1:
        parser.error("--tries takes 1 or more")
    if options.nostall:
        options.nostall = os.path.abspath(options.nostall)
        if not os.access(options.nostall, os.X_OK):
            parser.error(f"no program {options.nostall}")
    return options


def main():
    options = parse_arguments()
    results = Results()
    folder = options.keep or tempfile.mkdtemp(prefix="nostall-programs-")
    os.makedirs(folder, exist_ok=True)
    os.chmod(folder, 0o755)
    folder = os.path.abspath(folder)
    try:
        for name in options.only or PROGRAMS:
            examine(results, options, name, folder)
    finally:
        if not options.keep:
            shutil.rmtree(folder)
    print(f"{results.passed} passed, {results.failed} failed")
    return 1 if results.failed else 0


if __name__ == "__main__":
    sys.exit(main())
