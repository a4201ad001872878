#!/usr/bin/env python3
"""What the probe costs a server under load: CPU time per request.

usage: load.py [--nostall PROGRAM] [--rounds N] [--blocks N] [--seconds N]
               [--pin] [--only SERVER]...

Each round starts three of the same server: one under `nostall run` and two
without. Then come blocks of load; in each, every server gets the load once, in
random order. A server's figure is the user+sys time of its processes, without
the watcher's, for one request, and that of a comparison the geometric mean over
the rounds of the median over the blocks of

  probe     with the probe / without
  control   the other without / without, which can differ by chance only

with a bootstrap 95 % confidence interval over the rounds, and within each of
them over its blocks. The control's interval is what this machine can tell: a
difference that is smaller is not seen, and it is said when that is above 2 %.
"""
import argparse
import contextlib
import math
import os
import statistics
import sys
import tempfile

import figures
import processes
from servers import SERVERS

KINDS = ("probe", "plain", "control")
AIM = 0.02


class Block:
    """One server's share of one block."""

    def __init__(self, server, seconds):
        cpu, watcher = server.cpu()
        self.load = server.load(seconds)
        cpu_after, watcher_after = server.cpu()
        self.cpu_us = (cpu_after - cpu) / 1000 / self.load.requests
        self.watcher_us = ((watcher_after - watcher) / 1000 /
                           self.load.requests)


def start_servers(given, kind, folder, cleanup):
    servers = {}
    for name in figures.shuffled(KINDS):
        path = os.path.join(folder, name)
        os.mkdir(path)
        servers[name] = kind(path)
        cleanup.callback(servers[name].stop)
        servers[name].start(given.nostall if name == "probe" else None)
        if given.pin:
            servers[name].pin(max(given.cpus))
    return servers


def one_round(given, kind, folder):
    """Blocks: what each of the three did in it."""
    with contextlib.ExitStack() as cleanup:
        servers = start_servers(given, kind, folder, cleanup)
        for name in figures.shuffled(KINDS):
            servers[name].load(given.seconds)  # Warms up: not counted.
        blocks = [{name: Block(servers[name], given.seconds)
                   for name in figures.shuffled(KINDS)}
                  for _ in range(given.blocks)]
    trace = servers["probe"].path("trace")
    if not processes.iterations(given.nostall, trace):
        sys.exit("the probe saw no iterations")
    return blocks


def ratio(rounds):
    return math.exp(statistics.mean(map(statistics.median, rounds)))


def anew(blocks, generator):
    return generator.choices(blocks, k=len(blocks))


def compare(rounds, first, second):
    """Prints a ratio; returns half of its interval's width."""
    logs = [[math.log(block[first].cpu_us / block[second].cpu_us)
             for block in blocks] for blocks in rounds]
    value, low, high = figures.interval(logs, ratio, anew)
    half = (high - low) / 2
    verdict = "contains 1" if low <= 1 <= high else "does not contain 1"
    print(f"  {first:8} {value:7.4f} [{low:.4f}, {high:.4f}] "
          f"+- {100 * half:.1f} %, {verdict}")
    return half


def show(name, rounds):
    print(f"{name}: {len(rounds)} rounds of {len(rounds[0])} blocks")
    halves = [compare(rounds, kind, "plain") for kind in ("probe", "control")]
    if max(halves) > AIM:
        print(f"  too noisy to tell {100 * AIM:.0f} %: more rounds, or a "
              "quieter machine")
    for kind in KINDS:
        blocks = [block[kind] for blocks in rounds for block in blocks]

        def median(figure):
            return statistics.median(map(figure, blocks))

        print(f"  {kind:8} {median(lambda b: b.cpu_us):7.2f} us of CPU/request"
              f" (watcher {median(lambda b: b.watcher_us):.3f}), "
              f"{median(lambda b: b.load.per_second):8.0f} requests/s, "
              f"p99 {median(lambda b: b.load.p99_ms):.2f} ms", flush=True)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    processes.add_nostall(parser)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--blocks", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--pin", action="store_true",
                        help="the servers on the last CPU, all else on others")
    parser.add_argument("--only", action="append", choices=SERVERS)
    given = parser.parse_args()
    if given.rounds < 3:
        sys.exit("an interval needs three rounds at least")
    given.cpus = os.sched_getaffinity(0)
    if given.pin and len(given.cpus) < 2:
        sys.exit("--pin needs two CPUs")
    for name in given.only or SERVERS:
        kind = SERVERS[name]
        processes.need(kind.needs)
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)  # For a worker of another user.
            kind.prepare(folder)
            if given.pin:
                # Clients inherit this; servers are given theirs.
                os.sched_setaffinity(0, given.cpus - {max(given.cpus)})
            rounds = []
            for number in range(given.rounds):
                path = os.path.join(folder, str(number))
                os.mkdir(path)
                rounds.append(one_round(given, kind, path))
        show(name, rounds)


if __name__ == "__main__":
    main()
