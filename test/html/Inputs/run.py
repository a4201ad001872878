"""Runs a script of this folder with Node.js, and with the packages that
../package-lock.json names, installed once in the build folder.

usage: run.py BUILD SCRIPT [ARGUMENTS...]

The script finds in its environment NODE_MODULES, the packages; PAGE, the
template of the report; REPORT_SOURCES and PAGE_MODULES, what that was built
from.
"""
import fcntl
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent


def install(folder):
    """Tests run at the same time: one installs, others wait for it."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = (HERE.parent / "package-lock.json").read_text(encoding="utf-8")
    with open(folder / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder / "installed.json"
        if done.exists() and done.read_text(encoding="utf-8") == wanted:
            return
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE.parent / name, folder)
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit",
                        "--no-fund", "--loglevel=error"],
                       cwd=folder, check=True, stdout=sys.stderr)
        done.write_text(wanted, encoding="utf-8")


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    folder = build / "html-tests"
    install(folder)
    environment = dict(
        os.environ,
        NODE_MODULES=str(folder / "node_modules"),
        PAGE=str(build / "tool" / "output" / "html" / "report.html"),
        PAGE_MODULES=str(build / "tool" / "output" / "html" / "node_modules"),
        REPORT_SOURCES=str(HERE.parents[2] / "tool" / "output" / "html"))
    os.execvpe("node", ["node", str(HERE / sys.argv[2]), *sys.argv[3:]],
               environment)


if __name__ == "__main__":
    main()
