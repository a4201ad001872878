#!/usr/bin/env python3
"""Runs nostall on the tests of clang-tidy's two checks for locks held across
suspension points, and compares by line what both report there.

usage: clang_tests.py CHECKOUT [--nostall PROGRAM]

CHECKOUT is LLVM's source, or as much of it as holds clang-tools-extra/test:
a checkout of llvm-project, or what `apt-get source llvm-toolchain-19` unpacks.
Nothing of it is kept. Each difference must be explained in DIFFERENCES, and
each explanation needed; exit code 1 otherwise.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys

CHECKERS = "clang-tools-extra/test/clang-tidy/checkers"
RAII = "misc/coroutine-hostile-raii.cpp"
LOCK = "cppcoreguidelines/no-suspend-with-lock.cpp"

UNLOCKED = "the lock is released: only they report"
RELEASED = ("release() ends what the guard holds; that nobody unlocks is not "
            "followed: only they report")
NEVER_TAKEN = "the guard holds no mutex: only they report"
NO_DESTRUCTOR = ("their stand-in for the guard has no destructor, so nothing "
                 "unlocks in this file: only nostall reports")
NOT_USED = "nothing instantiates the template: only they report"
GENERATOR = ("yields and never awaits: runs inside its consumer, on no loop: "
             "only they report")
EMPTY_CLASS = ("an empty class that they know by its name or attribute: no "
               "call that could lock: only they report")

# By file, function, and place among the function's suspension points.
DIFFERENCES = {
    RAII: {
        ("BasicWarning", 1): EMPTY_CLASS, # LLVM 19's name of the next one.
        ("scopedLockableBasic", 1): EMPTY_CLASS,
        ("scopedLockableTest", 2): EMPTY_CLASS,
        ("scopedLockableTest", 3): EMPTY_CLASS,
        ("scopedLockableTest", 4): EMPTY_CLASS,
        ("scopedLockableTest", 6): EMPTY_CLASS,
        ("lambda", 2): EMPTY_CLASS,
        ("raii_in_template", 1): EMPTY_CLASS,
        ("denyListTest", 1): EMPTY_CLASS,
    },
    LOCK: {
        ("lock_possibly_unlocked", 1): UNLOCKED,
        ("lock_possibly_unlocked", 2): RELEASED,
        ("await_with_empty_lock", 1): NEVER_TAKEN,
        ("await_with_lock_different_scope", 1): NO_DESTRUCTOR,
        ("await_with_goto", 1): NO_DESTRUCTOR,
        ("await_in_lambda", 2): NOT_USED,
        ("yields_with_lock", 1): GENERATOR,
        ("awaits_in_never_instantiated_template_of_mutex", 1): NOT_USED,
        ("awaits_in_never_instantiated_templated_function", 1): NOT_USED,
        ("push_back", 1): NOT_USED,
        ("emplace_back", 1): NOT_USED,
    },
}
# The same, where both report.
COINCIDENCES = {
    ("lock_possibly_unlocked", 5):
        "the lock is released, but not by their stand-in, which has no "
        "destructor: both report",
}


def suspension_points(lines):
    """Line number to (function, place), both counted from 1."""
    points = {}
    function, place = "", 0
    for number, line in enumerate(lines, 1):
        # A definition at namespace scope, or in a class.
        head = re.match(r"(?:  )?\w[\w<> ]* (\w+)\(.*\{$|"
                        r"\w[\w<> ]* (\w+)\(.*\) try \{$", line)
        if head and head[1] not in ("if", "for", "while", "switch"):
            function, place = head[1] or head[2], 0
        if re.search(r"^[^/]*\bco_(await|yield)\b", line):
            place += 1
            points[number] = (function, place)
    return points


def theirs(lines):
    """Lines that they report, as suspension points: the check for RAII types
    reports the object, and in a note the suspension point."""
    found = set()
    for number, line in enumerate(lines, 1):
        expected = re.search(r"CHECK-MESSAGES: :?\[\[@LINE-(\d+)\]\]:\d+: "
                             r"(warning: coroutine suspended|note: suspension "
                             r"point)", line)
        if expected:
            found.add(number - int(expected[1]))
    return found


def ours(nostall, folder, name):
    done = subprocess.run(
        [nostall, "check", "-q", "--checks=-*",
         "--checks=nostall-lock-across-suspension", "--include-tests",
         "--root", folder, "--costs", "none", name, "--", "-std=c++20"],
        cwd=folder, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(f"{name}: nostall failed:\n{done.stderr}")
    return {int(line) for line in re.findall(
        rf"^{re.escape(name)}:(\d+):\d+: (?:warning|error): ", done.stdout,
        re.M)}


def compare(nostall, folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        lines = file.read().splitlines()
    points = suspension_points(lines)
    they, we = theirs(lines), ours(nostall, folder, name)
    unused = dict(DIFFERENCES[name])
    good = True
    print(f"{name}: {len(points)} suspension points, they report {len(they)}, "
          f"nostall {len(we)}, both {len(they & we)}")
    for line, point in sorted(points.items()):
        if (line in they) == (line in we):
            if line in we and point in COINCIDENCES:
                print(f"  {line}: {point[0]}, {point[1]}: "
                      f"{COINCIDENCES[point]}")
            continue
        why = unused.pop(point, None)
        good &= why is not None
        print(f"  {line}: {point[0]}, {point[1]}: {why or 'NOT EXPLAINED'}")
    for line in sorted((they | we) - points.keys()):
        good = False
        print(f"  {line}: no suspension point")
    for function, place in unused.keys() & set(points.values()):
        good = False
        print(f"  {function}, {place}: explained, but both agree")
    return good


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("checkout")
    parser.add_argument("--nostall", default="nostall")
    options = parser.parse_args()
    folder = os.path.join(options.checkout, CHECKERS)
    nostall = shutil.which(options.nostall)
    if not nostall:
        sys.exit(f"{options.nostall}: no such program")
    # All, so that one that fails does not hide the other.
    results = [compare(os.path.abspath(nostall), folder, name)
               for name in (RAII, LOCK)]
    sys.exit(not all(results))


if __name__ == "__main__":
    main()
