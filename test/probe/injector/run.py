#!/usr/bin/env python3
"""Builds the injector, runs it under nostall and scores the report.

usage: run.py --build DIR [--nostall PATH] [--count N] [--hogs N] [--seed S]
              [--causes LIST] [--sites LIST] [--compiler C]... [--details]

Without --nostall the injector runs alone, and only its own numbers are
checked. --hogs N: N processes beside it that use all the CPU they get.
What was logged, traced and reported stays in DIR/COMPILER/.

Exit: 0 all good, 1 a bound or check fails, 2 something could not be run.
"""
import argparse
import contextlib
import os
import shlex
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
COMPILERS = ("g++", "clang++-19")


class CannotRun(Exception):
    pass


def run(command, timeout=1800):
    print("+ " + shlex.join(command), flush=True)
    try:
        done = subprocess.run(command, timeout=timeout, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotRun(str(error)) from error
    return done.returncode


def need(command):
    status = run(command)
    if status:
        raise CannotRun(f"{command[0]} ended with status {status}")


@contextlib.contextmanager
def hogs(count):
    """Processes that compete for the CPU; ended by their ids."""
    running = [subprocess.Popen(["sh", "-c", "while :; do :; done"])
               for _ in range(count)]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


def build(compiler, folder):
    need(["cmake", "-S", HERE, "-B", folder, "-G", "Ninja",
          f"-DCMAKE_CXX_COMPILER={compiler}"])
    need(["ninja", "-C", folder, "-j", "2"])


def injector_command(arguments, folder, log):
    command = [os.path.join(folder, "injector"), "--log", log,
               "--seed", str(arguments.seed), "--count", str(arguments.count),
               "--threshold-ms", f"{arguments.threshold_ms:g}",
               "--min-ms", f"{arguments.min_ms:g}",
               "--max-ms", f"{arguments.max_ms:g}",
               "--gap-ms", f"{arguments.gap_ms:g}"]
    for name in ("causes", "sites"):
        if getattr(arguments, name):
            command += [f"--{name}", getattr(arguments, name)]
    return command


def script(name, *arguments):
    return run([sys.executable, "-B", os.path.join(HERE, name), *arguments])


def run_alone(arguments, folder, log):
    with hogs(arguments.hogs):
        need(injector_command(arguments, folder, log))
    clean = [] if arguments.hogs else ["--clean"]
    return script("check_log.py", log, "--allow-skipped", *clean)


def run_under_nostall(arguments, folder, log):
    trace = os.path.join(folder, "injector.trace")
    report = os.path.join(folder, "report.json")
    for old in (trace, report):
        if os.path.exists(old):
            os.remove(old)
    with hogs(arguments.hogs):
        need([arguments.nostall, "run",
              "--threshold", f"{arguments.threshold_ms:g}ms", "-o", trace,
              "--", *injector_command(arguments, folder, log)])
    need([arguments.nostall, "report", trace, "--format", "json",
          "-o", report])
    # The injections must be what they say they are, or the score means nothing.
    wrong = script("check_log.py", log, "--allow-skipped")
    scored = script("score.py", "--log", log, "--report", report,
                    "--threshold-ms", f"{arguments.threshold_ms:g}",
                    *(["--details"] if arguments.details else []))
    if scored not in (0, 1):
        raise CannotRun("the report cannot be scored")
    return wrong or scored


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nostall")
    parser.add_argument("--build", required=True)
    parser.add_argument("--count", type=int, default=0,
                        help="0: every cause at every site once")
    parser.add_argument("--hogs", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--causes")
    parser.add_argument("--sites")
    parser.add_argument("--threshold-ms", type=float, default=5)
    parser.add_argument("--min-ms", type=float, default=2)
    parser.add_argument("--max-ms", type=float, default=60)
    parser.add_argument("--gap-ms", type=float, default=10)
    parser.add_argument("--compiler", action="append",
                        help=f"default: {' and '.join(COMPILERS)}")
    parser.add_argument("--details", action="store_true")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    worst = 0
    for compiler in arguments.compiler or COMPILERS:
        folder = os.path.join(os.path.abspath(arguments.build),
                              os.path.basename(compiler))
        log = os.path.join(folder, "injector.jsonl")
        try:
            build(compiler, folder)
            one = run_under_nostall if arguments.nostall else run_alone
            status = one(arguments, folder, log)
        except CannotRun as error:
            print(f"run: {error}", file=sys.stderr)
            status = 2
        print(f"== {compiler}: {'good' if status == 0 else 'NOT GOOD'}",
              flush=True)
        worst = max(worst, status)
    return worst


if __name__ == "__main__":
    sys.exit(main())
