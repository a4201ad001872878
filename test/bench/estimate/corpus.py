#!/usr/bin/env python3
"""Estimated against measured time of loops in real programs.

usage: corpus.py WORK [--seed N] [--count N] [--package NAME]... [-v]

Fetches the packages of packages.json into WORK, counts the rounds of their loops
in a run, and draws loops by the seed, as many in each package: among all those
that are written in a source file. Loops that the run does not enter, that take
less than 200 ns per entry or less than 100 us in all, and that no timer can be
put around are replaced by the next drawn, and counted. What is drawn is measured
(README.md), and compared to the estimate; then the same for generated functions
(estimate.py). What was measured is kept in WORK: with another nostall only the
estimates are made again.
"""
import argparse
import json
import math
import pathlib
import random
import subprocess
import sys

import estimate
import inputs
import instrument
from package import HERE, RECIPES, Failure, Package

SHORTEST_ENTRY, SHORTEST_TOTAL = 200, 100e3
# Below, the time stamp counter's small cost matters more than interruptions.
LONGEST_TSC_AVERAGE, LONGEST_TSC_ENTRY = 20e3, 100e3
AIM = 0.8


def key(loop):
    return f"{loop['file']}:{loop['line']}:{loop['column']}"


def written(functions):
    """The loops that stand in source files, once each, in the order of their places."""
    found, sources = {}, {}
    for loop in (loop for function in functions for loop in function):
        if not loop["unit"] or key(loop) in found:
            continue
        if loop["unit"] not in sources:
            source = loop["unit"].read_text(errors="surrogateescape")
            sources[loop["unit"]] = (source, instrument.line_starts(source))
        source, starts = sources[loop["unit"]]
        try:
            # Columns count bytes.
            start = starts[loop["line"] - 1]
            line = source[start:start + 1000]
            before = line.encode(errors="surrogateescape")[:loop["column"] - 1].decode(errors="surrogateescape")
            loop["at"] = start + len(before)
            loop["body"] = instrument.body_of(source, loop["at"])
        except (instrument.NotWritten, IndexError):
            continue
        found[key(loop)] = loop
    return [found[k] for k in sorted(found)]


class Measurement:
    """Of one package; kept in a file."""

    def __init__(self, package, files, repetitions):
        self.package, self.files, self.repetitions = package, files, repetitions
        self.store = package.folder / f"measured-{package.compilers[0]}.json"
        self.data = json.loads(self.store.read_text()) if self.store.exists() else {"counts": None, "lost": [], "times": {}}

    def save(self):
        self.store.write_text(json.dumps(self.data))

    def count(self, loops):
        if self.data["counts"] is not None:
            return
        for n, loop in enumerate(loops):
            loop["number"] = n
        binary, lost = self.package.build(
            "counted", loops, lambda loop, _: [(loop["at"], 1, f"NOSTALL_VISIT({loop['number']}) "),
                                               (loop["body"], 0, f"NOSTALL_ROUND({loop['number']}) ")])
        counts = {}
        for number, *numbers in self.package.execute(binary, self.files):
            place = key(loops[int(number)])
            counts[place] = [old + new for old, new in zip(counts.get(place, [0, 0, 0]), numbers)]
        self.data["counts"], self.data["lost"] = counts, [key(loop) for loop in lost]
        self.save()

    def time(self, loops):
        """Per entry, in nanoseconds, the fastest of the repetitions."""
        loops = [loop for loop in loops if key(loop) not in self.data["times"]]
        if not loops:
            return
        for n, loop in enumerate(loops):
            loop["number"] = n
        binary, lost = self.package.build(
            "timed", loops, lambda loop, _: [(loop["at"], 1, f"NOSTALL_TIME({loop['number']}) ")])
        for loop in loops:
            self.data["times"][key(loop)] = None if loop in lost else self.fastest(binary, loop["number"])
        self.save()

    def fastest(self, binary, number):
        def once(clock):
            lines = self.package.execute(binary, self.files, f"{number} {clock}")
            return {"entries": sum(line[0] for line in lines), "ns": sum(line[1] for line in lines),
                    "longest": max((line[2] for line in lines), default=0)}

        first = once("cpu")
        if not first["entries"]:
            return first
        fine = first["ns"] / first["entries"] < LONGEST_TSC_AVERAGE and first["longest"] < LONGEST_TSC_ENTRY
        runs = [once("tsc" if fine else "cpu") for _ in range(self.repetitions)]
        return min(runs if fine else [first] + runs, key=lambda one: one["ns"])


def draw(measurement, loops, count, seed):
    """COUNT loops that are long enough, and why others were not taken."""
    data = measurement.data
    order = sorted(loops, key=key)
    random.Random(f"{seed} {measurement.package.name}").shuffle(order)
    drawn, replaced = [], {"not entered": 0, "cannot be changed": 0, "too short": 0}
    while order and len(drawn) < count:
        batch = []
        while order and len(batch) < 2 * (count - len(drawn)):
            loop = order.pop(0)
            if key(loop) in data["lost"]:
                replaced["cannot be changed"] += 1
            elif data["counts"].get(key(loop), [0])[0] == 0:
                replaced["not entered"] += 1
            else:
                batch.append(loop)
        measurement.time(batch)
        for place, loop in enumerate(batch):
            if len(drawn) == count:
                break
            time = data["times"][key(loop)]
            if time is None:
                replaced["cannot be changed"] += 1
            elif time["ns"] < SHORTEST_TOTAL or time["ns"] < SHORTEST_ENTRY * time["entries"]:
                replaced["too short"] += 1
            else:
                drawn.append(loop)
    return drawn, replaced


