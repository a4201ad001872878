#!/usr/bin/env python3
"""A library that has certain symbols, to see what they are called.

usage: symbol_library.py NAMES LIBRARY MARKS DESCRIPTION
       symbol_library.py NAMES --check STACKS

NAMES has lines `symbol -> function`. The first form builds the library, and
writes what make_trace.py needs for a trace with one stall in each symbol; the
second compares what print_stacks.py printed of it.
"""
import json
import os
import subprocess
import sys


def read_names(path):
    with open(path, encoding="utf-8") as file:
        lines = [line.strip() for line in file]
    return [line.split(" -> ") for line in lines
            if line and not line.startswith("#")]


def build(names, library, marks, description):
    source = library + ".s"
    with open(source, "w", encoding="utf-8") as file:
        for symbol, _ in names:
            file.write(f'.globl "{symbol}"\n.type "{symbol}", @function\n'
                       f'"{symbol}": .skip 16, 0x90\n'
                       f'.size "{symbol}", 16\n')
    subprocess.run(["gcc", "-shared", "-nostdlib", "-Wl,--build-id=none",
                    "-o", library, source], check=True)
    listing = subprocess.run(["nm", library], check=True, text=True,
                             stdout=subprocess.PIPE).stdout
    address = {line.split()[2]: int(line.split()[0], 16)
               for line in listing.splitlines() if len(line.split()) == 3}
    with open(marks, "w", encoding="utf-8") as file:
        for number, (symbol, _) in enumerate(names, 1):
            print(json.dumps({"mark": str(number), "frames": [{
                "module": os.path.abspath(library), "build_id": "",
                "address": address[symbol] + 4, "call_site": False}]}),
                  file=file)
    with open(description, "w", encoding="utf-8") as file:
        print("start { }\n@modules", file=file)
        for number in range(1, len(names) + 1):
            print(f"stack {{ id: {number} @mark({number}) }}\n"
                  f'stall {{ task: "{number}" stack: {number} '
                  f'start_ns: {number} cause: "file" duration_ns: 9ms }}',
                  file=file)
        print("finish { }", file=file)


def check(names, stacks):
    with open(stacks, encoding="utf-8") as file:
        lines = [line.strip() for line in file if line.startswith("  ")]
    if len(lines) != len(names):
        sys.exit(f"{len(names)} symbols, but {len(lines)} frames")
    wrong = [f"{symbol}: {got!r}, expected {expected!r}"
             for (symbol, expected), got in zip(names, lines)
             if got != expected]
    sys.exit("\n".join(wrong) or 0)


def main():
    if len(sys.argv) == 4 and sys.argv[2] == "--check":
        check(read_names(sys.argv[1]), sys.argv[3])
    elif len(sys.argv) == 5:
        build(read_names(sys.argv[1]), *sys.argv[2:])
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
