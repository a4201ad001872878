"""Writes a compile_commands.json for the sources of a folder.

usage: compile_commands.py FOLDER [--compiler=NAME] COMPILER-OPTIONS..."""
import json
import os
import sys

folder, options = os.path.realpath(sys.argv[1]), sys.argv[2:]
compiler = "clang++"
if options and options[0].startswith("--compiler="):
    compiler = options.pop(0).partition("=")[2]
commands = [{"directory": folder, "file": name,
             "arguments": [compiler, *options, "-c", name]}
            for name in sorted(os.listdir(folder)) if name.endswith(".cpp")]
with open(os.path.join(folder, "compile_commands.json"), "w",
          encoding="utf-8") as file:
    json.dump(commands, file)
