"""Holds the stalls of a report against the injector's log.

A stall is matched by time: it is an iteration of the injector's loop, and the
injector has logged every iteration that has an injection or was slow without.
"""
import bisect
import collections
import dataclasses
import math
import re
import statistics
import types

MACHINE_CAUSES = ("runqueue", "steal", "throttled", "stopped", "debugger",
                  "suspended")
# What a probe and the injector may differ by when both read the clock.
CLOCK_SLACK_NS = 1_000_000


@dataclasses.dataclass
class Stall:
    pid: int
    tid: int
    start_ns: int
    duration_ns: int
    cause: str
    frames: list  # Names, the innermost first.
    owner_frames: list

    @property
    def end_ns(self):
        return self.start_ns + self.duration_ns


def read_stalls(report):
    """The stalls of a report, with the frames of their signatures."""
    if report.get("version") != 1:
        raise ValueError("not a report of version 1")
    # Those of stalls that the machine made stand apart.
    signatures = {entry["id"]: entry for entry in
                  report["signatures"] + report.get("machine", [])}

    def names(signature, key):
        return [frame.get("function") or "" for frame in signature.get(key, [])]

    result = []
    for stall in report["stalls"]:
        signature = signatures[stall["signature"]]
        result.append(Stall(stall["pid"], stall["tid"], stall["start_ns"],
                            stall["duration_ns"], stall["cause"],
                            names(signature, "frames"),
                            names(signature, "owner_frames")))
    return sorted(result, key=lambda stall: stall.start_ns)


def has_name(frame, name):
    """Whether a frame is of the function: by its bare or qualified name,
    demangled or not (a mangled name has its length before it)."""
    if re.search(rf"(?<![\w~]){re.escape(name)}(?!\w)", frame):
        return True
    bare = name.lstrip("~")
    tail = "D[0-2]" if name.startswith("~") else ""
    return bool(re.search(rf"^_Z.*(?<!\d){len(bare)}{bare}{tail}", frame))


def in_order(frames, names):
    """Whether the frames have all names, from the inside out."""
    rest = iter(frames)
    return all(any(has_name(frame, name) for frame in rest) for name in names)


def overlap(stall, start_ns, end_ns):
    return min(stall.end_ns, end_ns) - max(stall.start_ns, start_ns)


class Timeline:
    """The logged iterations; they follow each other on one thread."""

    def __init__(self, log):
        self.iterations = sorted(log.injections + log.slow,
                                 key=lambda one: one.iteration_start_ns)
        self.starts = [one.iteration_start_ns for one in self.iterations]

    def best(self, stall):
        """The iteration that shares most time with the stall, or None."""
        best, most = None, 0
        at = bisect.bisect_right(self.starts, stall.end_ns) - 1
        while at >= 0:
            one = self.iterations[at]
            if one.iteration_end_ns < stall.start_ns:
                break
            shared = overlap(stall, one.iteration_start_ns,
                             one.iteration_end_ns)
            if shared > most:
                best, most = one, shared
            at -= 1
        return best


@dataclasses.dataclass
class Match:
    found: dict  # Injection's id -> Stall.
    explained: collections.Counter  # Why a stall is no injection's.
    unexplained: list  # (Stall, why)


def match(log, stalls, threshold_ns, band):
    """Gives each stall to the injection that made it, or says what else."""
    result = Match({}, collections.Counter(), [])
    timeline = Timeline(log)
    taken = set()
    for stall in stalls:
        why = None
        one = timeline.best(stall)
        in_loop = (stall.pid, stall.tid) == (log.header["pid"],
                                             log.header["tid"])
        if not in_loop:
            why = "not the injector's loop"
        elif one is None:
            if stall.start_ns >= log.header["last_start_ns"] - CLOCK_SLACK_NS:
                result.explained["behind the loop's last wait"] += 1
                continue
            why = "no such iteration"
        elif id(one) in taken:
            why = "a second stall for one iteration"
        else:
            taken.add(id(one))
            length = one.iteration_end_ns - one.iteration_start_ns
            if length < threshold_ns * (1 - band):
                why = "the iteration is under the threshold"
            elif one.cause == "none":
                result.explained["slow without an injection"] += 1
                continue
            elif overlap(stall, one.start_ns, one.end_ns) < one.length / 2:
                why = "beside the injection"
        if why is None:
            result.found[one.id] = stall
        elif stall.cause in MACHINE_CAUSES and one is None and in_loop:
            result.explained["machine-made, says the report"] += 1
        else:
            result.unexplained.append((stall, why))
    return result


def wilson(good, total, z=1.96):
    """The 95 % interval of a share."""
    if total == 0:
        return 0.0, 1.0
    share = good / total
    scale = 1 + z * z / total
    centre = share + z * z / (2 * total)
    spread = z * math.sqrt(share * (1 - share) / total
                           + z * z / (4 * total * total))
    return (max(0.0, (centre - spread) / scale),
            min(1.0, (centre + spread) / scale))


