"""A small project with a cache, and what a run of nostall check says of it."""
import json
import os
import re
import shutil
import subprocess
import time

SOURCES = {
    "wait.h": "#pragma once\n"
              "extern \"C\" unsigned sleep(unsigned);\n"
              "inline void settle() { sleep(1); }\n",
    "a.cpp": "#include \"wait.h\"\n"
             "void tickA() [[clang::nonblocking]] { settle(); }\n",
    "b.cpp": "#include \"wait.h\"\n#include \"made.h\"\n"
             "void tickB() [[clang::nonblocking]] { if (MADE) settle(); }\n",
    "c.cpp": "extern \"C\" int fsync(int);\n"
             "#ifndef QUIET\n"
             "void tickC() [[clang::nonblocking]] { fsync(1); }\n"
             "#endif\n",
}
# Later stamps than these can be told from them: engine/cache/FileStamp.cpp.
SETTLED = 2.2


class Project:
    def __init__(self, nostall, folder):
        self.nostall, self.folder = nostall, os.path.realpath(folder)
        self.cache = os.path.join(self.folder, "cache")
        self.root = os.path.join(self.folder, "project")
        self.build = os.path.join(self.folder, "build")
        shutil.rmtree(self.folder, ignore_errors=True)
        for path in (self.root, self.build, os.path.join(self.root, "first")):
            os.makedirs(path)
        for name, text in SOURCES.items():
            self.write(name, text)
        self.write("../build/made.h", "#define MADE 1\n")
        self.commands()

    def path(self, name):
        return os.path.join(self.root, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as file:
            return file.read()

    def commands(self, flags=(), directory=None):
        """The compile commands, with more flags for c.cpp."""
        common = ["c++", "-std=c++20", "-Ifirst", f"-I{self.build}", "-c"]
        rows = [{"directory": directory or self.root,
                 "file": self.path(name),
                 "arguments": [*common, *(flags if name == "c.cpp" else ()),
                               self.path(name)]}
                for name in ("a.cpp", "b.cpp", "c.cpp")]
        with open(os.path.join(self.build, "compile_commands.json"), "w",
                  encoding="utf-8") as file:
            json.dump(rows, file)

    def arguments(self, *more, cache=True):
        return [self.nostall, "check", "-p", self.build, "--root", self.root,
                *more,
                *(["--cache", self.cache, "-v"] if cache else ["--no-cache"])]

    def run(self, *more, cache=True, **options):
        """Exit code, findings, messages, and the line about the cache."""
        done = subprocess.run(self.arguments(*more, cache=cache),
                              cwd=self.root, capture_output=True, text=True,
                              check=False, **options)
        lines = done.stderr.splitlines()
        about = [l for l in lines if l.startswith("nostall: cache: ")]
        # How a run was made is no part of what it says.
        rest = [l for l in lines
                if l not in about and not l.endswith("files at a time")]
        return (done.returncode, done.stdout, rest), \
            about[0].removeprefix("nostall: cache: ") if about else ""

    def same(self, *more, reused=None, **options):
        """Whether a run with the cache gives what one without gives, with so
        many files not parsed again ("linked": but linked); what is wrong, or
        nothing."""
        truth, _ = self.run(*more, cache=False)
        got, about = self.run(*more, **options)
        if got != truth:
            return f"without a cache: {truth}\nwith it: {got}"
        if not truth[1] and truth[0] != 2:
            return f"nothing found: {truth}"
        match = re.match(r"(\d+) of \d+ files", about)
        number = int(match[1]) if match else None
        if reused is not None and number != reused:
            return f"reused {about!r}, expected {reused}"
        return ""

    def settle(self):
        """Waits until what was written is old."""
        time.sleep(SETTLED)

    def entries(self):
        return sorted(os.path.join(folder, name)
                      for folder, _, names in os.walk(self.cache + "/1")
                      for name in names)


def report(tests, make):
    """Runs each test with a fresh project; its documentation is its name."""
    for test in tests:
        problem = test(make(test.__name__))
        print(f"FAILED: {test.__doc__}\n{problem}" if problem
              else f"ok: {test.__doc__}", flush=True)
