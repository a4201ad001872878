#!/usr/bin/env python3
"""Runs each program of the suite without and with a prefix command, and
compares all that it prints and how it ends: it must not notice the prefix.

usage: run.py --build DIR [--prefix "nostall run -o {trace} --quiet --"]
              [--report "nostall report {trace} --format json"]
              [--only PATTERN] [--repeat N] [--keep DIR] [--differs PATTERN]

Without --prefix a program is compared with itself, which shows that it is
deterministic. {trace} is a fresh file name for each run. --report is run after
each prefixed run; it must print JSON, and the program fails when the JSON's
"loops" is empty: then the prefix was not at work, and the comparison would say
nothing. --only takes a shell pattern, and may be repeated.
--keep puts the outputs of failed runs there. --differs names, by a pattern, a
program that is known to notice this prefix: it passes when it does, and fails
when it no longer does. Exit status: 0 when all passed.
"""
import argparse
import difflib
import fnmatch
import json
import os
import pathlib
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass

sys.dont_write_bytecode = True  # The source tree stays as it is.
from programs import PROGRAMS  # pylint: disable=wrong-import-position

SKIPPED = 77  # What a program exits with when it cannot be run here.


@dataclass
class Outcome:
    ended: str
    code: int
    stdout: str
    stderr: str


def name_of(code):
    if code >= 0:
        return f"exit status {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"


def environment():
    """The caller's, with what could change a program's words fixed."""
    return {**os.environ, "LC_ALL": "C", "TZ": "UTC"}


def run(program, build, prefix, trace, seconds):
    """Runs it once in an empty directory of its own."""
    words = [word.replace("{trace}", str(trace)) for word in prefix]
    executable = str(build / "bin" / program.command[0])
    with tempfile.TemporaryDirectory(prefix="invariance-") as directory:
        os.chmod(directory, 0o755)  # Programs change to another user.
        process = subprocess.Popen(
            [*words, executable, *program.command[1:]], cwd=directory,
            env=environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, umask=0o022,
            start_new_session=True)
        ended, stdout, stderr = finish(process, seconds)
        real = os.path.realpath(directory)

        def text(raw):
            return raw.decode(errors="backslashreplace").replace(real, "$CWD")
        return Outcome(ended, process.returncode, text(stdout), text(stderr))


def finish(process, seconds):
    """How it ended and what it wrote, also when it hangs, or when a child
    outlives it that would keep its pipes open for ever."""
    written = {}

    def read(name, stream):
        written[name] = stream.read()
        stream.close()
    readers = [threading.Thread(target=read, args=arguments, daemon=True)
               for arguments in (("out", process.stdout),
                                 ("err", process.stderr))]
    for reader in readers:
        reader.start()
    try:
        process.wait(timeout=seconds)
        ended = name_of(process.returncode)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        ended = f"not at all in {seconds} s"
    for reader in readers:
        reader.join(timeout=5)
    if any(reader.is_alive() for reader in readers):
        ended += " and left a process behind"
        os.killpg(process.pid, signal.SIGKILL)
        for reader in readers:
            reader.join()
    return ended, written["out"], written["err"]


def wrong_alone(program, outcome):
    """What is wrong with a run, whatever it is compared with."""
    wrong = []
    if outcome.ended != name_of(program.ends):
        wrong.append(f"ended with {outcome.ended}, "
                     f"not {name_of(program.ends)}")
    wrong += [f"says {line!r}" for line in dict.fromkeys(
        outcome.stdout.splitlines()) if line.startswith("BAD")]
    if not outcome.stdout and not outcome.stderr:
        wrong.append("printed nothing")
    if program.stderr not in outcome.stderr or \
            (outcome.stderr and not program.stderr):
        wrong.append(f"standard error {outcome.stderr!r}")
    return wrong


def differences(plain, prefixed):
    wrong = []
    if plain.ended != prefixed.ended:
        wrong.append(f"ended with {plain.ended}, then {prefixed.ended}")
    for stream in ("stdout", "stderr"):
        before = getattr(plain, stream).splitlines()
        after = getattr(prefixed, stream).splitlines()
        changes = [line for line in difflib.unified_diff(
            before, after, n=0, lineterm="") if line[:2] not in ("--", "++",
                                                                 "@@")]
        if changes:
            shown = " | ".join(changes[:4])
            more = f" and {len(changes) - 4} more" if len(changes) > 4 else ""
            wrong.append(f"{stream}: {shown}{more}")
    return wrong


def without_loops(report, trace):
    """What the report on a trace says against the prefix having worked."""
    words = [word.replace("{trace}", str(trace)) for word in report]
    result = subprocess.run(words, capture_output=True, text=True, check=False)
    try:
        loops = json.loads(result.stdout)["loops"]
    except (ValueError, KeyError, TypeError) as error:
        return [f"no report: {error!r} {result.stderr.strip()!r}"]
    return [] if loops else ["the prefix saw no loop"]


def keep(directory, program, plain, prefixed):
    for kind, outcome in (("plain", plain), ("prefixed", prefixed)):
        for stream in ("stdout", "stderr"):
            path = directory / f"{program.name}.{kind}.{stream}"
            path.write_text(getattr(outcome, stream), encoding="utf-8")


def check(program, options):
    """Returns "PASS", "FAIL" or "SKIP", and the reasons."""
    plain = run(program, options.build, [], None, program.seconds)
    if plain.code == SKIPPED:
        return "SKIP", [plain.stdout.strip().removeprefix("SKIP ")]
    wrong = wrong_alone(program, plain)
    if wrong:
        return "FAIL", [f"without prefix: {reason}" for reason in wrong]
    wrong = compare(program, plain, options)
    if matches(program, options.differs):
        return ("PASS", ["differs, as known"]) if wrong else (
            "FAIL", ["does not differ any more"])
    return ("FAIL", wrong) if wrong else ("PASS", [])


def compare(program, plain, options):
    """What the first prefixed run that differs has other than the plain one."""
    for _ in range(options.repeat):
        with tempfile.TemporaryDirectory(prefix="invariance-trace-") as place:
            trace = pathlib.Path(place) / "trace"
            prefixed = run(program, options.build, options.prefix, trace,
                           2 * program.seconds)
            wrong = differences(plain, prefixed)
            if options.report:
                wrong += without_loops(options.report, trace)
        if wrong:
            if options.keep:
                keep(options.keep, program, plain, prefixed)
            return wrong
    return []


def matches(program, patterns):
    return any(fnmatch.fnmatch(program.name, pattern) for pattern in patterns)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--prefix", type=shlex.split, default=[])
    parser.add_argument("--report", type=shlex.split, default=[])
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--differs", action="append", default=[])
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--keep", type=pathlib.Path)
    options = parser.parse_args()
    options.build = options.build.resolve()
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    if options.report and not any("{trace}" in w for w in options.prefix):
        parser.error("--report needs a --prefix with {trace}")
    return options


def main():
    options = parse()
    counts = {"PASS": 0, "FAIL": 0, "SKIP": 0}
    for program in PROGRAMS:
        if options.only and not matches(program, options.only):
            continue
        verdict, reasons = check(program, options)
        counts[verdict] += 1
        words = f"{verdict} {program.name}"
        print(f"{words}: {'; '.join(reasons)}" if reasons else words,
              flush=True)
    if counts["SKIP"]:
        print(f"{counts['SKIP']} skipped")
    print(f"{counts['PASS']} passed, {counts['FAIL']} failed")
    sys.exit(1 if counts["FAIL"] or not counts["PASS"] else 0)


if __name__ == "__main__":
    main()
