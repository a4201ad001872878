"""Moves a compile_commands.json into another folder, in which its commands are
then run.

usage: move_commands.py FILE FOLDER
"""
import json
import os
import sys

path, folder = sys.argv[1:]
with open(path, encoding="utf-8") as file:
    commands = json.load(file)
for command in commands:
    full = os.path.join(command["directory"], command["file"])
    command["arguments"] = [full if a == command["file"] else a
                            for a in command["arguments"]]
    command["file"] = full
    command["directory"] = folder
os.remove(path)
with open(os.path.join(folder, "compile_commands.json"), "w",
          encoding="utf-8") as file:
    json.dump(commands, file)
