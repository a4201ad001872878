"""Runs the example server under `nostall run` with its load, and holds the report
to the stalls planted in it.

usage: check_stalls.py NOSTALL DEPOT SOURCES SCRATCH

A planted stall is found when a stall's frames have its line, or one of the few
that follow its mark. Not demanded: peer-lookup, which is as slow as the
machine's resolver, and those that took less than the threshold in this run by
the load's own measure (a disk may be fast).
"""
import glob
import json
import os
import re
import subprocess
import sys

THRESHOLD_MS = 5
LINES = 8  # From a mark to the end of what it marks.


def planted(sources):
    for path in glob.glob(os.path.join(sources, "*.[ch]*")):
        with open(path, encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                match = re.search(r"PLANTED\(([\w-]+)\)", line)
                if match:
                    yield match[1], os.path.basename(path), number


def run(nostall, depot, sources, trace):
    """The longest ping of each step, in ms, as the load saw it."""
    server = subprocess.Popen(
        [nostall, "run", "-q", "--threshold", f"{THRESHOLD_MS}ms", "-o", trace,
         "--", depot, "--port", "0"], stdout=subprocess.PIPE, text=True)
    port = server.stdout.readline().split()[-1]
    drive = subprocess.run(
        [sys.executable, os.path.join(sources, "drive.py"), port,
         "--shutdown"], stdout=subprocess.PIPE, text=True, check=True)
    status = server.wait(30)
    if status:
        sys.exit(f"the server ended with {status}")
    longest = {}
    for step, ms in re.findall(r"(\w+) +longest ping +([\d.]+) ms",
                               drive.stdout):
        longest[step] = max(longest.get(step, 0), float(ms))
    return longest


def main():
    nostall, depot, sources, scratch = sys.argv[1:]
    trace = os.path.join(scratch, "depot.trace")
    longest = run(nostall, depot, sources, trace)
    report = json.loads(subprocess.run(
        [nostall, "report", "--format", "json", trace],
        stdout=subprocess.PIPE, check=True).stdout)
    found = missed = 0
    for name, file, line in sorted(planted(sources)):
        hits = [s for s in report["signatures"] + report["machine"]
                if any(os.path.basename(f["file"] or "") == file
                       and line <= f["line"] <= line + LINES
                       for f in s["frames"])]
        ping = longest.get(name.replace("-", "_"), 0)
        slow = ping > 2 * THRESHOLD_MS
        found += bool(hits)
        if not hits and slow and name != "peer-lookup":
            missed += 1
        print(name, "found" if hits else "missed" if slow else "was fast",
              f"longest ping {ping} ms",
              *[f"{s['cause']} {s['call']} {s['max_ns'] / 1e6:.1f} ms"
                for s in hits])
    print(found, "found,", missed, "missed")
    sys.exit(missed > 0 or found < 9)


main()
