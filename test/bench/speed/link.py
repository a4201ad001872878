#!/usr/bin/env python3
"""What linking and solving a large program costs.

usage: link.py [--build FOLDER] [--work FOLDER] [--largest FUNCTIONS] [--check]

Generates summaries of programs of 10,000, 100,000 and 1,000,000 functions (ten
calls each, fifty functions a unit; generate_summaries.cpp), links each with
`nostall link @LIST`, and prints CPU time, elapsed time (two threads), memory and
the exponent of growth of CPU time from one to the next: 1 is linear. With --check also what `nostall check --from-index`
takes, which solves the program.
"""
import argparse
import math
import os
import pathlib
import subprocess
import tempfile
import time


def run(command):
    """User and system seconds, elapsed ones, the largest memory in MiB."""
    start = time.monotonic()
    with open(os.devnull, "w") as null:
        process = subprocess.Popen([str(part) for part in command], stdout=null)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{command[0]} ended with {process.returncode}")
    elapsed = time.monotonic() - start
    return usage.ru_utime + usage.ru_stime, elapsed, usage.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--work")
    parser.add_argument("--largest", type=int, default=1_000_000)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    tools = pathlib.Path(options.build).resolve() / "bin"
    with tempfile.TemporaryDirectory(dir=options.work) as name:
        folder = pathlib.Path(name)
        before = {}
        size = 10_000
        while size <= options.largest:
            units = folder / str(size)
            run([tools / "generate_summaries", units, size // 50, size, size * 10])
            index = folder / f"{size}.nss"
            steps = {"link": [tools / "nostall", "link", f"@{units}/list", "-o", index]}
            if options.check:
                steps["check"] = [tools / "nostall", "check", "-q", "--no-trace", "--no-cache", "--from-index", index]
            for step, command in steps.items():
                seconds, elapsed, memory = run(command)
                line = f"{step:6} {size:9,} functions {size * 10:11,} calls {seconds:8.2f} s of CPU " \
                    f"{elapsed:8.2f} s elapsed {memory:7.0f} MiB"
                if step in before:
                    line += f", exponent {math.log10(seconds / before[step]):.2f}"
                before[step] = seconds
                print(line, flush=True)
            subprocess.run(["rm", "-rf", units], check=True)
            size *= 10


if __name__ == "__main__":
    main()