@dataclasses.dataclass
class Rate:
    good: int = 0
    total: int = 0

    def add(self, is_good):
        self.good += bool(is_good)
        self.total += 1

    @property
    def share(self):
        return self.good / self.total if self.total else float("nan")

    def as_dict(self):
        low, high = wilson(self.good, self.total)
        return {"good": self.good, "total": self.total,
                "low": low, "high": high}


class Score:
    """The figures of a group of injections."""

    RATES = ("recall", "function", "chain", "cause", "owner")

    def __init__(self):
        for name in self.RATES:
            setattr(self, name, Rate())
        self.errors_ns = []  # Signed: reported minus true.

    def add(self, injection, verdict):
        self.recall.add(verdict.stall)
        if not verdict.stall:
            return
        self.errors_ns.append(verdict.error_ns)
        self.function.add(verdict.function)
        self.chain.add(verdict.chain)
        self.cause.add(verdict.cause)
        if hasattr(injection, "owner_function"):
            self.owner.add(verdict.owner)

    def timing(self):
        """Median, 99th percentile and maximum of the error in us, without
        its sign; and the median with it."""
        if not self.errors_ns:
            return None
        sizes = sorted(abs(error) / 1000 for error in self.errors_ns)
        return {"median_us": statistics.median(sizes),
                "p99_us": sizes[min(len(sizes) - 1, len(sizes) * 99 // 100)],
                "max_us": sizes[-1],
                "signed_median_us":
                    statistics.median(self.errors_ns) / 1000}

    def as_dict(self):
        result = {name: getattr(self, name).as_dict() for name in self.RATES}
        return result | {"timing": self.timing()}


def judge(injection, stall):
    """What the report says right about an injection."""
    verdict = types.SimpleNamespace(stall=stall)
    if not stall:
        return verdict
    chain = injection.chain.split()
    verdict.error_ns = stall.duration_ns - injection.iteration_length
    # The cause's function too: the stack of another injection at this site
    # would have the site's.
    verdict.function = in_order(stall.frames, [chain[0], injection.function])
    verdict.chain = in_order(stall.frames, chain)
    expected = (MACHINE_CAUSES if injection.machine_made else
                (injection.expect_cause,
                 getattr(injection, "also_cause", None)))
    verdict.cause = stall.cause in expected
    if hasattr(injection, "owner_function"):
        verdict.owner = in_order(stall.owner_frames,
                                 [injection.owner_function])
    return verdict


def describe(injection, verdict):
    """What is wrong, for a reader; or None."""
    if not verdict.stall:
        return "not reported"
    wrong = []
    if not verdict.function:
        wrong.append("stack: " + " < ".join(verdict.stall.frames[:12]))
    if not verdict.cause:
        wrong.append(f"cause: {verdict.stall.cause}")
    return "; ".join(wrong) or None


class Scored:
    """All figures of a run, and the bounds."""

    def __init__(self, log, report, threshold_ns, band):
        self.log = log
        self.matched = match(log, read_stalls(report), threshold_ns, band)
        self.total, self.machine = Score(), Score()
        self.causes = collections.defaultdict(Score)
        self.sites = collections.defaultdict(Score)
        self.owner_states = collections.defaultdict(Rate)
        self.confusion = collections.defaultdict(collections.Counter)
        self.wrong = []  # (Injection, why)
        for one in log.injections:
            if one.length > threshold_ns * (1 + band):
                self.add(one)
        self.changed = [one for one in log.injections
                        if one.loop_eintr or one.helper_eintr or one.error
                        or one.length < one.asked_ns - CLOCK_SLACK_NS // 10]

    def add(self, one):
        verdict = judge(one, self.matched.found.get(one.id))
        if one.machine_made:
            self.machine.add(one, verdict)
            return
        for score in (self.total, self.causes[one.cause],
                      self.sites[one.site]):
            score.add(one, verdict)
        got = verdict.stall.cause if verdict.stall else "(missed)"
        self.confusion[one.expect_cause][got] += 1
        if verdict.stall and hasattr(one, "owner_function"):
            self.owner_states[one.owner_state].add(verdict.owner)
        if why := describe(one, verdict):
            self.wrong.append((one, why))

    def bounds(self):
        """(name, holds, figure)"""
        total = self.total
        timing = total.timing()
        median = timing["median_us"] if timing else float("nan")
        return [
            ("recall 100 %", total.recall.total > 0
             and total.recall.good == total.recall.total,
             f"{total.recall.good}/{total.recall.total}"),
            ("unexplained 0", not self.matched.unexplained,
             f"{len(self.matched.unexplained)}"),
            ("median timing error < 100 us", median < 100, f"{median:.1f} us"),
            ("function in stack >= 98 %", total.function.share >= 0.98,
             f"{total.function.share:.1%}"),
            ("right cause >= 95 %", total.cause.share >= 0.95,
             f"{total.cause.share:.1%}"),
            ("program unchanged", not self.changed,
             f"{len(self.changed)} cut short, interrupted or failed"),
        ]