def estimated(loop, function, counts):
    """Nanoseconds per entry: measured rounds, each at its estimate."""
    def model(inner):
        return inner["total_ns"] / inner["round_ns"] if inner["round_ns"] else 0

    def rounds(inner):
        _, visits, made = counts.get(key(inner), [0, 0, 0])
        return model(inner) if "trips" in inner or not visits else made / visits

    def cost(outer):
        return outer["own_ns"] + sum(inner["chance"] * rounds(inner) * cost(inner)
                                     for inner in function if inner.get("parent") == outer["loop"])

    # With the rounds of the recursion within an entry.
    entries, _, made = counts[key(loop)]
    return made / entries * cost(loop)


def by_place(functions):
    """Each loop with its function; of several instantiations the first."""
    found = {}
    for function in functions:
        for loop in function:
            found.setdefault(key(loop), (loop, function))
    return found


def compare(package, files, options):
    """Of the loops drawn in one package: the ratio, the same with the rounds of callees' loops known, a text."""
    linked = package.summarize(options.nostall)
    functions = package.estimates(options.nostall, linked)
    loops = written(functions)
    measurement = Measurement(package, files, options.repetitions)
    measurement.count(loops)
    drawn, replaced = draw(measurement, loops, options.each, options.seed)
    counts = measurement.data["counts"]
    counted = package.estimates(options.nostall, linked, {place: made / visits for place, (_, visits, made) in counts.items()})
    plain, informed = by_place(functions), by_place(counted)
    rows = []
    for loop in drawn:
        time = measurement.data["times"][key(loop)]
        measured = time["ns"] / time["entries"]
        ratios = [estimated(*found[key(loop)], counts) * options.unit / measured for found in (plain, informed)]
        made = counts[key(loop)][2] / counts[key(loop)][0]
        place = f"{loop['unit'].relative_to(package.root)}:{loop['line']}"
        rows.append((*ratios, f"{ratios[0]:8.2f} {ratios[1]:8.2f} {measured:12.0f} ns {made:10.1f} rounds  {package.name} {place}"))
    others = ", ".join(f"{number} {why}" for why, number in replaced.items())
    print(f"{package.name}: {len(loops)} loops, {len(drawn)} measured; replaced: {others}", flush=True)
    return rows


def share(name, ratios):
    if not ratios:
        return
    logs = [abs(math.log(ratio)) if ratio > 0 else math.inf for ratio in ratios]
    mean = math.exp(sum(math.log(ratio) for ratio in ratios if ratio > 0) / len(ratios))
    within = {k: sum(log <= math.log(k) for log in logs) for k in (2, 3)}
    print(f"{name}: {len(logs)} loops, within x3 {within[3]} ({within[3] / len(logs):.0%}), "
          f"within x2 {within[2]} ({within[2] / len(logs):.0%}), geometric mean of estimate/measured {mean:.2f}")


def slowness(nostall, work):
    costs = work / "costs.json"
    subprocess.run([nostall, "calibrate", "--folder", work, "-o", costs], check=True, capture_output=True)
    return json.loads(costs.read_text())["slowness"]


def texts(work, compilers):
    """Source files as text that somebody wrote."""
    found = []
    for name in ("bzip2", "lua5.4", "zlib"):
        package = Package(name, work, compilers)
        package.fetch()
        found += [path for path in package.units if not path.name.startswith(".")]
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("work", type=pathlib.Path)
    parser.add_argument("--nostall", type=pathlib.Path, default="build/release/bin/nostall")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=54, help="loops in all packages")
    parser.add_argument("--generated", type=int, default=60, help="generated loops")
    parser.add_argument("--package", action="append", choices=sorted(RECIPES))
    parser.add_argument("--held-out", action="store_true", help="only packages that the model was not made with")
    parser.add_argument("--compiler", default="clang-19", choices=["clang-19", "gcc"])
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--unit", type=float, help="the machine's slowness; by default what calibrate says")
    parser.add_argument("-v", action="store_true", help="every loop")
    options = parser.parse_args()
    options.nostall = options.nostall.resolve()
    names = options.package or [n for n, r in RECIPES.items() if r.get("held-out") or not options.held_out]
    options.each = math.ceil(options.count / len(names))
    work = options.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    subprocess.run(["gcc", "-O2", "-w", "-shared", "-fPIC", "-o", work / "libtimer.so", HERE / "timer.c"], check=True)
    if options.unit is None:
        options.unit = slowness(options.nostall, work)
    print(f"slowness of this machine {options.unit:.2f}, seed {options.seed}, {options.compiler}")
    compilers = {"clang-19": ("clang-19", "clang++-19"), "gcc": ("gcc", "g++")}[options.compiler]
    rows = []
    files = inputs.write(work, 1, texts(work, compilers))
    for name in names:
        package = Package(name, work, compilers)
        try:
            package.fetch()
            rows += compare(package, files, options)
        except (Failure, subprocess.TimeoutExpired) as failure:
            print(f"{name}: left out: {failure}", file=sys.stderr)
    if options.v:
        print("   ratio  counted     measured            rounds  (counted: with the rounds of callees' loops)")
        for *_, text in sorted(rows):
            print(text)
    real = [ratio for ratio, _, _ in rows]
    share("corpus", real)
    share("corpus, rounds of callees' loops counted", [ratio for _, ratio, _ in rows])
    made = estimate.ratios(options.nostall, options.seed, options.generated, compilers[1], options.unit)
    share("generated", made)
    share("both", real + made)
    print(f"the aim: {AIM:.0%} within x3")


if __name__ == "__main__":
    main()
