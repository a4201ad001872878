#!/usr/bin/env python3
"""What the probe adds, counted: instructions and system calls.

usage: counts.py [--nostall PROGRAM] [--count N]

Each mode of calls.c runs with N and with 2 N iterations or calls, without the
probe and under `nostall run`, in valgrind's callgrind and in strace. Callgrind
gives the instructions that the probe adds to each: the difference of the
differences, so that what happens once does not count. strace gives the system
calls from the first counted iteration to the last, which must be the same with
the probe: that, and that the probe was at work, is asserted.
"""
import argparse
import collections
import os
import re
import subprocess
import sys
import tempfile

import processes

LOOPS = ("epoll_wait", "epoll_timeout", "poll")
CALLS = ("close", "read", "lock")
MODES = ([f"loop:{wait}" for wait in LOOPS] +
         [f"{where}:{call}" for where in ("outside", "inside")
          for call in CALLS])
# An iteration under valgrind or strace must not be a stall: what is done for a
# stall is not what is counted here.
THRESHOLD = "500ms"


class Counter:
    def __init__(self, nostall, folder):
        self.nostall = nostall
        self.folder = folder
        self.program = processes.compiled("calls.c", folder)

    def _run(self, tool, mode, count, with_probe):
        trace = os.path.join(self.folder, "trace")
        command = [*tool, self.program, mode, str(count)]
        if with_probe:
            command = processes.probed(self.nostall, trace, command, THRESHOLD)
        done = subprocess.run(command, cwd=self.folder, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              text=True, env=processes.environment())
        if done.returncode:
            sys.exit(f"{' '.join(command)}: {done.returncode}\n{done.stdout}")
        if not with_probe:
            return done.stdout
        seen = processes.report(self.nostall, trace)
        loops = sum(loop["iterations"] for loop in seen["loops"])
        expected = count if mode.startswith("loop:") else 0
        if loops < expected or not seen["coverage"]["processes"]:
            sys.exit(f"{mode}: the probe saw {loops} of {expected} iterations "
                     f"in {seen['coverage']['processes']} processes")
        if seen["stalls"]:
            sys.exit(f"{mode}: an iteration took {THRESHOLD}: count again")
        return done.stdout

    def instructions(self, mode, count, with_probe):
        output = self._run(["valgrind", "--tool=callgrind",
                            "--callgrind-out-file=/dev/null"], mode, count,
                           with_probe)
        return int(processes.search(r"Collected : (\d+)", output))

    def system_calls(self, mode, count, with_probe):
        """Those between the two calls of getppid()."""
        log = os.path.join(self.folder, "strace")
        self._run(["strace", "-f", "-o", log], mode, count, with_probe)
        names, marks = collections.Counter(), 0
        with open(log, encoding="utf-8") as file:
            for line in file:
                name = re.match(r"\d+ +(\w+)\(", line)
                if name and name[1] == "getppid":
                    marks += 1
                elif marks == 1:
                    # Lines that are no calls (a signal) count as well.
                    names[name[1] if name else line.strip()] += 1
        if marks != 2:
            sys.exit(f"{mode}: strace saw {marks} calls of getppid")
        return names


def added_instructions(counter, mode, count):
    """Per iteration or call; and what it takes without the probe."""
    with_probe, without = (
        (counter.instructions(mode, 2 * count, probe) -
         counter.instructions(mode, count, probe)) / count
        for probe in (True, False))
    return with_probe - without, without


def check_system_calls(counter, mode, count):
    """How many the probe adds in all; ends when that is not none."""
    added = 0
    for number in (count, 2 * count):
        without = counter.system_calls(mode, number, False)
        with_probe = counter.system_calls(mode, number, True)
        expected = 0 if mode.endswith(":lock") else number
        if sum(without.values()) != expected:
            sys.exit(f"{mode}: {dict(without)} are not {expected} calls")
        added += sum(with_probe.values()) - sum(without.values())
        if with_probe != without:
            sys.exit(f"{mode}: system calls of {number}: with the probe "
                     f"{dict(with_probe)}, without {dict(without)}")
    return added


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    processes.add_nostall(parser)
    parser.add_argument("--count", type=int, default=2000)
    given = parser.parse_args()
    processes.need({"gcc": "gcc", "valgrind": "valgrind", "strace": "strace"})
    print(f"{'added by the probe to each':28} {'system calls':>12} "
          f"{'instructions':>12} {'(without it)':>12}")
    with tempfile.TemporaryDirectory() as folder:
        counter = Counter(given.nostall, folder)
        for mode in MODES:
            calls = check_system_calls(counter, mode, given.count)
            added, without = added_instructions(counter, mode, given.count)
            print(f"{mode:28} {calls:12} {added:12.2f} {without:12.2f}",
                  flush=True)


if __name__ == "__main__":
    main()
