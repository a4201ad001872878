#!/usr/bin/env python3
"""Tests the suite: preloads a probe that makes one mistake after the other, and
wants the named programs to notice it, and to pass when it makes none.

usage: control.py --build DIR [--only MISTAKE]

Exit status: 0 when every mistake was noticed by each program named here.
"""
import argparse
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent

# What must notice each mistake of control/disturb.cpp.
NOTICED_BY = {
    "thread": ["fork-loop", "limit-processes"],
    "descriptor": ["fork-loop", "close-all"],
    "handler": ["handlers-all", "signals-raw", "die-last-signal"],
    "signals": ["sleeps-wait", "jump-out", "signalfd-all", "timers",
                "seccomp-before"],
    "mask": ["signals-raw", "exec-mask"],
    "child": ["wait-children", "fork-loop"],
    "greeting": ["fork-loop", "die-abort"],
    "errno": ["interrupted-restart", "sockets"],
    "noexcept": ["thread-cancel"],
    "stack": ["tiny-stack", "fibers", "altstack"],
    "malloc": ["interpose-malloc"],
    "by name": ["interpose-read"],
    "short": ["sleeps-clock", "fork-loop"],
    "look": ["bad-arguments"],
    "tsc": ["no-tsc"],
    "system call": ["seccomp-before", "seccomp-after"],
    "swallow": ["interrupted-plain", "stop-continue"],
    "int": ["large-reads"],
    "mode": ["varargs"],
    "clock": ["sync-objects"],
    "version": ["cond-clocks"],
}


def verdicts(build, mistake, names):
    """Runs the programs with the mistake; the verdict on each."""
    # The mistake in the version is in what the library defines at all.
    kind = "disturb-version" if mistake == "version" else "disturb"
    library = build / "lib" / f"lib{kind}.so"
    prefix = f"env LD_PRELOAD={library} 'NOSTALL_DISTURB={mistake}'"
    only = [word for name in names for word in ("--only", name)]
    result = subprocess.run(
        [sys.executable, HERE / "run.py", "--build", build, "--prefix", prefix,
         *only], stdout=subprocess.PIPE, text=True, check=False)
    found = {}
    for line in result.stdout.splitlines():
        verdict, _, rest = line.partition(" ")
        if verdict in ("PASS", "FAIL", "SKIP"):
            name, _, reason = rest.partition(":")
            found[name] = (verdict, reason.strip())
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--only")
    options = parser.parse_args()
    build = options.build.resolve()
    chosen = {mistake: names for mistake, names in NOTICED_BY.items()
              if options.only in (None, mistake)}
    passed = failed = 0
    expected = {"none": ("PASS", sorted(set(sum(chosen.values(), [])))),
                **{mistake: ("FAIL", names)
                   for mistake, names in chosen.items()}}
    for mistake, (wanted, names) in expected.items():
        found = verdicts(build, mistake, names)
        for name in names:
            verdict, reason = found.get(name, ("nothing", ""))
            right = verdict == wanted
            passed += right
            failed += not right
            print(f"{'PASS' if right else 'FAIL'} {mistake}, {name}: "
                  f"{verdict} {reason[:100]}", flush=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
