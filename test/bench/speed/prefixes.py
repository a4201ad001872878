#!/usr/bin/env python3
"""How many files of a project begin with the same includes.

usage: prefixes.py [--bytes] COMPILE_COMMANDS.JSON...

A file's prefix is what stands before its first declaration: comments left out,
include directives and the other directives among them. Two files share as much
of it as is the same from the start, with the same compiler, directory and
options. Printed for each project: of how many files the prefix is shared with
another one for at least 1, 2, 4 and 8 includes, and with --bytes which part of
the preprocessed text of all files the shared prefixes are (this runs the
preprocessor twice for each file).
"""
import argparse
import collections
import json
import os
import re
import shlex
import subprocess
import tempfile

DIRECTIVE = re.compile(r"\s*#\s*(\w+)")


def without_comments(text):
    pattern = r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"'
    return re.sub(pattern, lambda m: m[0] if m[0].startswith('"') else
                  "\n" * m[0].count("\n") if m[0].startswith("/*") else "", text, flags=re.S)


def prefix_of(path):
    """The leading directives, one a line, up to the first other line."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = without_comments(file.read().replace("\\\n", " ")).splitlines()
    except OSError:
        return []
    prefix, depth, safe = [], 0, 0
    for line in lines:
        if not line.strip():
            continue
        match = DIRECTIVE.match(line)
        if not match:
            break
        prefix.append(" ".join(line.split()))
        if match[1] in ("if", "ifdef", "ifndef"):
            depth += 1
        elif match[1] == "endif":
            depth -= 1
        if depth == 0:
            safe = len(prefix)
    return prefix[:safe]  # Never ends inside a condition.


def options_of(entry):
    args = entry.get("arguments") or shlex.split(entry["command"])
    kept, skip = [], False
    for arg in args:
        if skip:
            skip = False
        elif arg in ("-o", "-MF", "-MT", "-MQ"):
            skip = True
        elif arg in ("-c", "-MD", "-MMD", "-MP") or arg == entry["file"] or arg.endswith(os.path.basename(entry["file"])):
            continue
        else:
            kept.append(arg)
    return tuple(kept)


def includes(lines):
    return sum(1 for line in lines if DIRECTIVE.match(line)[1] in ("include", "include_next", "import"))


def shared_lengths(prefixes):
    """For each prefix of a group, how many lines it shares with another."""
    order = sorted(range(len(prefixes)), key=lambda i: prefixes[i])
    longest = [0] * len(prefixes)
    for a, b in zip(order, order[1:]):
        common = len(os.path.commonprefix([prefixes[a], prefixes[b]]))
        longest[a], longest[b] = max(longest[a], common), max(longest[b], common)
    return longest


def preprocessed_bytes(entry, text_lines=None):
    args = [arg for arg in (entry.get("arguments") or shlex.split(entry["command"]))]
    source = entry["file"] if os.path.isabs(entry["file"]) else os.path.join(entry["directory"], entry["file"])
    compiler = "clang++-19" if source.endswith((".cpp", ".cc", ".cxx", ".C")) else "clang-19"
    options = [a for a in options_of(entry)[1:] if not a.startswith(("-W", "-fdiagnostics"))]
    if text_lines is not None:
        suffix = os.path.splitext(source)[1]
        with tempfile.NamedTemporaryFile("w", suffix=suffix, dir=os.path.dirname(source)) as file:
            file.write("\n".join(text_lines) + "\n")
            file.flush()
            run = subprocess.run([compiler, "-w", *options, "-E", "-P", file.name], cwd=entry["directory"], capture_output=True)
            return len(run.stdout)
    return len(subprocess.run([compiler, "-w", *options, "-E", "-P", source], cwd=entry["directory"], capture_output=True).stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bytes", action="store_true")
    parser.add_argument("databases", nargs="+")
    options = parser.parse_args()
    header = "project                  files    >=1    >=2    >=4    >=8"
    print(header + ("  bytes shared" if options.bytes else ""))
    for database in options.databases:
        with open(database) as file:
            entries = json.load(file)
        unique = {(e["file"]): e for e in entries if e["file"].endswith((".c", ".cc", ".cpp", ".cxx", ".C"))}
        groups = collections.defaultdict(list)
        for entry in unique.values():
            groups[(entry["directory"], options_of(entry))].append(entry)
        counts, files, shared_bytes, all_bytes = collections.Counter(), 0, 0, 0
        for group in groups.values():
            prefixes = [prefix_of(os.path.join(e["directory"], e["file"])) for e in group]
            for entry, prefix, length in zip(group, prefixes, shared_lengths(prefixes)):
                files += 1
                number = includes(prefix[:length])
                for least in (1, 2, 4, 8):
                    counts[least] += number >= least
                if options.bytes:
                    all_bytes += preprocessed_bytes(entry)
                    if number:
                        shared_bytes += preprocessed_bytes(entry, prefix[:length])
        if not files:
            continue
        name = os.path.relpath(database).replace("/compile_commands.json", "").replace("/obj", "").split("/")[-1]
        line = f"{name:22} {files:7}" + "".join(f" {counts[n] / files:6.0%}" for n in (1, 2, 4, 8))
        print(line + (f" {shared_bytes / max(all_bytes, 1):12.0%}" if options.bytes else ""), flush=True)


if __name__ == "__main__":
    main()
