#!/usr/bin/env python3
"""Compares the Python stacks read from outside with what programs tell.

usage: check.py BIN [--python PYTHON3.11] [--library LIBPYTHON3.11.SO]
                [--other OTHER-PYTHON] [--reads N]

BIN is the folder of read_python_stack, print_line_tables, embed_python. Each
program of programs/ tells its stack and then blocks, or spins, on that line;
the stack that is read must be the same: names, files, lines. The entries are
compared with the native stack when elfutils' eu-stack is there. Then stacks are
read from programs that never stand still: whatever is read must be calls that
these programs make. Exit status: 0 when all is as told, 1 when not.
"""
import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import running
import stacks

PAUSE = 100  # microseconds, at most, between two readings
HERE = os.path.dirname(os.path.abspath(__file__))

# Program: how many stacks it tells, and which of its functions are entered
# from C. (None: only eu-stack tells.)
PROGRAMS = {
    "nested": (1, {"<module>"}),
    "methods": (1, None),
    "coroutines": (1, None),
    "generators": (1, {"leaf", "delegating", "consume.<locals>.<genexpr>",
                       "<module>"}),
    "callbacks": (1, {"block", "fold", "key", "<module>"}),
    "threads": (2, None),
    "recursion": (1, {"<module>"}),
    "unicode_names": (1, {"<module>"}),
    "string_code": (1, {"<module>"}),
    "traced": (1, {"stop", "<module>"}),
    "finalizer": (1, {"Slow.__del__", "<module>"}),
    "flush": (1, {"<module>"}),
    "forked": (1, {"<module>"}),
}


class Failure(Exception):
    """A stack that is not as told; the message says how."""


def raise_problem(problem):
    if problem:
        raise Failure(problem)


