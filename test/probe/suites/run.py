#!/usr/bin/env python3
"""Runs the test suites of packaged programs without the probe and under it,
and compares them test by test: no outcome may change.

usage: run.py --nostall PATH --folder DIR [--only NAME]... [--plain N]
              [--option "--sampler signal"]... [--again N] [--part WORD]...

DIR keeps what was downloaded and built, and a log of each suite. Tests whose
outcome changes between the N plain runs (two, unless told) are flaky and not
compared. Each --option adds a run under the probe with these options; without
it there is one with none. A test that differs is run again, alone, N times
(five) both ways: it counts as differing when an outcome under the probe never
comes without. --part takes a part of one suite: a module of cpython, a way to
wait of libevent, a unit of redis. Exit status: 1 when a test differs that
should not.
"""
import argparse
import json
import os
import platform
import shlex
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import cpython  # noqa: E402
import libevent  # noqa: E402
import libuv  # noqa: E402
import memcached  # noqa: E402
import redis  # noqa: E402
from suite import FIXED, Archive, Failure, How, apart  # noqa: E402

SUITES = {module.Tests.NAME: module.Tests
          for module in (libuv, libevent, cpython, redis, memcached)}


def passed(outcomes):
    return sum(outcome.startswith("ok") or outcome == "status 0"
               for outcome in outcomes.values())


class Comparison:
    """One suite, all its runs."""

    def __init__(self, suite, options):
        self.suite = suite
        self.nostall = options.nostall
        self.again = options.again
        self.plain = []
        self.wrong = 0
        for number in range(options.plain):
            self.plain.append(self.run(None, [], f"plain {number + 1}", None))
        first = self.plain[0]
        self.flaky = sorted(
            name for name in set().union(*self.plain)
            if any(run.get(name) != first.get(name) for run in self.plain))
        for name in self.flaky:
            print(f"  flaky {name}: "
                  f"{' / '.join(str(run.get(name)) for run in self.plain)}")
        for words in options.option:
            self.compare(words)

    def run(self, nostall, words, title, only):
        """The outcomes; with a title, what came of it is printed."""
        begin = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="nostall-suites-") as folder:
            os.chmod(folder, 0o755)
            how = How(nostall, words, folder, self.suite.log)
            outcomes = self.suite.run(how, only)
            if title:
                seen = watched(nostall, how.traces) if nostall else ""
                print(f"  {title}: {len(outcomes)} tests, "
                      f"{passed(outcomes)} passed, in "
                      f"{time.monotonic() - begin:.0f} s{seen}", flush=True)
        if not outcomes:
            raise Failure(f"no test ran: see {self.suite.log}")
        return outcomes

    def compare(self, words):
        title = " ".join(["probe", *words])
        probed = self.run(self.nostall, words, title, None)
        names = sorted((set(probed) | set(self.plain[0])) - set(self.flaky))
        differing = [name for name in names
                     if probed.get(name) != self.plain[0].get(name)]
        for name in differing:
            self.judge(title, words, name, probed.get(name))
        for name in self.suite.KNOWN:
            if name in names and name not in differing:
                self.wrong += 1
                print(f"  NO LONGER DIFFERS {title} {name}", flush=True)

    def judge(self, title, words, name, outcome):
        """Whether that difference was the probe's doing."""
        without = [run.get(name) for run in self.plain]
        under = [outcome]
        if name in self.suite.KNOWN:
            verdict = f"known ({self.suite.KNOWN[name]})"
        else:
            for _ in range(self.again):
                for nostall, into in ((None, without), (self.nostall, under)):
                    into.append(self.run(nostall, words, None, [name],
                                         ).get(name))
            alone = set(under[1:]) or {outcome}
            if alone <= set(without):
                verdict = "differed once"
            else:
                verdict = "DIFFERS"
                self.wrong += 1
        print(f"  {verdict} {title} {name}: plain {counted(without)}, under "
              f"the probe {counted(under)}", flush=True)


def counted(outcomes):
    return ", ".join(f"{outcomes.count(outcome)}x {outcome}"
                     for outcome in dict.fromkeys(outcomes))


def watched(nostall, traces):
    """What the probe saw; a comparison without it would say nothing."""
    loops = stalls = processes = 0
    for trace in traces:
        done = subprocess.run(
            [nostall, "report", trace, "--format", "json"],
            stdout=subprocess.PIPE, check=False)
        if done.returncode:
            raise Failure(f"nostall report {trace} ended with "
                          f"{done.returncode}")
        report = json.loads(done.stdout)
        loops += len(report["loops"])
        stalls += sum(len(loop) > 0 and loop["stalls"]
                      for loop in report["loops"])
        processes += report["coverage"]["processes"]
    if not loops:
        raise Failure("the probe saw no loop")
    return (f"; the probe was in {processes} processes, saw {loops} loops "
            f"and {stalls} stalls")


def missing(packages):
    def installed(package):
        done = subprocess.run(
            ["dpkg-query", "-W", "-f=${db:Status-Status}", package],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
        return done.stdout == b"installed"
    return [package for package in packages if not installed(package)]


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nostall", required=True, type=os.path.abspath)
    parser.add_argument("--folder", required=True, type=os.path.abspath)
    parser.add_argument("--only", action="append", choices=SUITES,
                        metavar="NAME", help=", ".join(SUITES))
    parser.add_argument("--part", action="append", metavar="WORD")
    parser.add_argument("--plain", type=int, default=2)
    parser.add_argument("--again", type=int, default=5)
    parser.add_argument("--option", action="append", type=shlex.split)
    options = parser.parse_args()
    options.option = options.option or [[]]
    for part in options.part or ():
        if len(options.only or ()) != 1 or \
                part not in SUITES[options.only[0]].PARTS:
            parser.error(f"--part {part} needs the one --only that has it")
    if options.plain < 1:
        parser.error("--plain must be 1 or more")
    if not os.access(options.nostall, os.X_OK):
        parser.error(f"no program {options.nostall}")
    return options


def main():
    options = parse()
    os.makedirs(options.folder, exist_ok=True)
    # What was started ends with us.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    archive = Archive(options.folder)
    print(f"Linux {platform.release()}, {' '.join(platform.libc_ver())}, "
          f"{os.cpu_count()} CPUs; "
          f"{' '.join(f'{key}={value}' for key, value in FIXED.items())}",
          flush=True)
    if not apart():
        print("namespaces are not permitted: runs share the machine's network",
              flush=True)
    wrong = 0
    for name in options.only or SUITES:
        suite = SUITES[name](options.folder, options.part)
        try:
            if packages := missing(suite.NEEDS):
                raise Failure(f"needs apt-get install {' '.join(packages)}")
            suite.prepare(archive)
            print(f"{name} {suite.version}", flush=True)
            wrong += Comparison(suite, options).wrong
        except (Failure, OSError, subprocess.SubprocessError) as error:
            wrong += 1
            print(f"{name} FAILED: {error}", flush=True)
    print(f"{wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
