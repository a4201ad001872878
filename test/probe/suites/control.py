#!/usr/bin/env python3
"""Tests the driver: in nostall's place stands one that preloads a probe with a
mistake, of those of ../invariance/control/disturb.cpp. run.py must find tests
that differ, and none when there is no mistake.

usage: control.py --folder DIR

Exit status: 0 when every mistake was noticed, and nothing else.
"""
import argparse
import os
import pathlib
import shlex
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
DISTURB = HERE.parent / "invariance" / "control" / "disturb.cpp"
# The part of cpython that notices it. Most of the other mistakes go unnoticed
# by these suites: that is what ../invariance is for.
NOTICED_BY = {"none": "test_epoll", "descriptor": "test_subprocess",
              "greeting": "test_subprocess"}
STAND_IN = """\
#!/bin/sh
# usage: run [OPTION...] -- COMMAND [ARGUMENT...] | report ...
if [ "$1" = report ]; then
  echo '{{"loops": [{{"stalls": 0}}], "coverage": {{"processes": 1}}}}'
  exit
fi
while [ "$1" != -- ]; do shift; done
shift
export LD_PRELOAD={library} NOSTALL_DISTURB={mistake}
exec "$@"
"""


def noticed(folder, mistake, part):
    """The tests that differ, as run.py prints them; and its exit status."""
    program = folder / "stand-in"
    program.write_text(STAND_IN.format(
        library=shlex.quote(str(folder / "disturb.so")),
        mistake=shlex.quote(mistake)), encoding="utf-8")
    program.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-B", HERE / "run.py", "--nostall", program,
         "--folder", folder, "--only", "cpython", "--part", part,
         "--plain", "1", "--again", "1"], text=True, stdout=subprocess.PIPE,
        check=False)
    return [line.strip() for line in done.stdout.splitlines()
            if line.startswith("  DIFFERS")], done.returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--folder", type=os.path.abspath, required=True)
    folder = pathlib.Path(parser.parse_args().folder)
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["g++", "-std=c++20", "-shared", "-fPIC", "-o",
                    folder / "disturb.so", DISTURB], check=True)
    wrong = 0
    for mistake, part in NOTICED_BY.items():
        differing, status = noticed(folder, mistake, part)
        right = status == bool(differing) == (mistake != "none")
        wrong += not right
        print(f"{'PASS' if right else 'FAIL'} {mistake}, by {part}: "
              f"{len(differing)} tests differ, status {status}", *differing[:1],
              flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
