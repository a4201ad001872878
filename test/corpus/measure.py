"""Compares findings with labels and with reviewed verdicts."""
import json
import math
import os

HERE = os.path.dirname(os.path.abspath(__file__))


def read_lines(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def places(finding):
    """Call sites, sink and the steps of the trace, as (file, line)."""
    steps = [finding, finding["sink"], *finding["trace"], *finding["also"],
             *finding["roots"]]
    return {(step["file"], step["line"]) for step in steps}


def matches(finding, file, line, near=1):
    return any((at == file or at.endswith("/" + file)) and
               abs(where - line) <= near for at, where in places(finding))


def compare_labels(tree, findings):
    """Returns the labels of a tree with the finding that matches each.

    A stall is found when a finding passes within a line of it; what is no
    stall is reported only by a finding that names the very line.
    """
    return [(label, next((f for f in findings
                          if matches(f, label["file"], label["line"],
                                     near=label["label"] != "ok")), None))
            for label in read_lines("labels.jsonl")
            if label["corpus_dir"] == tree]


def wilson(good, total, z=1.96):
    """The 95 % score interval of a proportion (Wilson 1927)."""
    if not total:
        return 0.0, 1.0
    p = good / total
    scale = 1 + z * z / total
    centre = (p + z * z / (2 * total)) / scale
    half = z / scale * math.sqrt(p * (1 - p) / total +
                                 z * z / (4 * total * total))
    return centre - half, centre + half


def is_true(review):
    """Two readers must agree that the finding is right."""
    return review["first"] == "true" and review["second"] == "true"


def key(package, finding):
    return (package, finding["file"], finding["line"], finding["check"],
            finding["sink"]["file"], finding["sink"]["line"])


def review_key(review):
    return (review["package"], review["file"], review["line"],
            review["check"], review["sink_file"], review["sink_line"])


class Reviewed:
    """The reviewed verdicts, by place."""

    def __init__(self):
        path = os.path.join(HERE, "reviewed.jsonl")
        lines = read_lines("reviewed.jsonl") if os.path.exists(path) else []
        self.by_key = {review_key(r): r for r in lines}

    def is_reached(self, package, finding):
        """Whether a reader says that the sink is on the loop all the same."""
        return self.by_key[key(package, finding)].get("otherwise", False)

    def split(self, package, findings):
        """Returns (true, false, not reviewed, lost) of a package."""
        good, bad, new = [], [], []
        seen = set()
        for finding in findings:
            k = key(package, finding)
            seen.add(k)
            review = self.by_key.get(k)
            if review is None:
                new.append(finding)
            else:
                (good if is_true(review) else bad).append(finding)
        found = self.found(package, findings)
        lost = [r for r in self.by_key.values()
                if r["package"] == package and is_true(r) and
                r not in found]
        return good, bad, new, lost

    def found(self, package, findings):
        """The reviews of what is found, by its sink: another root may be
        shown for it, or another place of its group."""
        sinks = {(f["check"], at["file"], at["line"])
                 for f in findings for at in [f["sink"], *f["also"]]}
        return [r for r in self.by_key.values()
                if r["package"] == package and
                (r["check"], r["sink_file"], r["sink_line"]) in sinks]

    def defects(self, package, findings):
        """Those that both readers would have mended, were they the
        maintainers: `defect` says why."""
        return [r for r in self.found(package, findings) if "defect" in r]
