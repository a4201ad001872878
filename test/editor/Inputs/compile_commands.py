"""Writes a compile_commands.json for the sources of a folder.

usage: compile_commands.py FOLDER COMPILER-OPTIONS..."""
import json
import os
import sys

folder, options = os.path.realpath(sys.argv[1]), sys.argv[2:]
commands = [{"directory": folder, "file": name,
             "arguments": ["clang++", *options, "-c", name]}
            for name in sorted(os.listdir(folder)) if name.endswith(".cpp")]
with open(os.path.join(folder, "compile_commands.json"), "w",
          encoding="utf-8") as file:
    json.dump(commands, file)
