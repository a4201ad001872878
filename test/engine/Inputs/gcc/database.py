"""Writes a compilation database as CMake does for GCC.

usage: database.py DIRECTORY SOURCE OUTPUT-DIRECTORY
"""
import json
import os
import sys

directory, source, output = sys.argv[1:]
command = ("g++ -std=gnu++20 -fcoroutines -fconcepts -fno-var-tracking "
           "-fno-var-tracking-assignments -fno-gnu-unique -fmax-errors=3 "
           "-fdiagnostics-color=always -flto=auto -ffat-lto-objects "
           "-fcf-protection -specs=/nowhere/spec -mno-such-machine-option "
           "-Wno-maybe-uninitialized -Wno-something-unknown -Wduplicated-cond "
           "-Wlogical-op \t\t-Wextra\n\t-pedantic -Wuseless-cast -Werror -Wall -MMD -MF "
           f"{output}/gcc.d -o {output}/gcc.o -c {source}")
with open(os.path.join(output, "compile_commands.json"), "w",
          encoding="utf-8") as file:
    json.dump([{"directory": directory, "file": source, "command": command}],
              file)
