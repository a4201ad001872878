"""libuv's own tests: each runs in a process, its servers in others."""
import os
import re

from suite import JOBS, Suite, call

LINE = re.compile(r"^(ok|not ok) \d+ - (\w+)(?: # SKIP (.*))?$")
REASON = re.compile(r"^# (exit code \d+|timeout)$")


class Tests(Suite):
    NAME = "libuv"
    NEEDS = ("cmake", "ninja-build", "gcc", "libc6-dev")

    def build(self, archive):
        source, version = archive.source("libuv1", self.folder)
        build = os.path.join(self.folder, "build")
        call(["cmake", "-S", source, "-B", build, "-G", "Ninja",
              "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_C_FLAGS_RELEASE=-O2"],
             self.folder, self.log)
        call(["ninja", "-j", JOBS, "-C", build, "uv_run_tests"], self.folder,
             self.log)
        # The tests read files of the source by paths relative to it.
        os.symlink(source, os.path.join(self.folder, "source"))
        return version

    def run(self, how, only):
        program = os.path.join(self.folder, "build", "uv_run_tests")
        folder = os.path.join(self.folder, "source")
        outcomes = {}
        for arguments in [[name] for name in only] if only else [[]]:
            text, status = how.run([program, *arguments], folder, self.SECONDS)
            found = read(text)
            # Of all tests it is the number of those that failed.
            found = {name: f"{outcome}, status {status}" if only else outcome
                     for name, outcome in found.items()}
            outcomes |= found
        return outcomes


def read(text):
    outcomes = {}
    last = None
    for line in text.splitlines():
        if match := LINE.match(line):
            result, last, skipped = match.groups()
            outcomes[last] = f"skipped: {skipped}" if skipped else result
        elif last and outcomes[last] == "not ok" and (
                match := REASON.match(line)):
            outcomes[last] += f", {match[1]}"
    return outcomes
