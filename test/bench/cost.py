#!/usr/bin/env python3
"""The cost of `nostall check` against that of parsing with Clang.

usage: cost.py [--nostall PROGRAM] [--rounds N] [--project DATABASE-FOLDER
               --root FOLDER [--sample N] [--seed N] [--warnings]]
               [--tidy PLUGIN]
               [FILE -- COMPILER-OPTIONS]

Measures user+sys time of `nostall check` and of `clang++-19 -fsyntax-only`
over the same files with the same options, cold (nostall keeps nothing between
runs), interleaved, and prints the median of each and their ratio. Without
arguments: a file of the example server, a C++20 coroutine over Boost.Asio.
With --project, all files of a compile database once per round, or with
--sample so many of them, drawn with a seed. Both run as many jobs as there are
processors. Files that Clang does not parse without errors are left out, and
counted: how much of a broken file is parsed differs. Clang is told to give no warnings,
as nostall does, or with --warnings those of the database's commands.

With --tidy, the plugin instead: `clang-tidy-19` with all checks of nostall
against `clang-tidy-19` with one check that does next to nothing.

Ratios, because machines differ; user+sys, because machines are shared.
"""
import argparse
import concurrent.futures
import json
import os
import random
import resource
import shlex
import statistics
import subprocess
import sys
import tempfile

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
EXAMPLE = os.path.join(SOURCE, "test", "example-server", "session.cpp")
ASIO = ["-std=c++20", "-DBOOST_ASIO_HAS_CO_AWAIT=1",
        "-DBOOST_ASIO_HAS_STD_COROUTINE=1"]
CLANG = "/usr/lib/llvm-19/bin/clang++"
TIDY = "/usr/lib/llvm-19/bin/clang-tidy"


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


def clang_command(entry, warnings=False):
    """The entry's command, as Clang parses the same file."""
    arguments = entry.get("arguments") or shlex.split(entry["command"])
    kept, skip = [], False
    for argument in arguments[1:]:
        if skip:
            skip = False
        elif argument in ("-o", "-MF", "-MT", "-MQ"):
            skip = True
        elif argument not in ("-c", "-MD", "-MMD", "-MP"):
            kept.append(argument)
    is_c = entry["file"].endswith(".c")
    return [CLANG[:-2] if is_c else CLANG, *kept, "-fsyntax-only",
            "-Wno-error" if warnings else "-Wno-everything",
            "-Qunused-arguments", "-Wno-unknown-warning-option"]


def sources(database):
    """The database's entries, one for each file."""
    with open(os.path.join(database, "compile_commands.json"),
              encoding="utf-8") as file:
        entries = json.load(file)
    by_path = {}
    for entry in entries:
        path = os.path.realpath(os.path.join(entry["directory"],
                                             entry["file"]))
        by_path.setdefault(path, entry)
    return [by_path[path] for path in sorted(by_path)]


def parse_all(entries, warnings=False):
    """Clang on all entries; those without errors."""
    def parse(entry):
        return subprocess.run(clang_command(entry, warnings),
                              cwd=entry["directory"],
                              stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL,
                              check=False).returncode == 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        return [entry for entry, good in
                zip(entries, list(pool.map(parse, entries))) if good]


def parse_seconds(entries, warnings):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    parse_all(entries, warnings)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime +
            after.ru_stime - before.ru_stime)


def measure(name, rounds, ours, theirs, peer="clang -fsyntax-only"):
    """Both as functions that return seconds; prints the medians."""
    times = ([], [])
    for _ in range(rounds):
        times[0].append(ours())
        times[1].append(theirs())
    medians = [statistics.median(t) for t in times]
    print(f"{name}: nostall {medians[0]:.2f} s, {peer} "
          f"{medians[1]:.2f} s, ratio {medians[0] / medians[1]:.2f} "
          f"(median of {rounds})", flush=True)


def measure_project(given):
    every = sources(given.project)
    drawn = every
    if given.sample and given.sample < len(every):
        drawn = random.Random(given.seed).sample(every, given.sample)
    good = parse_all(drawn)
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "compile_commands.json"), "w",
                  encoding="utf-8") as file:
            json.dump(good, file)
        name = f"{len(good)} of {len(every)} files of {given.project}"
        if len(good) < len(drawn):
            name += f" ({len(drawn) - len(good)} with errors left out)"
        command = [given.nostall, "check", "-q", "--no-cache", "-p", folder,
                   "--root", given.root or given.project]
        measure(name, given.rounds,
                lambda: cpu_seconds(command, given.project, (0, 1)),
                lambda: parse_seconds(good, given.warnings))


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
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--warnings", action="store_true")
    parser.add_argument("--tidy")
    parser.add_argument("file", nargs="?", default=EXAMPLE)
    given = parser.parse_args(arguments)
    if given.project:
        measure_project(given)
        return
    folder = os.path.dirname(os.path.abspath(given.file))
    name = os.path.basename(given.file)
    if given.tidy:
        def tidy(*checks):
            return lambda: cpu_seconds(
                [TIDY, *checks, name, "--", *options], folder)
        measure(name, given.rounds,
                tidy(f"-load={given.tidy}", "-checks=-*,nostall-*"),
                tidy("-checks=-*,readability-isolate-declaration"),
                "clang-tidy with a trivial check")
        return
    measure(name, given.rounds,
            lambda: cpu_seconds(
                [given.nostall, "check", "-q", "--no-cache", "--root", folder,
                 name, "--", *options], folder, (0, 1)),
            lambda: cpu_seconds([CLANG, *options, "-fsyntax-only", name],
                                folder))


if __name__ == "__main__":
    main()
