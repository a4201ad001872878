#!/usr/bin/env python3
"""The cost of `nostall check` against that of parsing with Clang.

usage: cost.py [--nostall PROGRAM] [--rounds N] [--project DATABASE-FOLDER
               --root FOLDER] [FILE -- COMPILER-OPTIONS]

Measures user+sys time of `nostall check` and of `clang++-19 -fsyntax-only`
over the same files with the same options, cold (nostall keeps nothing between
runs), interleaved, and prints the median of each and their ratio. Without
arguments: a file of the example server, a C++20 coroutine over Boost.Asio.
With --project, all files of a compile database once per round.

Ratios, because machines differ; user+sys, because machines are shared.
"""
import argparse
import json
import os
import resource
import shlex
import statistics
import subprocess
import sys

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
EXAMPLE = os.path.join(SOURCE, "test", "example-server", "session.cpp")
ASIO = ["-std=c++20", "-DBOOST_ASIO_HAS_CO_AWAIT=1",
        "-DBOOST_ASIO_HAS_STD_COROUTINE=1"]
CLANG = "/usr/lib/llvm-19/bin/clang++"


def cpu_seconds(command, folder, good=(0,)):
    """user+sys of a command and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in good:
        sys.exit(f"{shlex.join(command)}: exit code {done.returncode}\n"
                 f"{done.stderr.decode(errors='replace')[:2000]}")
    return (after.ru_utime - before.ru_utime +
            after.ru_stime - before.ru_stime)


def clang_commands(database):
    """The database's commands, as Clang parses the same files."""
    with open(os.path.join(database, "compile_commands.json"),
              encoding="utf-8") as file:
        entries = json.load(file)
    seen = set()
    for entry in entries:
        path = os.path.join(entry["directory"], entry["file"])
        if os.path.realpath(path) in seen:
            continue
        seen.add(os.path.realpath(path))
        arguments = entry.get("arguments") or shlex.split(entry["command"])
        kept, skip = [], False
        for argument in arguments[1:]:
            if skip:
                skip = False
            elif argument in ("-o", "-MF", "-MT", "-MQ"):
                skip = True
            elif argument not in ("-c", "-MD", "-MMD", "-MP"):
                kept.append(argument)
        yield entry["directory"], [CLANG, *kept, "-fsyntax-only",
                                   "-Wno-everything", "-Qunused-arguments",
                                   "-Wno-unknown-warning-option"]


def measure(name, rounds, ours, theirs):
    """Both as functions that return seconds; prints the medians."""
    times = ([], [])
    for _ in range(rounds):
        times[0].append(ours())
        times[1].append(theirs())
    medians = [statistics.median(t) for t in times]
    print(f"{name}: nostall {medians[0]:.2f} s, clang -fsyntax-only "
          f"{medians[1]:.2f} s, ratio {medians[0] / medians[1]:.2f} "
          f"(median of {rounds})")


def main():
    arguments, options = sys.argv[1:], ASIO
    if "--" in arguments:
        at = arguments.index("--")
        arguments, options = arguments[:at], arguments[at + 1:]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nostall", default=os.path.join(
        SOURCE, "build", "release", "bin", "nostall"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--project")
    parser.add_argument("--root")
    parser.add_argument("file", nargs="?", default=EXAMPLE)
    given = parser.parse_args(arguments)
    found = (0, 1)
    if given.project:
        commands = list(clang_commands(given.project))
        measure(f"{len(commands)} files of {given.project}", given.rounds,
                lambda: cpu_seconds(
                    [given.nostall, "check", "-q", "--no-cache", "-p", given.project,
                     "--root", given.root or given.project],
                    given.project, found),
                lambda: sum(cpu_seconds(command, folder)
                            for folder, command in commands))
    else:
        folder = os.path.dirname(os.path.abspath(given.file))
        name = os.path.basename(given.file)
        measure(name, given.rounds,
                lambda: cpu_seconds(
                    [given.nostall, "check", "-q", "--no-cache", "--root", folder, name,
                     "--", *options], folder, found),
                lambda: cpu_seconds(
                    [CLANG, *options, "-fsyntax-only", name], folder))


if __name__ == "__main__":
    main()
