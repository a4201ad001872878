#!/usr/bin/env python3
"""What the probe adds, in nanoseconds per iteration and per call.

usage: nanoseconds.py [--nostall PROGRAM] [--rounds N] [--starts N]
                      [--microseconds N] [--cpu N]

Four processes of calls.c run side by side on one CPU: one under `nostall run`,
two without the probe, and one with floor.c, which reads the time stamp counter
before and behind the call and does nothing else. In each round each of them does one batch, in random
order, which takes well under a scheduler's slice. The figures are medians of
the differences within a round, with a bootstrap 95 % confidence interval, over
several starts, as the layout of memory is each process's own. `control` is the
difference of the two processes without the probe: what the machine makes up;
`floor` is what nobody can do without who measures each call.
"""
import argparse
import os
import statistics
import subprocess
import sys
import tempfile

import figures
import processes
from counts import MODES

# What a read of the time stamp counter takes is in the last column.
TSC = ["outside:tsc"]
KINDS = ("probe", "plain", "control", "floor")


class Worker:
    """A process of calls.c that does batches when asked."""

    def __init__(self, command, folder, preload=None):
        environment = processes.environment()
        if preload:
            environment["LD_PRELOAD"] = preload
        self.process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, text=True,
            stdout=subprocess.PIPE, env=environment)
        self.count = 0

    def batch(self, count):
        """Nanoseconds for each of count iterations or calls."""
        self.process.stdin.write(f"{count}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            sys.exit("a process of calls.c has ended")
        self.count += count
        return int(line) / count

    def end(self):
        self.process.stdin.close()
        if self.process.wait():
            sys.exit(f"a process of calls.c: {self.process.returncode}")


def one_start(given, folder, program, mode):
    """Rounds of what KINDS says, of processes of their own."""
    trace = os.path.join(folder, "trace")
    command = [program, mode, "serve", str(given.cpu)]
    floor = os.path.join(folder, "floor")
    workers = {kind: Worker(processes.probed(given.nostall, trace, command)
                            if kind == "probe" else command, folder,
                            floor if kind == "floor" else None)
               for kind in figures.shuffled(KINDS)}
    estimate = min(workers["plain"].batch(1000) for _ in range(5))
    count = max(10, int(given.microseconds * 1000 / estimate))
    for worker in workers.values():
        worker.batch(count)  # Not counted: its first of this size.
    rounds = []
    for _ in range(given.rounds):
        times = {kind: workers[kind].batch(count)
                 for kind in figures.shuffled(KINDS)}
        rounds.append(tuple(times[kind] for kind in KINDS))
    for worker in workers.values():
        worker.end()
    loops = processes.iterations(given.nostall, trace)
    if mode.startswith("loop:") and loops < workers["probe"].count:
        sys.exit(f"{mode}: the probe saw {loops} iterations")
    return rounds


def median_over_starts(starts):
    """Each start is one list of differences: what a start's layout of memory
    does is in all of them."""
    return statistics.median(statistics.median(start) for start in starts)


def anew(start, generator):
    return generator.choices(start, k=len(start))


def measure(given, folder, program, mode):
    starts = [one_start(given, folder, program, mode)
              for _ in range(given.starts)]
    texts = []
    for first, second in ((0, 1), (2, 1), (3, 1)):
        value, low, high = figures.interval(
            [[times[first] - times[second] for times in rounds]
             for rounds in starts], median_over_starts, anew)
        texts.append(f"{value:7.2f} [{low:.2f}, {high:.2f}]")
    plain = statistics.median(times[1] for rounds in starts
                              for times in rounds)
    print(f"{mode:20} {texts[0]:24} {texts[1]:24} {texts[2]:24} "
          f"{plain:7.1f}", flush=True)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    processes.add_nostall(parser)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--starts", type=int, default=15)
    parser.add_argument("--microseconds", type=int, default=300,
                        help="length of a batch")
    parser.add_argument("--cpu", type=int,
                        default=max(os.sched_getaffinity(0)))
    given = parser.parse_args()
    processes.need({"gcc": "gcc"})
    print(f"{'ns, for each':20} {'added by the probe':24} {'control':24} "
          f"{'floor':24} {'without':>7}")
    with tempfile.TemporaryDirectory() as folder:
        program = processes.compiled("calls.c", folder)
        processes.compiled("floor.c", folder, "-shared", "-fPIC")
        for mode in MODES + TSC:
            measure(given, folder, program, mode)


if __name__ == "__main__":
    main()
