#!/usr/bin/env python3
"""Compares the lines that print_line_tables finds with co_lines(), for every
code object that the standard library compiles to, with and without columns.

usage: all_line_tables.py PRINT_LINE_TABLES    (with the Python under test)
"""
import os
import subprocess
import sys
import sysconfig
import warnings

UNIT = 2  # bytes


def sources():
    for folder, folders, names in os.walk(sysconfig.get_path("stdlib")):
        folders[:] = [name for name in folders if "-packages" not in name]
        yield from (os.path.join(folder, name) for name in names
                    if name.endswith(".py"))


def codes():
    warnings.simplefilter("ignore")
    for path in sources():
        try:
            with open(path, "rb") as file:
                found = [compile(file.read(), path, "exec")]
        except (SyntaxError, ValueError):
            continue  # Kept there as examples of what does not compile.
        for code in found:
            found += [const for const in code.co_consts
                      if isinstance(const, type(code))]
        yield from found


def lines_of_units(code):
    lines = [0] * (len(code.co_code) // UNIT)
    for start, end, line in code.co_lines():
        lines[start // UNIT:end // UNIT] = (
            [line or 0] * ((end - start) // UNIT))
    return lines


def main():
    asked, expected, units = [], [], 0
    for code in codes():
        lines = lines_of_units(code)
        units += len(lines)
        asked.append(f"{code.co_firstlineno} {len(lines)} "
                     f"{code.co_linetable.hex()}\n")
        expected.append(lines)
    done = subprocess.run([sys.argv[1]], input="".join(asked), text=True,
                          stdout=subprocess.PIPE, check=True)
    answers = done.stdout.splitlines()
    if len(answers) != len(asked):
        sys.exit(f"{len(answers)} answers to {len(asked)} tables")
    for question, answer, lines in zip(asked, answers, expected):
        if answer.split() != [str(line) for line in lines]:
            sys.exit(f"{question}gave {answer}\nnot  {lines}")
    print(f"{len(asked)} code objects, {units} code units")


if __name__ == "__main__":
    main()
