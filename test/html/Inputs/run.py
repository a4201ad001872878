"""Runs a script of this folder with Node.js, and with the packages that
../package-lock.json names, installed once in the build folder.

usage: run.py BUILD SCRIPT [ARGUMENTS...]

The script finds in its environment NODE_MODULES, the packages; PAGE, the
template of the report; REPORT_SOURCES and PAGE_MODULES, what that was built
from.
"""
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))
from npm_packages import install  # noqa: E402


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    modules = install(HERE.parent, build / "html-tests")
    environment = dict(
        os.environ,
        NODE_MODULES=str(modules),
        PAGE=str(build / "tool" / "output" / "html" / "report.html"),
        PAGE_MODULES=str(build / "tool" / "output" / "html" / "node_modules"),
        REPORT_SOURCES=str(HERE.parents[2] / "tool" / "output" / "html"))
    os.execvpe("node", ["node", str(HERE / sys.argv[2]), *sys.argv[3:]],
               environment)


if __name__ == "__main__":
    main()
