#!/usr/bin/env python3
"""Scores a stall report against what the injector really did.

usage: score.py --log INJECTOR.jsonl --report REPORT.json [--threshold-ms 5]
                [--band 0.10] [--json] [--details]
       score.py --self-test

Only injections longer than threshold * (1 + band) must be found; a stall in an
iteration shorter than threshold * (1 - band) is a false one. An injection that
waited for a CPU for over half its time is the machine's, and scored apart.
Shares come with their 95 % Wilson interval.

Exit: 0 all bounds hold, 1 one does not, 2 the input is unusable.
"""
import argparse
import collections
import json
import sys

from injector_log import read_log
from scoring import Scored


def show_rate(rate):
    if not rate.total:
        return f"{'-':>24}"
    interval = rate.as_dict()
    return (f"{rate.good:4}/{rate.total:<4}{rate.share:5.0%}"
            f" [{interval['low']:3.0%},{interval['high']:4.0%}]")


def show_score(name, score):
    cells = [show_rate(getattr(score, rate)) for rate in score.RATES]
    timing = score.timing()
    times = ("{median_us:8.1f}/{p99_us:.0f}/{max_us:.0f}".format(**timing)
             if timing else "-")
    return f"{name:15}" + " ".join(cells) + "  " + times


def show_tables(scored):
    yield (f"{'':15}" + " ".join(f"{name:>24}" for name in
                                 scored.total.RATES)
           + "  timing error us: median/p99/max")
    for title, groups in (("cause", scored.causes), ("site", scored.sites)):
        yield f"-- by {title}"
        for name in sorted(groups):
            yield show_score(name, groups[name])
    yield "-- all"
    yield show_score("total", scored.total)
    yield show_score("machine-made", scored.machine)
    for state, rate in sorted(scored.owner_states.items()):
        yield f"owner {state:9}{show_rate(rate)}"
    yield "-- expected cause: what was reported"
    for expected, row in sorted(scored.confusion.items()):
        yield f"{expected:15}" + ", ".join(
            f"{got} {count}" for got, count in row.most_common())


def show_rest(scored, report, details):
    for why, count in sorted(scored.matched.explained.items()):
        yield f"explained: {count} stalls {why}"
    whys = collections.Counter(why for _, why in scored.matched.unexplained)
    for why, count in sorted(whys.items()):
        yield f"UNEXPLAINED: {count} stalls: {why}"
    for cause, why in scored.log.skipped:
        yield f"SKIPPED: {cause}: {why}"
    for key in ("dropped", "suppressed"):
        if report.get(key):
            yield f"the report says: {report[key]} {key}"
    if details:
        for one, why in scored.wrong:
            yield f"wrong: {one.id} {one.cause} at {one.site}: {why}"
        for stall, why in scored.matched.unexplained:
            yield f"unexplained: {why}: {stall}"
        for one in scored.changed:
            yield f"changed: {vars(one)}"


def as_dict(scored):
    timing = scored.total.timing()
    return {
        "bounds": [{"bound": name, "holds": bool(holds), "figure": figure}
                   for name, holds, figure in scored.bounds()],
        "total": scored.total.as_dict(),
        "machine_made": scored.machine.as_dict(),
        "causes": {name: score.as_dict()
                   for name, score in sorted(scored.causes.items())},
        "sites": {name: score.as_dict()
                  for name, score in sorted(scored.sites.items())},
        "owner_states": {name: rate.as_dict()
                         for name, rate in sorted(scored.owner_states.items())},
        "confusion": scored.confusion,
        "timing": timing,
        "explained": scored.matched.explained,
        "unexplained": [{"why": why, **vars(stall)}
                        for stall, why in scored.matched.unexplained],
        "wrong": [{"id": one.id, "cause": one.cause, "site": one.site,
                   "why": why} for one, why in scored.wrong],
        "skipped": dict(scored.log.skipped),
    }


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--log")
    parser.add_argument("--report")
    parser.add_argument("--threshold-ms", type=float, default=5)
    parser.add_argument("--band", type=float, default=0.10)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--details", action="store_true",
                        help="also list everything that is wrong")
    parser.add_argument("--self-test", action="store_true")
    arguments = parser.parse_args()
    if not arguments.self_test and not (arguments.log and arguments.report):
        parser.error("--log and --report are needed")
    return arguments


def main():
    arguments = parse_arguments()
    if arguments.self_test:
        import test_score
        return test_score.run()
    try:
        log = read_log(arguments.log)
        with open(arguments.report, encoding="utf-8") as file:
            report = json.load(file)
        scored = Scored(log, report, arguments.threshold_ms * 1e6,
                        arguments.band)
    except (OSError, ValueError, KeyError) as error:
        print(f"score: {type(error).__name__}: {error}", file=sys.stderr)
        return 2
    bounds = scored.bounds()
    if arguments.json:
        json.dump(as_dict(scored), sys.stdout, indent=1, sort_keys=True)
        print()
    else:
        for line in show_tables(scored):
            print(line)
        for line in show_rest(scored, report, arguments.details):
            print(line)
        for name, holds, figure in bounds:
            print(f"{'ok  ' if holds else 'FAIL'} {name}: {figure}")
    return 0 if all(holds for _, holds, _ in bounds) else 1


if __name__ == "__main__":
    sys.exit(main())
