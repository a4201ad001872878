#!/usr/bin/env python3
"""What it gains to distribute summaries with distcc.

usage: distribution.py [--programs FOLDER] [--files N] [--rounds N]
                       --root FOLDER DATABASE-FOLDER

Summarises N files of the project (spread over all of them) here, and by distcc
with one, two and four servers on this machine, limited to one job each. Prints
  * elapsed time, and its ratio to that with one server. More servers than cores
    that are free gain nothing here; on other machines they would;
  * CPU time spent on the client's side (distcc, packing), as a share of what it
    takes to summarise here: what is left on this machine when all servers are
    others, and so the bound of the gain.
Minimum of the rounds, taken in turns. All summaries are compared with those that
were made here, byte for byte; exit code 1 when one differs.
"""
import argparse
import filecmp
import json
import os
import shlex
import subprocess
import sys
import tempfile
import time

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
WITH_DISTCC = os.path.join(SOURCE, "test", "distribution", "Inputs",
                           "with_distcc.py")


def chosen(database, count):
    with open(os.path.join(database, "compile_commands.json"),
              encoding="utf-8") as file:
        entries = [e for e in json.load(file)
                   if e["file"].endswith((".cpp", ".cc", ".cxx"))]
    entries.sort(key=lambda e: e["file"])
    return entries[::max(1, len(entries) // count)][:count]


def options_of(entry):
    """Of the entry's command, without what it writes."""
    arguments = entry.get("arguments") or shlex.split(entry["command"])
    left, skip = [], False
    for argument in arguments[1:]:
        if skip:
            skip = False
        elif argument in ("-o", "-MF", "-MT", "-MQ"):
            skip = True
        elif argument not in ("-MD", "-MMD", "-MP"):
            left.append(argument)
    return left


def write_rules(folder, entries, root, prefix):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "build.ninja"), "w",
              encoding="utf-8") as file:
        file.write("rule s\n  command = $cmd\n")
        for number, entry in enumerate(entries):
            output = os.path.join(folder, f"{number}.nss")
            command = f"cd {shlex.quote(entry['directory'])} && " \
                f"{prefix} nostall-g++ --nostall-root={shlex.quote(root)} " \
                f"{shlex.join(options_of(entry))} -o {output}"
            file.write(f"build {output}: s\n  cmd = "
                       f"{command.replace('$', '$$')}\n")


def measure(folder, count, environment, servers):
    """Elapsed seconds, and CPU seconds on the client's side."""
    for number in range(count):
        output = os.path.join(folder, f"{number}.nss")
        if os.path.exists(output):
            os.remove(output)
    command = ["ninja", "-C", folder, "-j", str(max(servers, 1)), "--quiet"]
    # ninja's own account, so that the servers' time is not in it.
    account = os.path.join(folder, "account")
    timed = [sys.executable, "-c",
             "import resource, subprocess, sys, time\n"
             "start = time.monotonic()\n"
             "subprocess.run(sys.argv[2:], check=True)\n"
             "took = time.monotonic() - start\n"
             "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
             "print(took, used.ru_utime + used.ru_stime,"
             " file=open(sys.argv[1], 'w'))\n", account, *command]
    if servers:
        state = os.path.join(folder, "distcc")
        os.makedirs(state, exist_ok=True)
        timed = [sys.executable, WITH_DISTCC, str(servers), state,
                 os.path.join(environment["PROGRAMS"], "nostall-g++"), "--",
                 *timed]
    subprocess.run(timed, check=True, env=environment,
                   stdout=subprocess.DEVNULL)
    with open(account, encoding="utf-8") as file:
        took, used = file.read().split()
    return float(took), float(used)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs",
                        default=os.path.join(SOURCE, "build/release/bin"))
    parser.add_argument("--files", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--root", required=True)
    parser.add_argument("database")
    args = parser.parse_args()

    entries = chosen(args.database, args.files)
    programs = os.path.abspath(args.programs)
    environment = dict(os.environ, PROGRAMS=programs,
                       PATH=programs + os.pathsep + os.environ["PATH"])
    ways = [0, 1, 2, 4]
    best = {}
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        for servers in ways:
            write_rules(os.path.join(folder, str(servers)), entries,
                        os.path.abspath(args.root),
                        "distcc" if servers else "")
        for _ in range(args.rounds):
            for servers in ways:
                figures = measure(os.path.join(folder, str(servers)),
                                  len(entries), environment, servers)
                best[servers] = min(best.get(servers, figures), figures)
        different = [
            entries[number]["file"] for number in range(len(entries))
            for servers in ways[1:] if not filecmp.cmp(
                os.path.join(folder, "0", f"{number}.nss"),
                os.path.join(folder, str(servers), f"{number}.nss"), False)]
    here = best[0]
    print(f"{len(entries)} files, here: {here[0]:.1f} s, CPU {here[1]:.1f} s")
    for servers in ways[1:]:
        took, used = best[servers]
        print(f"{servers} servers: {took:.1f} s, {took / best[1][0]:.2f} of "
              f"one; client's CPU {used:.1f} s, {used / here[1]:.2f} of here")
    for file in different:
        print(f"differs: {file}")
    return 1 if different else 0


sys.exit(main())
