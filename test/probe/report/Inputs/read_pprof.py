#!/usr/bin/env python3
"""Prints a pprof profile as text, and fails where it breaks the format's rules.

usage: read_pprof.py PROFILE pprof_profile.proto

One line per sample: its values, labels and functions, innermost first; inlined
functions stand in parentheses.
"""
import gzip
import os
import re
import subprocess
import sys


def parse(text):
    """protoc's text format: dictionaries of lists."""
    root = current = {}
    stack = []
    for line in text.splitlines():
        line = line.strip()
        if line.endswith("{"):
            child = {}
            current.setdefault(line[:-1].strip(), []).append(child)
            stack.append(current)
            current = child
        elif line == "}":
            current = stack.pop()
        else:
            key, value = line.split(": ", 1)
            value = value[1:-1] if value.startswith('"') else value
            current.setdefault(key, []).append(
                int(value) if re.fullmatch(r"-?\d+", value) else value)
    return root


def first(message, key):
    return message.get(key, [0])[0]


def main():
    path, proto = sys.argv[1:]
    with gzip.open(path) as file:
        data = file.read()
    text = subprocess.run(
        ["protoc", f"--proto_path={os.path.dirname(proto)}",
         "--decode=nostall.pprof.Profile", os.path.basename(proto)],
        input=data, stdout=subprocess.PIPE, check=True).stdout.decode()
    profile = parse(text)
    strings = profile["string_table"]
    assert strings[0] == "", "string 0 must be empty"
    assert len(set(strings)) == len(strings), "a string is there twice"
    functions = {f["id"][0]: f for f in profile["function"]}
    mappings = {m["id"][0]: m for m in profile.get("mapping", [])}
    locations = {p["id"][0]: p for p in profile["location"]}
    assert 0 not in functions and 0 not in mappings and 0 not in locations
    types = [(strings[first(t, "type_text")], strings[first(t, "unit_text")])
             for t in profile["sample_type"]]
    print("types:", types, "default:",
          strings[first(profile, "default_sample_type_text")])
    print("time:", first(profile, "time_nanos"),
          first(profile, "duration_nanos"))
    for sample in profile["sample"]:
        assert len(sample["value"]) == len(types), "a value for each type"
        labels = [f"{strings[first(l, 'key_text')]}="
                  f"{strings[first(l, 'value_text')]}"
                  for l in sample.get("label", [])]
        names = []
        for number in sample.get("location_id", []):
            location = locations[number]
            mapping = first(location, "mapping_id")
            assert mapping == 0 or mapping in mappings, "no such mapping"
            lines = location["line"]
            for at, line in enumerate(lines):
                name = strings[functions[line["function_id"][0]]
                               ["name_text"][0]]
                name += f":{line['line'][0]}" if "line" in line else ""
                names.append(f"({name})" if at + 1 < len(lines) else name)
        print(*sample["value"], *labels, " <- ".join(names))


if __name__ == "__main__":
    main()
