"""Reads nostall's JSON report and holds it against what the driver saw."""
import json
import os
import re

from measure import MACHINE_MADE, Failure

QUIET_MS = 50.0
# An iteration may begin a little after the client asked, never before it
# answered; the report is allowed this much of the way there and back.
TRANSIT_MS = 2.0
FIELDS = {
    "loops": ("pid", "tid", "thread", "wait", "iterations", "utilization",
              "p50_ns", "p99_ns", "max_ns", "stalls"),
    "signatures": ("id", "cause", "call", "count", "total_ns", "max_ns",
                   "p99_ns", "victims", "frames", "owner_frames"),
    "stalls": ("signature", "pid", "tid", "start_ns", "duration_ns", "cause"),
}


def milliseconds(stall):
    return stall["duration_ns"] / 1e6


class Report:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.data = json.load(file)
        if self.data.get("version") != 1:
            raise Failure(f"the report's version is "
                          f"{self.data.get('version')!r}, not 1")
        for table, fields in FIELDS.items():
            for row in self.data[table]:
                if missing := [f for f in fields if f not in row]:
                    raise Failure(f"{table} without {', '.join(missing)}: "
                                  f"{row}")
        # What the machine did is listed apart, and so is what did not end.
        self.signatures = {
            s["id"]: s for key in ("signatures", "machine", "unfinished")
            for s in self.data.get(key, []) if "id" in s}
        for stall in self.data["stalls"]:
            if stall["signature"] not in self.signatures:
                raise Failure(f"a stall with no signature: {stall}")

    def check_loops(self, pids, waits):
        """Each process's loop was seen, in the call that it waits in."""
        seen = []
        most = 0
        for pid in pids:
            loops = [loop for loop in self.data["loops"]
                     if loop["pid"] == pid and loop["wait"] in waits]
            if not loops:
                raise Failure(
                    f"no loop of process {pid} in {' or '.join(sorted(waits))}"
                    f"; the report has " + (", ".join(
                        f"{loop['pid']}/{loop['tid']} {loop['wait']}"
                        for loop in self.data["loops"]) or "none"))
            busiest = max(loops, key=lambda loop: loop["iterations"])
            seen.append(f"{busiest['wait']} {busiest['iterations']}")
            most = max(most, busiest["iterations"])
        # One worker may have taken all of the load.
        if most < 10:
            raise Failure("no process has more iterations than " + str(most))
        return f"{', '.join(seen)} iterations, {self.data['dropped']} dropped"

    def find(self, stall, seen):
        """The stall of that process that covers most of what was seen."""
        def overlap(candidate):
            begin = candidate["start_ns"]
            return (min(begin + candidate["duration_ns"], seen.end_ns)
                    - max(begin, seen.begin_ns))
        own = [s for s in self.data["stalls"] if s["pid"] == stall.pid]
        best = max(own, key=overlap, default=None)
        if best is None or overlap(best) <= 0:
            raise Failure(
                f"not reported ({seen}); of process {stall.pid} the report "
                f"has {len(own)} stalls, at other times")
        return best

    def check_stall(self, stall, seen):
        """Returns what the report says of it, if that is right."""
        found = self.find(stall, seen)
        signature = self.signatures[found["signature"]]
        problems = duration_problems(stall, seen, milliseconds(found))
        causes = set(stall.causes)
        if seen.runqueue_ms > seen.trigger_ms / 2:
            causes.add("runqueue")  # So it was: the kernel says so, too.
        if found["cause"] not in causes:
            problems.append(f"the cause is {found['cause']}, not "
                            f"{' or '.join(sorted(causes))}")
        if not re.fullmatch(stall.call, signature["call"]):
            problems.append(f"the call is '{signature['call']}', not "
                            f"/{stall.call}/")
        for frame in stall.frames:
            if not any(matches(frame, f) for f in signature["frames"]):
                problems.append(f"no frame with {frame} in "
                                + stack_text(signature["frames"]))
        said = f"reported {milliseconds(found):.1f} ms {found['cause']}"
        if signature["call"]:
            said += f" in {signature['call']}"
        if problems:
            raise Failure(f"{said} ({seen}): " + "; ".join(problems))
        return f"{seen}, {said}"

    def check_quiet(self, begin_ns, end_ns):
        """Nothing of the program's own doing while nobody provoked it."""
        within = [s for s in self.data["stalls"]
                  if begin_ns <= s["start_ns"] < end_ns]
        own = [s for s in within if s["cause"] not in MACHINE_MADE]
        if long := [s for s in own if milliseconds(s) > QUIET_MS]:
            worst = max(long, key=milliseconds)
            raise Failure(
                f"{len(long)} stalls over {QUIET_MS:.0f} ms, the longest "
                f"{milliseconds(worst):.1f} ms {worst['cause']} in "
                + stack_text(self.signatures[worst["signature"]]["frames"]))
        longest = max(map(milliseconds, own), default=0.0)
        return (f"{len(own)} stalls, the longest {longest:.1f} ms; "
                f"{len(within) - len(own)} made by the machine")


def duration_problems(stall, seen, reported_ms):
    problems = []
    if reported_ms < stall.at_least_ms - TRANSIT_MS:
        problems.append(f"less than the {stall.at_least_ms:.0f} ms that it "
                        "must have lasted")
    for who, waited in (("client", seen.trigger_ms),
                        ("bystander", seen.bystander_ms)):
        if abs(reported_ms - waited) > seen.tolerance():
            problems.append(f"the {who} waited {waited:.1f} ms")
    return problems


def matches(wanted, frame):
    return (re.search(wanted.function, frame["function"] or "")
            and re.search(wanted.module,
                          os.path.basename(frame["module"] or ""))
            and re.search(wanted.file, frame["file"] or "")
            and (not wanted.lines or frame["line"] in wanted.lines))


def stack_text(frames):
    return "[" + " < ".join(
        f"{f['function'] or '?'} {os.path.basename(f['module'] or '')} "
        f"{os.path.basename(f['file'] or '')}:{f['line']}"
        for f in frames) + "]"