class Checker:
    def __init__(self, arguments, folder):
        self.bin = arguments.bin
        self.python = arguments.python
        self.folder = folder
        self.eu_stack = shutil.which("eu-stack")
        self.library = subprocess.run(
            [self.python, "-c", "import os; print(os.path.dirname(os.__file__))"],
            capture_output=True, text=True, check=True).stdout.strip()

    def start(self, name, told, command=None):
        """Starts a program until it told its stacks. The caller ends it."""
        output = os.path.join(self.folder, f"{name}-{time.monotonic_ns()}")
        program = os.path.join(HERE, "programs", name + ".py")
        return running.Told([*(command or [self.python]), program, output],
                            output, told)

    def read(self, pid, tid, *options):
        """The stacks that are read, and what the tool said of the cost."""
        done = subprocess.run(
            [os.path.join(self.bin, "read_python_stack"), str(pid), str(tid),
             *map(str, options)],
            capture_output=True, text=True, timeout=600, check=False)
        if done.returncode:
            raise Failure(f"status {done.returncode}: {done.stderr.strip()}")
        return ([json.loads(line) for line in done.stdout.splitlines()],
                done.stderr.strip())

    def compare(self, told, entries, pid=None, tid=None):
        """One stack that was told, with one that is read."""
        pid, tid = pid or told["pid"], tid or told["tid"]
        [frames], cost = self.read(pid, tid)
        found = [frame[:3] for frame in frames]
        if found != told["frames"]:
            raise Failure("told: " + json.dumps(told["frames"])
                          + "\nread: " + json.dumps(found))
        found = {name for name, _, _, is_entry in frames if is_entry}
        if entries is not None and found != entries:
            raise Failure(f"entries: {sorted(found)}")
        native = self.native_entries(pid, tid)
        if native is not None and native != sum(f[3] for f in frames):
            raise Failure(f"{native} native frames: {frames}")
        return f"{len(frames)} frames, {cost}"

    def native_entries(self, pid, tid):
        """How many native frames of the interpreter's loop the thread has."""
        if not self.eu_stack:
            return None
        # Its status says only that it could not read to the outermost frame.
        done = subprocess.run(
            [self.eu_stack, "-1", "-n", "0", "-p", str(tid)],
            capture_output=True, text=True, timeout=60, check=False)
        if f"TID {tid}:" not in done.stdout:
            raise Failure(f"eu-stack {pid} {tid}: {done.stderr.strip()}")
        return sum("_PyEval_EvalFrameDefault" in line
                   for line in done.stdout.splitlines())

    def check_program(self, name, command=None):
        told, entries = PROGRAMS[name]
        with self.start(name, told, command) as program:
            said = [self.compare(one, entries) for one in program.told]
        return "; ".join(said)

    def check_subinterpreter(self):
        """Both interpreters' frames, the inner one's first."""
        with self.start("subinterpreter", 2) as program:
            outer, inner = program.told
            inner["frames"] += outer["frames"]
            return self.compare(inner, {"<module>"})

    def check_namespace(self):
        """In a container the interpreter knows its thread by another id."""
        command = ["unshare", "--user", "--map-root-user", "--pid", "--fork",
                   "--kill-child", self.python]
        if subprocess.run([*command, "-c", ""], capture_output=True,
                          check=False).returncode:
            return "skipped: unshare is not allowed here"
        with self.start("nested", 1, command) as program:
            [told] = program.told
            pid = running.only_child(program.pid)
            if told["tid"] == pid:
                raise Failure("the ids are the same")
            return self.compare(told, {"<module>"}, pid, pid)

    def check_library(self, library):
        command = [os.path.join(self.bin, "embed_python"), library]
        return self.check_program("callbacks", command)

    def check_refused(self, command, reason):
        """A process whose stacks are not understood, and why."""
        with running.Process(command) as process:
            time.sleep(0.5)
            try:
                self.read(process.pid, process.pid)
            except Failure as failure:
                if reason not in str(failure):
                    raise
                return str(failure)
        raise Failure(f"{command} was read")

    def check_line_tables(self):
        """Every code object of the standard library: the line of every unit
        as the interpreter itself says."""
        done = subprocess.run(
            [self.python, os.path.join(HERE, "all_line_tables.py"),
             os.path.join(self.bin, "print_line_tables")],
            capture_output=True, text=True, timeout=1800, check=False)
        if done.returncode:
            raise Failure(done.stdout[-2000:] + done.stderr[-2000:])
        return done.stdout.strip()

    def program(self, name):
        return stacks.Program(name, self.library)

    def check_running(self, name, reads):
        """Reads a program that does not stand still."""
        with self.start(name, 1) as program:
            [told] = program.told
            found, cost = self.read(told["pid"], told["tid"],
                                    "--repeat", reads, "--pause", PAUSE)
            if program.poll() is not None:
                raise Failure(f"{name} has ended")
        raise_problem(stacks.problem_of_running(self.program(name), found))
        return f"{stacks.summary(found)}; {cost}"

    def check_damaged(self, name, reads, seed):
        with self.start(name, 1) as program:
            [told] = program.told
            found, cost = self.read(told["pid"], told["tid"],
                                    "--repeat", reads, "--pause", PAUSE,
                                    "--damage", seed)
        raise_problem(stacks.problem_of_damaged(self.program(name), found))
        return f"{stacks.summary(found)}; {cost}"

    def check_phases(self, reads):
        with self.start("phases", 2) as program:
            told = program.told[0]
            found, _ = self.read(told["pid"], told["tid"],
                                 "--repeat", reads, "--pause", PAUSE)
            program.wait_for(2)
            taken = program.told[-1]
        problem, text = stacks.problem_of_phases(found, taken)
        raise_problem(problem)
        return text


def checks(checker, arguments):
    """The names of the checks, and the functions that do them."""
    for name in PROGRAMS:
        yield name, lambda name=name: checker.check_program(name)
    yield "subinterpreter", checker.check_subinterpreter
    yield "PID namespace", checker.check_namespace
    if arguments.library:
        yield "libpython", lambda: checker.check_library(arguments.library)
    yield "no Python", lambda: checker.check_refused(
        ["sleep", "600"], "no Python")
    if arguments.other:
        yield "other Python", lambda: checker.check_refused(
            [arguments.other, "-c", "import time; time.sleep(600)"],
            "only 3.11 is understood")
    yield "line tables", checker.check_line_tables
    for name in stacks.CALLS:
        yield f"running {name}", lambda name=name: checker.check_running(
            name, arguments.reads)
        for seed in (1, 2):
            yield (f"damaged {name} {seed}",
                   lambda name=name, seed=seed: checker.check_damaged(
                       name, arguments.reads, seed))
    yield "phases", lambda: checker.check_phases(arguments.reads)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("bin")
    parser.add_argument("--python", default="/usr/bin/python3.11")
    parser.add_argument("--library")
    parser.add_argument("--other")
    parser.add_argument("--reads", type=int, default=5000)
    arguments = parser.parse_args()
    # So that the programs end with us.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        checker = Checker(arguments, folder)
        if not checker.eu_stack:
            print("eu-stack is not there: entries are compared less")
        for name, check in checks(checker, arguments):
            try:
                print(f"ok    {name}: {check()}", flush=True)
            except (Failure, running.Ended) as failure:
                print(f"FAIL  {name}: {failure}", flush=True)
                failures += 1
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
