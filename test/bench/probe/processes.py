"""Programs to measure, with the probe and without: how they are compiled and
started, and what CPU time the kernel says they took."""
import json
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
# Debian's programs, also for a user who has no sbin.
PATH = "/usr/sbin:/usr/bin:/sbin:/bin:" + os.environ.get("PATH", "")


def add_nostall(parser):
    parser.add_argument("--nostall", type=os.path.abspath, default=os.path.join(
        SOURCE, "build", "release", "bin", "nostall"))


def need(packages):
    """Ends unless these programs are there; {program: its Debian package}."""
    absent = [package for program, package in packages.items()
              if not shutil.which(program, path=PATH)]
    if absent:
        sys.exit("needed: apt-get install " + " ".join(absent))


def compiled(source, folder, *flags):
    """The program made from a C or C++ file; relative: of this folder."""
    name = os.path.splitext(os.path.basename(source))[0]
    output = os.path.join(folder, name)
    compiler = ["g++", "-std=c++20", "-fcoroutines"] if source.endswith(
        ".cpp") else ["gcc"]
    subprocess.run([*compiler, "-O2", os.path.join(HERE, source), "-o", output,
                    "-pthread", *flags], check=True)
    return output


def probed(nostall, trace, command, threshold="5ms"):
    """The command that runs a command under the probe."""
    return [nostall, "run", "-q", "--threshold", threshold, "-o", trace, "--",
            *command]


def environment():
    return {**os.environ, "PATH": PATH, "LC_ALL": "C.UTF-8"}


def report(nostall, trace):
    done = subprocess.run([nostall, "report", trace, "--format", "json"],
                          stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def iterations(nostall, trace):
    """How many the probe has seen: none means that nothing was measured."""
    return sum(loop["iterations"] for loop in report(nostall, trace)["loops"])


def descendants(pid):
    """All processes below one."""
    children = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", encoding="utf-8",
                      errors="replace") as file:
                parent = int(file.read().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue  # It has ended since the folder was read.
        children.setdefault(parent, []).append(int(name))
    found, todo = [], [pid]
    while todo:
        below = children.get(todo.pop(), [])
        found += below
        todo += below
    return found


def cpu_ns(pid):
    """user+sys of a process's threads. /proc/PID/stat has the same in steps of
    10 ms, which is too coarse."""
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{task}/schedstat",
                      encoding="ascii") as file:
                total += int(file.read().split()[0])
        except (FileNotFoundError, ProcessLookupError):
            continue  # The thread has ended since the folder was read.
    return total


def search(pattern, text):
    found = re.search(pattern, text)
    if not found:
        sys.exit(f"no {pattern} in:\n{text[:2000]}")
    return found[1]
