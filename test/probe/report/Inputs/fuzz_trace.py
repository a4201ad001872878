#!/usr/bin/env python3
"""Damages a trace at random; nostall must neither crash nor hang.

usage: fuzz_trace.py NOSTALL TRACE SCRATCH [--rounds N] [--seed N]

Each round changes a few bits, bytes, lengths or whole stretches, and reports
the result in one of the formats. The exit code must be 0 or 2; with 2 there is
a located message. JSON stays JSON. A round that fails leaves its SCRATCH.
"""
import argparse
import json
import random
import subprocess
import sys

FORMATS = ["text", "json", "collapsed", "pprof", "chrome-trace"]
NUMBERS = [b"\xff" * 9 + b"\x01", b"\xff" * 4 + b"\x0f", b"\x80" * 6,
           b"\0", b"\x7f", b"\x80\x80\x80\x80\x08"]


def mutate(data, rng):
    data = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 4, 16])):
        at = rng.randrange(8, len(data))
        kind = rng.randrange(7)
        if kind == 0:
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            data[at] = rng.randrange(256)
        elif kind == 2:  # a number of another size
            data[at:at + rng.randrange(3)] = rng.choice(NUMBERS)
        elif kind == 3:  # a stretch is lost
            del data[at:at + rng.randrange(1, 60)]
        elif kind == 4:  # ... or there twice
            data[at:at] = data[at:at + rng.randrange(1, 200)]
        elif kind == 5:
            data[at:at + 8] = rng.randbytes(8)
        else:
            other = rng.randrange(8, len(data))
            data[at:at + 20] = data[other:other + 20]
        if len(data) < 16:
            break
    return bytes(data)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("nostall")
    parser.add_argument("trace")
    parser.add_argument("scratch")
    parser.add_argument("--rounds", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    with open(args.trace, "rb") as file:
        whole = file.read()
    damaged = 0
    for number in range(args.rounds):
        with open(args.scratch, "wb") as file:
            file.write(mutate(whole, rng))
        wanted = FORMATS[number % len(FORMATS)]
        done = subprocess.run(
            [args.nostall, "report", "--format", wanted, args.scratch],
            capture_output=True, timeout=60)
        error = done.stderr.decode(errors="replace")
        if done.returncode not in (0, 2):
            sys.exit(f"round {number}: exit code {done.returncode}\n{error}")
        if (done.returncode == 2) != (f"{args.scratch}: " in error):
            sys.exit(f"round {number}: exit code {done.returncode}, but "
                     f"{error!r}")
        if wanted in ("json", "chrome-trace") and done.stdout:
            json.loads(done.stdout)
        damaged += done.returncode == 2
    print(f"{args.rounds} rounds: {damaged} told as damaged, "
          f"{args.rounds - damaged} read")


if __name__ == "__main__":
    main()
