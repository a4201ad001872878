#!/usr/bin/env python3
"""What a further run of nostall check costs.

usage: incremental.py [--nostall PROGRAM] [--rounds N] --project DATABASE-FOLDER
                      [--root FOLDER] [--cpu] FILE

Prints, and holds against its bounds (exit code 1):
  * nothing changed: the time of a run against that of ninja on a build of the
    same files with the same headers, which has nothing to do (at most 2.0), and
    per file that was read (at most 50 us);
  * FILE edited: the time of a run against that of FILE alone and of linking all
    (at most 1.3). FILE gets a function more each time, and is restored.

Minimum of the rounds, taken in turns. --cpu: CPU time of the process and its
children, on a machine that does other things.

The build for ninja only preprocesses, with dependency files; what ninja does
when nothing has changed does not depend on that.
"""
import argparse
import json
import os
import resource
import shlex
import subprocess
import sys
import tempfile
import time

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))


def preprocessing(entry, output):
    """The entry's command, made to preprocess and to write dependencies."""
    arguments = entry.get("arguments") or shlex.split(entry["command"])
    left, skip = [], False
    for argument in arguments:
        if skip or argument == "-c":
            skip = False
            continue
        if argument in ("-o", "-MF", "-MT", "-MQ"):
            skip = True
        elif argument not in ("-MD", "-MMD", "-MP"):
            left.append(argument)
    return f"cd {shlex.quote(entry['directory'])} && {shlex.join(left)} -E " \
        f"-MD -MF {output}.d -MT {output} -o {output}"


def make_build(database, folder):
    with open(os.path.join(database, "compile_commands.json"),
              encoding="utf-8") as file:
        entries = json.load(file)
    with open(os.path.join(folder, "build.ninja"), "w",
              encoding="utf-8") as file:
        file.write("rule pp\n  command = $cmd\n  depfile = $out.d\n"
                   "  deps = gcc\n\n")
        for number, entry in enumerate(entries):
            output = os.path.join(folder, f"{number}.i")
            source = os.path.join(entry["directory"], entry["file"])
            command = preprocessing(entry, output).replace("$", "$$")
            file.write(f"build {output}: pp {source}\n  cmd = {command}\n\n")
    subprocess.run(["ninja", "-C", folder], check=True,
                   stdout=subprocess.DEVNULL)
    listed = subprocess.run(["ninja", "-C", folder, "-t", "deps"], check=True,
                            capture_output=True, text=True).stdout
    return len({line for line in listed.splitlines() if line.startswith("  ")})


def seconds(command, folder, cpu):
    def used():
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        return usage.ru_utime + usage.ru_stime
    before, start = used(), time.perf_counter()
    done = subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True, check=False)
    took = used() - before if cpu else time.perf_counter() - start
    if done.returncode not in (0, 1):
        sys.exit(f"{command[0]}: exit code {done.returncode}\n{done.stderr}")
    return took, done.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nostall", default=os.path.join(
        SOURCE, "build", "release", "bin", "nostall"))
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--project", required=True)
    parser.add_argument("--root")
    parser.add_argument("--cpu", action="store_true")
    parser.add_argument("file")
    given = parser.parse_args()
    project, edited = os.path.abspath(given.project), os.path.abspath(given.file)
    root = os.path.abspath(given.root or project)
    with open(edited, encoding="utf-8") as file:
        text = file.read()
    with tempfile.TemporaryDirectory() as temporary:
        build = os.path.join(temporary, "build")
        os.mkdir(build)
        files = make_build(project, build)
        check = [given.nostall, "check", "-p", project, "--root", root, "-v"]
        cached = [*check, "--cache", os.path.join(temporary, "cache")]
        index = os.path.join(temporary, "index.nss")

        def take(command):
            return seconds(command, root, given.cpu)

        cold, _ = take(cached)
        print(f"first run: {cold:.2f} s")
        time.sleep(2.2)  # until what was written is old
        take(cached)
        nothing, ninja = [], []
        for _ in range(given.rounds):
            took, said = take(cached)
            if "nothing linked" not in said:
                sys.exit(f"something was done:\n{said}")
            nothing.append(took)
            ninja.append(take(["ninja", "-C", build])[0])
        ours, theirs = min(nothing), min(ninja)
        ratio, each = ours / theirs, ours / files * 1e6
        print(f"nothing changed, {files} files: {ours * 1e3:.1f} ms, ninja "
              f"{theirs * 1e3:.1f} ms, ratio {ratio:.2f}; {each:.1f} us a file")

        # Relinking is what an unchanged index costs to analyse, and to make.
        take([*check[:-1], "--no-cache", "--update-index", index])
        again, alone, link = [], [], []
        try:
            for number in range(given.rounds):
                with open(edited, "w", encoding="utf-8") as file:
                    file.write(f"{text}\nint editedHere{number}(int N) {{ "
                               f"return N + {number}; }}\n")
                took, said = take(cached)
                if "nothing linked" in said:
                    sys.exit(f"nothing was done:\n{said}")
                again.append(took)
                alone.append(take([*check[:-1], "--no-cache", edited])[0])
                link.append(take([*check[:-1], "--from-index", index])[0])
        finally:
            with open(edited, "w", encoding="utf-8") as file:
                file.write(text)
        ours, theirs = min(again), min(alone) + min(link)
        edit = ours / theirs
        print(f"{os.path.basename(edited)} edited: {ours * 1e3:.0f} ms, alone "
              f"{min(alone) * 1e3:.0f} ms and all linked {min(link) * 1e3:.0f} "
              f"ms, ratio {edit:.2f}")
    sys.exit(1 if ratio > 2.0 or each > 50 or edit > 1.3 else 0)


if __name__ == "__main__":
    main()
