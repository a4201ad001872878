"""Reads `nostall describe-cli`: exit code 1, with their names, when options take
a value that is called nothing, or by the name of a type."""
import json
import sys

cli = json.load(sys.stdin)
seen = 0
bad = []
for command in cli["commands"]:
    for option in command["options"]:
        if option["takes_value"] and option["names"]:
            seen += 1
            if option["value"] in ("", "TEXT", "INT", "UINT", "FLOAT"):
                bad.append(command["name"] + " " + option["names"][-1])
if bad or not seen:
    sys.exit(f"{seen} options; without a name for the value: {bad}")
