"""libevent's regression tests, with each of its ways to wait. The tests fork:
each runs in a process of its own."""
import os
import re

from suite import JOBS, Suite, call

WAYS = {"epoll": {}, "poll": {"EVENT_NOEPOLL": "1"},
        "select": {"EVENT_NOEPOLL": "1", "EVENT_NOPOLL": "1"}}
LINE = re.compile(r"^(\w+(?:/\w+)+): (?:\[forking\] )?(.*)$")


class Tests(Suite):
    NAME = "libevent"
    NEEDS = ("cmake", "ninja-build", "gcc", "libc6-dev", "libssl-dev",
             "zlib1g-dev")
    PARTS = tuple(WAYS)

    def build(self, archive):
        source, version = archive.source("libevent", self.folder)
        build = os.path.join(self.folder, "build")
        # Static: the tests call functions that the shared library hides.
        call(["cmake", "-S", source, "-B", build, "-G", "Ninja",
              "-DCMAKE_BUILD_TYPE=Release", "-DCMAKE_C_FLAGS_RELEASE=-O2",
              "-DEVENT__LIBRARY_TYPE=STATIC", "-DEVENT__DISABLE_MBEDTLS=ON",
              "-DEVENT__DISABLE_BENCHMARK=ON", "-DEVENT__DISABLE_SAMPLES=ON"],
             self.folder, self.log)
        call(["ninja", "-j", JOBS, "-C", build, "regress"], self.folder,
             self.log)
        return version

    def run(self, how, only):
        program = os.path.join(self.folder, "build", "bin", "regress")
        outcomes = {}
        for way in self.parts:
            chosen = [name.split(":", 1)[1] for name in only or ()
                      if name.startswith(f"{way}:")]
            if only and not chosen:
                continue
            text, _ = how.run([program, *chosen], self.folder, self.SECONDS,
                              WAYS[way])
            outcomes |= {f"{way}:{name}": outcome
                         for name, outcome in read(text).items()}
        return outcomes


def read(text):
    """Between a test's name and its result it may say anything, on the same
    line and on others. What depends on time it tries up to three times more: the
    last try counts."""
    outcomes = {}
    last = None
    for line in text.splitlines():
        if match := LINE.match(line):
            last, line = match.groups()
            outcomes[last] = "no result"
        if not last or outcomes[last] != "no result":
            continue
        if line.endswith("OK"):
            outcomes[last] = "ok"
        elif line.endswith("SKIPPED"):
            outcomes[last] = "skipped"
        elif line.endswith("DISABLED"):
            outcomes[last] = "disabled"
        elif line.endswith(f"[{os.path.basename(last)} FAILED]") or \
                "[Lost connection!]" in line:
            outcomes[last] = "failed"
    return outcomes
