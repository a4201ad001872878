#!/usr/bin/env python3
"""Damages a summary in many ways; nostall must refuse or read each of them.

usage: damage.py NOSTALL SUMMARY SCRATCH
A refusal names the file and ends with exit code 2. A flipped byte may as well
be a different, valid summary. Whatever is read is analysed.
"""
import random
import subprocess
import sys

NOSTALL, SUMMARY, SCRATCH = sys.argv[1:]
counts = {"refused": 0, "read": 0}


def run(command, what):
    done = subprocess.run([NOSTALL] + command, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=60)
    error = done.stderr.decode(errors="replace")
    if done.returncode not in (0, 1, 2):
        sys.exit(f"{what}: {' '.join(command)}: exit code {done.returncode}\n"
                 f"{error}")
    if done.returncode == 2 and f"{SCRATCH}: " not in error:
        sys.exit(f"{what}: an error without its file: {error!r}")
    return done.returncode


def attempt(data, what, must_refuse):
    with open(SCRATCH, "wb") as file:
        file.write(data)
    code = run(["check", "-q", "--from-index", SCRATCH], what)
    if must_refuse and code != 2:
        sys.exit(f"{what}: was read")
    counts["refused" if code == 2 else "read"] += 1
    if code != 2 and counts["read"] % 8 == 0:
        run(["dump-summary", SCRATCH], what)


with open(SUMMARY, "rb") as file:
    whole = file.read()
generator = random.Random(7)
sizes = {0, 1, 3, 4, 7, 8, 9, 15, 16, 31, 32, 63, 64}
while len(sizes) < 45:
    sizes.add(generator.randrange(len(whole)))
for size in sorted(sizes):
    attempt(whole[:size], f"the first {size} bytes", True)
for _ in range(80):
    # Half of them where the tables begin.
    limit = len(whole) if generator.random() < 0.5 else min(512, len(whole))
    at, bit = generator.randrange(limit), generator.randrange(8)
    data = bytearray(whole)
    data[at] ^= 1 << bit
    attempt(bytes(data), f"bit {bit} of byte {at} flipped", False)
for _ in range(40):
    at = generator.randrange(len(whole) // 4) * 4
    data = bytearray(whole)
    data[at:at + 4] = generator.choice(
        [b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"\0\0\0\0"])
    attempt(bytes(data), f"bytes {at} to {at + 3} replaced", False)
attempt(b"\0" * len(whole), "zeros", True)
attempt(b"\xff" * len(whole), "ones", True)
attempt(b"BFBS" * 100, "another file", True)
attempt(whole[4:], "the first four bytes cut off", True)
print("refused some, read some:", counts["refused"] > 45, counts["read"] > 0)
