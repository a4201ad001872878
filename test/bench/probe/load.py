#!/usr/bin/env python3
"""What the probe costs a server under load: CPU time per request.

usage: load.py [--nostall PROGRAM] [--rounds N] [--slices N] [--seconds S]
               [--pin] [--only SERVER]... [--log FILE]

Each round starts three of the same server: one under `nostall run` and two
without, and a client for each. Then come slices of load, of a twentieth of a
second: in each triple every server gets one, in random order, while the other
clients are stopped. So all three see the same of what else the machine does. A
server's figure is the user+sys time of its processes in the round, without the
watcher's, for one request, and that of a comparison the geometric mean over the
rounds, without the lowest and the highest tenth of them, of

  probe     with the probe / without
  control   the other without / without, which can differ by chance only

with a bootstrap 95 % confidence interval. The control's interval is what this
machine can tell: a difference that is smaller is not seen, and it is said when
that is above 2 %. --log appends each round's figures to a file, of which a
further run with the same file makes use: long measurements can be made in parts.
"""
import argparse
import contextlib
import json
import math
import os
import statistics
import sys
import tempfile

import figures
import processes
from servers import SERVERS, Client

KINDS = ("probe", "plain", "control")
AIM = 0.02


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
    """{which of the three: its CPU in us for a request, ...}."""
    with contextlib.ExitStack() as cleanup:
        servers = start_servers(given, kind, folder, cleanup)
        for name in figures.shuffled(KINDS):  # A JIT compiler's time, say.
            client = Client(servers[name])
            cleanup.callback(client.kill)
            client.slice(given.warm_up)
            client.end()
        clients, before = {}, {}
        for name in figures.shuffled(KINDS):
            before[name] = servers[name].cpu()
            clients[name] = Client(servers[name])
            cleanup.callback(clients[name].kill)
        for _ in range(given.slices):
            for name in figures.shuffled(KINDS):
                clients[name].slice(given.seconds)
        result = {"server": kind.__name__}
        for name in KINDS:
            requests = clients[name].end()
            (cpu, watcher), (cpu_before, watcher_before) = (
                servers[name].cpu(), before[name])
            result[name] = (cpu - cpu_before) / 1000 / requests
            result[f"{name}_requests"] = requests
            if name == "probe":
                result["watcher"] = (watcher - watcher_before) / 1000 / requests
    trace = servers["probe"].path("trace")
    if not processes.iterations(given.nostall, trace):
        sys.exit("the probe saw no iterations")
    return result


def trimmed_ratio(logs):
    logs = sorted(logs)
    cut = len(logs) // 10
    return math.exp(statistics.mean(logs[cut:len(logs) - cut]))


def compare(rounds, first):
    """Prints a ratio; returns half of its interval's width."""
    logs = [math.log(one[first] / one["plain"]) for one in rounds]
    value, low, high = figures.interval(logs, trimmed_ratio)
    half = (high - low) / 2
    verdict = "contains 1" if low <= 1 <= high else "does not contain 1"
    print(f"  {first:8} {value:7.4f} [{low:.4f}, {high:.4f}] "
          f"+- {100 * half:.1f} %, {verdict}")
    return half


def show(name, rounds):
    print(f"{name}: {len(rounds)} rounds")
    halves = [compare(rounds, kind) for kind in ("probe", "control")]
    if max(halves) > AIM:
        print(f"  too noisy to tell {100 * AIM:.0f} %: more rounds, or a "
              "quieter machine")
    for kind in KINDS:
        cpu = statistics.median(one[kind] for one in rounds)
        requests = statistics.median(one[f"{kind}_requests"] for one in rounds)
        print(f"  {kind:8} {cpu:7.2f} us of CPU for each of {requests:.0f} "
              "requests a round")
    watcher = statistics.median(one["watcher"] for one in rounds)
    print(f"  watcher  {watcher:7.2f} us for each of them, its idle time "
          "included", flush=True)


def logged(given, kind):
    """The rounds of this server that were measured before."""
    if not given.log or not os.path.exists(given.log):
        return []
    with open(given.log, encoding="utf-8") as file:
        return [one for one in map(json.loads, file)
                if one["server"] == kind.__name__]


def measure(given, kind, folder):
    os.chmod(folder, 0o755)  # For a worker of another user.
    kind.prepare(folder)
    if given.pin:
        # Clients inherit this; servers are given theirs.
        os.sched_setaffinity(0, given.cpus - {max(given.cpus)})
    rounds = logged(given, kind)
    for number in range(given.rounds):
        path = os.path.join(folder, str(number))
        os.mkdir(path)
        rounds.append(one_round(given, kind, path))
        if given.log:
            with open(given.log, "a", encoding="utf-8") as file:
                file.write(json.dumps(rounds[-1]) + "\n")
    return rounds


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    processes.add_nostall(parser)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--slices", type=int, default=60)
    parser.add_argument("--seconds", type=float, default=0.05,
                        help="length of a slice")
    parser.add_argument("--warm-up", type=float, default=0.5,
                        help="seconds of load before the first slice")
    parser.add_argument("--pin", action="store_true",
                        help="the servers on the last CPU, all else on others")
    parser.add_argument("--only", action="append", choices=SERVERS)
    parser.add_argument("--log")
    given = parser.parse_args()
    given.cpus = os.sched_getaffinity(0)
    if given.pin and len(given.cpus) < 2:
        sys.exit("--pin needs two CPUs")
    for name in given.only or SERVERS:
        kind = SERVERS[name]
        processes.need(kind.needs)
        with tempfile.TemporaryDirectory() as folder:
            rounds = measure(given, kind, folder)
        if len(rounds) < 3:
            sys.exit("an interval needs three rounds at least")
        show(name, rounds)


if __name__ == "__main__":
    main()
