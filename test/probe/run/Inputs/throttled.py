#!/usr/bin/env python3
"""Runs check.py's report on a program that gets a tenth of a CPU.

usage: throttled.py CHECK NOSTALL PROGRAM [ARGUMENT...]

The program alone is put into a control group of its own, not nostall. Exit 77
when no such group may be made here.
"""
import os
import subprocess
import sys

V1, V2 = "/sys/fs/cgroup/cpu", "/sys/fs/cgroup"


def make():
    """The group's folder; raises OSError."""
    base = V1 if os.path.exists(f"{V1}/cpu.cfs_quota_us") else V2
    folder = os.path.join(base, f"nostall-test-{os.getpid()}")
    os.mkdir(folder)
    limits = ({"cpu.cfs_period_us": "100000", "cpu.cfs_quota_us": "10000"}
              if base == V1 else {"cpu.max": "10000 100000"})
    try:
        for name, value in limits.items():
            with open(os.path.join(folder, name), "w",
                      encoding="ascii") as file:
                file.write(value)
    except OSError:
        os.rmdir(folder)
        raise
    return folder


def main():
    if sys.argv[1:] == ["--possible"]:
        try:
            os.rmdir(make())
        except OSError:
            return 77
        return 0
    check, nostall, *program = sys.argv[1:]
    folder = make()
    try:
        # The shell joins the group and becomes the program.
        return subprocess.run(
            [sys.executable, check, nostall, "--", "sh", "-c",
             'echo $$ > "$0/cgroup.procs" && exec "$@"', folder,
             *program]).returncode
    finally:
        os.rmdir(folder)


sys.exit(main())
