"""Runs the example server under `nostall run` with its load, and holds the report
to the stalls planted in it, and the join to both.

usage: check_stalls.py NOSTALL DEPOT SOURCES FINDINGS.json SCRATCH

A planted stall is found when a stall's frames have its line, or one of the few
that follow its mark. Not demanded: peer-lookup, which is as slow as the
machine's resolver, and those that took less than the threshold in this run by
the load's own measure (a disk may be fast). A stall of several parts is named
by the longest: then the calls at the mark must be counted, and long in all.

Joined with the findings of the same sources, each planted stall that was found
at a finding's line must be predicted, by a finding that stands at its mark and is
confirmed. (A mark may cover more calls than the finding names.)
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


def is_at(place, file, line):
    return (os.path.basename(place["file"] or "") == file
            and line <= place["line"] <= line + LINES)


def places(finding):
    return [finding["sink"], *finding["also"], *finding["trace"]]


def spent_in_calls(report, file, line):
    """In the calls that were made from there, stalls or not, in ms."""
    return sum(site["total_ns"] for site in report["call_sites"]
               if any(is_at(f, file, line) for stack in site["stacks"]
                      for f in stack)) / 1e6


def stands_at_finding(signature, findings, file, line):
    """A call of several lines may have its first or its last one, a loop any."""
    lines = {(file, p["line"] + more) for f in findings for p in places(f)
             if (p in (f["sink"], *f["also"]) or f["effect"]["category"] == "lock")
             and is_at(p, file, line)
             for more in range(-1, LINES if f["sink"]["function"] == "loop" else 2)}
    return any((os.path.basename(f["file"] or ""), f["line"]) in lines
               for f in signature["frames"][:20])


def check_join(report, name, file, line, hits):
    """Whether the planted stall is predicted, by what stands at its mark."""
    at_mark = {f["fingerprint"]: f["measured"] for f in report["findings"]
               if any(is_at(p, file, line) for p in places(f))}
    ids = {s["id"] for s in hits}
    predicted = [s for s in hits if any(p["fingerprint"] in at_mark
                                        for p in s.get("predicted_by", []))]
    confirmed = [m for m in at_mark.values() if m["state"] == "confirmed"
                 and ids & set(m["signatures"])]
    for s in predicted:
        print("   ", name, "predicted:", s["count"], "stalls,",
              f"{s['total_ns'] / 1e6:.1f} ms")
    if not predicted or not confirmed:
        print("   ", name, "NOT PREDICTED", [s.get("not_predicted")
                                             for s in hits], at_mark)
    return bool(predicted and confirmed)


def main():
    nostall, depot, sources, findings, scratch = sys.argv[1:]
    trace = os.path.join(scratch, "depot.trace")
    longest = run(nostall, depot, sources, trace)
    report = json.loads(subprocess.run(
        [nostall, "report", "--format", "json", "--findings", findings, trace],
        stdout=subprocess.PIPE, check=True).stdout)
    found = missed = not_joined = 0
    for name, file, line in sorted(planted(sources)):
        hits = [s for s in report["signatures"] + report["machine"]
                if any(is_at(f, file, line) for f in s["frames"])]
        ping = longest.get(name.replace("-", "_"), 0)
        slow = ping > 2 * THRESHOLD_MS
        found += bool(hits)
        calls_ms = 0 if hits else spent_in_calls(report, file, line)
        if (not hits and slow and name != "peer-lookup"
                and calls_ms < THRESHOLD_MS):
            missed += 1
        print(name, "found" if hits else f"{calls_ms:.1f} ms in its calls"
              if calls_ms else "missed" if slow else "was fast",
              f"longest ping {ping} ms",
              *[f"{s['cause']} {s['call']} {s['max_ns'] / 1e6:.1f} ms"
                for s in hits])
        ours = [s for s in hits if s in report["signatures"]
                and stands_at_finding(s, report["findings"], file, line)]
        if ours and not check_join(report, name, file, line, ours):
            not_joined += 1
    print(found, "found,", missed, "missed,", not_joined, "not predicted")
    print("join:", report["join"])
    sys.exit(missed > 0 or found < 9 or not_joined > 0)


main()
