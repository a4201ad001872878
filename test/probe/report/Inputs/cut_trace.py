#!/usr/bin/env python3
"""Cuts a trace at many places; nostall must read all that stands before.

usage: cut_trace.py NOSTALL TRACE SCRATCH

Prints how many cuts were within a record, and the numbers of stalls that were
left, which must not fall as the pieces get longer.
"""
import json
import subprocess
import sys

NOSTALL, TRACE, SCRATCH = sys.argv[1:]


def boundaries(data):
    """Where records end."""
    at, ends = 8, {8}
    while at < len(data):
        size, shift = 0, 0
        while True:
            byte, at = data[at], at + 1
            size |= (byte & 0x7f) << shift
            shift += 7
            if byte < 0x80:
                break
        at += size
        ends.add(at)
    return ends


def stalls_left(data):
    with open(SCRATCH, "wb") as file:
        file.write(data)
    done = subprocess.run([NOSTALL, "report", "--format", "json", SCRATCH],
                          capture_output=True, timeout=60)
    error = done.stderr.decode()
    if done.returncode != 2 or f"{SCRATCH}: offset " not in error:
        sys.exit(f"cut at {len(data)}: exit code {done.returncode}\n{error}")
    return len(json.loads(done.stdout)["stalls"]), error


with open(TRACE, "rb") as file:
    whole = file.read()
ends = boundaries(whole)
within, numbers, last = 0, [], 0
# Every end of a record, the bytes beside it, and some between.
places = sorted({place for end in ends for place in (end - 1, end, end + 1)}
                | set(range(8, len(whole), 29)))
for place in places:
    if not 8 <= place < len(whole):
        continue
    count, error = stalls_left(whole[:place])
    if place not in ends:
        within += 1
        if "ends within a record" not in error:
            sys.exit(f"cut at {place}: {error}")
    if count < last:
        sys.exit(f"cut at {place}: {count} stalls, but {last} of a shorter one")
    if count not in numbers:
        numbers.append(count)
    last = count
print("cut within a record:", within)
print("stalls that were left:", *numbers)
