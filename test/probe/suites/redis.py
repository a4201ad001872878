"""The tests of redis, with the server that Debian has built of that source."""
import os
import re

from suite import Suite

UNITS = ("unit/auth", "unit/protocol", "unit/keyspace", "unit/scan",
         "unit/info", "unit/expire", "unit/multi", "unit/quit", "unit/pubsub",
         "unit/slowlog", "unit/scripting", "unit/introspection",
         "unit/limits", "unit/wait", "unit/pause", "unit/querybuf",
         "unit/networking", "unit/shutdown", "unit/latency-monitor",
         "unit/tracking", "unit/type/list", "unit/type/stream-cgroups",
         "integration/block-repl", "integration/shutdown",
         "integration/aof", "integration/redis-cli")
LINE = re.compile(r"^\[(ok|err|skip|ignore)\]: (.*?)(?: \(\d+ ms\))?$")
# How colours and the progress of other units are written between.
NOISE = re.compile(r"\x1b\[[0-9;]*m")


class Tests(Suite):
    NAME = "redis"
    NEEDS = ("redis-server", "redis-tools", "tcl", "procps")
    PARTS = UNITS

    def build(self, archive):
        source, version = archive.source("redis", self.folder)
        for program in ("server", "cli", "benchmark", "sentinel", "check-aof",
                        "check-rdb"):
            os.symlink(f"/usr/bin/redis-{program}",
                       os.path.join(source, "src", f"redis-{program}"))
        os.symlink(source, os.path.join(self.folder, "source"))
        return version

    def run(self, how, only):
        outcomes = {}
        for unit in self.parts:
            if only and not any(name.startswith(f"{unit}: ")
                                for name in only):
                continue
            text, status = how.run(
                ["./runtest", "--clients", "1", "--single", unit,
                 "--no-latency"], os.path.join(self.folder, "source"),
                self.SECONDS)
            outcomes[f"{unit}: all"] = f"status {status}"
            outcomes |= read(unit, text)
        return outcomes


def read(unit, text):
    """A name that comes more than once is counted."""
    outcomes = {}
    for line in NOISE.sub("", text).splitlines():
        match = LINE.match(line)
        if not match:
            continue
        result, name = match.groups()
        name = f"{unit}: {name.split(' in tests/')[0]}"
        while name in outcomes:
            name += " again"
        outcomes[name] = result
    return outcomes
