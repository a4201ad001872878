#!/usr/bin/env python3
"""The CPU time of the watcher, in percent of one CPU.

usage: watcher.py [--nostall PROGRAM] [--seconds N] [--rounds N]
                  [--threshold MS]

Starts loops.c under `nostall run` and reads from the kernel the user+sys time
of the nostall process alone, over a time that begins when it has settled. Each
case runs several times, in random order: mean, lowest and highest. `stalls` are
those that were seen: the machine makes some when it is busy, and to record one
takes the watcher far more than to see none. The last line is what a program
takes that does no more than to wake up as often as the watcher of a busy loop
does, every half threshold: epoll_wait and one read, without nostall.
"""
import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import figures
import processes

SETTLED = 2.5  # An idle loop's watcher goes to sleep after a second.
# Threads, iterations a second in each of them (see loops.c).
CASES = {"1,000 iterations/s": (1, 1000),
         "idle": (1, 0),
         "saturated": (1, -1),
         "10 loops of 1,000/s": (10, 1000),
         "10 idle loops": (10, 0)}


def watched(given, folder, program, threads, pace):
    """The watcher's share of a CPU, the loops' own, and how many stalls."""
    trace = os.path.join(folder, "trace")
    process = subprocess.Popen(
        processes.probed(given.nostall, trace,
                         [program, str(threads), str(pace)], f"{given.threshold}ms"),
        env=processes.environment(), stdin=subprocess.DEVNULL)
    time.sleep(SETTLED)
    targets = processes.descendants(process.pid)
    if process.poll() is not None or len(targets) != 1:
        sys.exit(f"nostall run: {process.returncode}, processes {targets}")
    begin = time.monotonic_ns()
    before = [processes.cpu_ns(pid) for pid in (process.pid, *targets)]
    time.sleep(given.seconds)
    after = [processes.cpu_ns(pid) for pid in (process.pid, *targets)]
    passed = time.monotonic_ns() - begin
    process.send_signal(signal.SIGTERM)
    process.wait()
    seen = processes.report(given.nostall, trace)
    if len(seen["loops"]) != threads:
        sys.exit(f"the probe saw {len(seen['loops'])} of {threads} loops")
    shares = [100 * (second - first) / passed
              for first, second in zip(before, after)]
    return (*shares, len(seen["stalls"]))


def waking(given, program):
    """The share of a CPU of a loop that wakes up as often as a watcher."""
    pace = round(2000 / given.threshold)
    process = subprocess.Popen([program, "1", str(pace)],
                               stdin=subprocess.DEVNULL)
    time.sleep(SETTLED)
    begin, before = time.monotonic_ns(), processes.cpu_ns(process.pid)
    time.sleep(given.seconds)
    after, end = processes.cpu_ns(process.pid), time.monotonic_ns()
    process.terminate()
    process.wait()
    return 100 * (after - before) / (end - begin)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    processes.add_nostall(parser)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threshold", type=int, default=5, help="in ms")
    given = parser.parse_args()
    processes.need({"gcc": "gcc"})
    results = {name: [] for name in CASES}
    wakings = []
    with tempfile.TemporaryDirectory() as folder:
        program = processes.compiled("loops.c", folder)
        for _ in range(given.rounds):
            for name in figures.shuffled(CASES):
                results[name].append(
                    watched(given, folder, program, *CASES[name]))
            wakings.append(waking(given, program))
    print(f"{'% of one CPU':22} {'watcher':>8} {'lowest':>8} {'highest':>8} "
          f"{'loops':>8} {'stalls':>7}")
    for name, runs in results.items():
        watcher, target, stalls = zip(*runs)
        print(f"{name:22} {statistics.mean(watcher):8.3f} {min(watcher):8.3f} "
              f"{max(watcher):8.3f} {statistics.mean(target):8.2f} "
              f"{sum(stalls):7}")
    print(f"{'to wake up so often':22} {statistics.mean(wakings):8.3f} "
          f"{min(wakings):8.3f} {max(wakings):8.3f}")


if __name__ == "__main__":
    main()
