#!/usr/bin/env python3
"""Estimated against measured time of loops.

usage: estimate.py [--nostall PROGRAM] [--seed N] [--count N] [--compiler CXX]... [-v]

Draws functions with loops (generate.py), compiles them with -O2, measures each
(the fastest of 15 blocks of at least a millisecond), and prints for how many the
estimate of `nostall dump-estimates` is within a factor of 3 and of 2. The
estimate is for the reference machine; with --unit it is multiplied by what
`nostall calibrate` found on this one.
"""
import argparse
import json
import math
import pathlib
import subprocess
import tempfile

import generate


def measure(compiler, folder, source, count):
    (folder / "main.cpp").write_text('#include "' + source.name + '"\n' + generate.main_text(count))
    binary = folder / "loops"
    subprocess.run([compiler, "-std=c++20", "-O2", "-o", binary, folder / "main.cpp"], check=True)
    output = subprocess.run([binary], check=True, capture_output=True, text=True).stdout
    return {int(n): float(ns) for n, ns in (line.split() for line in output.splitlines())}


def estimate(nostall, folder, source):
    summary = folder / "loops.nss"
    subprocess.run([nostall, "summarize", "--root", folder, "-o", summary, "--",
                    "clang++", "-std=c++20", "-c", source], check=True)
    dump = subprocess.run([nostall, "dump-estimates", summary], check=True, capture_output=True, text=True).stdout
    return {loop["line"]: loop["total_ns"] for loop in json.loads(dump)}


def ratios(nostall, seed, count, compiler, unit):
    """Estimate by measured time of COUNT generated loops."""
    text, starts = generate.program(seed, count)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        source = folder / "loops.cpp"
        source.write_text(text)
        estimates = estimate(nostall, folder, source)
        measured = measure(compiler, folder, source, count)
    return [estimates[starts[n]] * unit / measured[n] for n in sorted(measured)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nostall", default="build/release/bin/nostall")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--compiler", action="append")
    parser.add_argument("--unit", type=float, default=1)
    parser.add_argument("-v", action="store_true", help="every loop")
    options = parser.parse_args()
    text, starts = generate.program(options.seed, options.count)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        source = folder / "loops.cpp"
        source.write_text(text)
        estimates = estimate(options.nostall, folder, source)
        for compiler in options.compiler or ["clang++-19", "g++"]:
            measured = measure(compiler, folder, source, options.count)
            ratios = {n: estimates[starts[n]] * options.unit / measured[n] for n in measured}
            if options.v:
                lines = text.splitlines()
                for n, ratio in sorted(ratios.items(), key=lambda item: item[1]):
                    end = next(i for i in range(starts[n], len(lines)) if lines[i] == "}")
                    body = " ".join(line.strip() for line in lines[starts[n] - 1:end - 1])
                    print(f"  {ratio:6.2f} {measured[n]:10.0f} ns  {body}")
            logs = [abs(math.log(ratio)) for ratio in ratios.values()]
            mean = math.exp(sum(math.log(r) for r in ratios.values()) / len(ratios))
            within = {k: sum(log <= math.log(k) for log in logs) for k in (2, 3)}
            print(f"{compiler}: {len(logs)} loops, within x3 {within[3]} ({within[3] / len(logs):.0%}), "
                  f"within x2 {within[2]} ({within[2] / len(logs):.0%}), geometric mean of estimate/measured {mean:.2f}")


if __name__ == "__main__":
    main()
