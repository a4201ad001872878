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
import contextlib
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


@contextlib.contextmanager
def running(command):
    """The process, when it has settled; ends it, also when interrupted."""
    process = subprocess.Popen(command, env=processes.environment(),
                               stdin=subprocess.DEVNULL)
    try:
        time.sleep(SETTLED)
        if process.poll() is not None:
            sys.exit(f"{' '.join(command)}: {process.returncode}")
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def shares(pids, seconds):
    """Each process's user+sys in percent of one CPU."""
    begin, before = time.monotonic_ns(), [processes.cpu_ns(pid)
                                          for pid in pids]
    time.sleep(seconds)
    end, after = time.monotonic_ns(), [processes.cpu_ns(pid) for pid in pids]
    return [100 * (second - first) / (end - begin)
            for first, second in zip(before, after)]


def watched(given, folder, program, threads, pace):
    """The watcher's share of a CPU, the loops' own, and how many stalls."""
    trace = os.path.join(folder, "trace")
    with running(processes.probed(
            given.nostall, trace, [program, str(threads), str(pace)],
            f"{given.threshold}ms")) as process:
        targets = processes.descendants(process.pid)
        if len(targets) != 1:
            sys.exit(f"nostall run has {len(targets)} processes below it")
        watcher, loops = shares([process.pid, *targets], given.seconds)
    seen = processes.report(given.nostall, trace)
    if len(seen["loops"]) != threads:
        sys.exit(f"the probe saw {len(seen['loops'])} of {threads} loops")
    return watcher, loops, len(seen["stalls"])


def waking(given, program):
    """The share of a CPU of a loop that wakes up as often as a watcher."""
    with running([program, "1", str(round(2000 / given.threshold))]) as process:
        return shares([process.pid], given.seconds)[0]


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
