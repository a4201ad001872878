#!/usr/bin/env python3
"""Writes a trace of nostall from a readable description.

usage: make_trace.py DESCRIPTION TRACE --proto trace.proto [--marks FILE]

The description has one record after the other, in protobuf's text format:

    start { host: "web" threshold_ns: 5ms monotonic_ns: 100s }
    process { id: 1 pid: 100 name: "server" }
    @modules                      # all modules of the marks file
    stack { id: 1 @mark(save) }   # frames of a real stack
    stall { process: 1 tid: 100 start_ns: 101s duration_ns: 30ms stack: 1 }
    @raw 0aff                     # a record of these bytes

Times may have a unit (ns, us, ms, s). A mark is a line that a program printed
with marks.h. protoc encodes the records, so this tool knows no field numbers.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

UNITS = {"ns": 1, "us": 1000, "ms": 1000_000, "s": 1000_000_000}


class Marks:
    """Stacks by name, and numbers for the modules in them."""

    def __init__(self, path):
        self.stacks, self.modules = {}, {}
        if path:
            with open(path, encoding="utf-8") as file:
                for line in file:
                    mark = json.loads(line)
                    # The first one counts where a function runs twice.
                    self.stacks.setdefault(mark["mark"], mark["frames"])
        for frames in self.stacks.values():
            for frame in frames:
                key = (frame["module"], frame["build_id"])
                self.modules.setdefault(key, len(self.modules) + 1)

    def module_records(self):
        return [f"module {{ id: {number} path: {json.dumps(path)} "
                f"build_id: \"{escape(bytes.fromhex(build_id))}\" }}"
                for (path, build_id), number in self.modules.items()]

    def frames(self, name):
        if name not in self.stacks:
            sys.exit(f"no mark is called '{name}'")
        return " ".join(
            f"frames {{ module: "
            f"{self.modules[frame['module'], frame['build_id']]} "
            f"address: {frame['address']} "
            f"is_call_site: {'true' if frame['call_site'] else 'false'} }}"
            for frame in self.stacks[name])


def escape(data):
    return "".join(f"\\{byte:03o}" for byte in data)


def without_comment(line):
    return re.match(r'(?:[^"#]|"(?:[^"\\]|\\.)*")*', line)[0]


def expand(text, marks):
    """Replaces what is ours in a line by what protoc knows."""
    text = re.sub(r"@mark\(([^)]*)\)", lambda m: marks.frames(m[1]), text)
    # Outside of strings.
    return re.sub(r'"(?:[^"\\]|\\.)*"|\b(\d+(?:\.\d+)?)(ns|us|ms|s)\b',
                  lambda m: m[0] if m[1] is None
                  else str(round(float(m[1]) * UNITS[m[2]])), text)


def read_records(path, marks):
    """Texts for protoc, and bytes for what is raw."""
    records, depth = [], 0
    with open(path, encoding="utf-8") as file:
        for line in file:
            line = without_comment(line).strip()
            if line == "@modules":
                records += marks.module_records()
            elif line.startswith("@raw"):
                records.append(bytes.fromhex(line[len("@raw"):]))
            elif line:
                line = expand(line, marks)
                if depth:
                    records[-1] += " " + line
                else:
                    records.append(line)
                depth += line.count("{") - line.count("}")
    return records


def encode(texts, proto):
    """Each text as the bytes of a Record, with its length in front."""
    with tempfile.TemporaryDirectory() as folder:
        wrapper = os.path.join(folder, "file.proto")
        with open(wrapper, "w", encoding="utf-8") as file:
            file.write('syntax = "proto3";\n'
                       'option optimize_for = LITE_RUNTIME;\n'
                       f'import "{os.path.basename(proto)}";\n'
                       'message File { repeated nostall.trace.Record r = 1; }')
        data = subprocess.run(
            ["protoc", f"--proto_path={os.path.dirname(proto)}",
             f"--proto_path={folder}", "--encode=File", wrapper],
            input="".join(f"r {{ {text} }}\n" for text in texts).encode(),
            stdout=subprocess.PIPE, check=True).stdout
    encoded, at = [], 0
    while at < len(data):
        begin = at + 1  # behind the tag of `r`
        size, shift, at = 0, 0, begin
        while True:
            size |= (data[at] & 0x7f) << shift
            shift, at = shift + 7, at + 1
            if data[at - 1] < 0x80:
                break
        at += size
        encoded.append(data[begin:at])
    return encoded


def varint(number):
    out = b""
    while number >= 0x80:
        out += bytes([number & 0x7f | 0x80])
        number >>= 7
    return out + bytes([number])


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("description")
    parser.add_argument("trace")
    parser.add_argument("--proto", required=True)
    parser.add_argument("--marks")
    args = parser.parse_args()
    records = read_records(args.description, Marks(args.marks))
    encoded = iter(encode([r for r in records if isinstance(r, str)],
                          args.proto))
    with open(args.trace, "wb") as out:
        out.write(b"NOSTALL1")
        for record in records:
            out.write(varint(len(record)) + record
                      if isinstance(record, bytes) else next(encoded))


if __name__ == "__main__":
    main()
