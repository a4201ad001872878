"""memcached's tests in Perl; each starts servers of its own."""
import os
import re

from suite import JOBS, Suite, call

LINE = re.compile(r"^(ok|not ok) (\d+)(?: - (.*))?$")


class Tests(Suite):
    NAME = "memcached"
    NEEDS = ("gcc", "make", "libevent-dev", "perl")
    SECONDS = 300  # For one file.

    def build(self, archive):
        source, version = archive.source("memcached", self.folder)
        call(["./configure", "CFLAGS=-O2"], source, self.log)
        call(["make", "-j", JOBS, "memcached", "memcached-debug", "timedrun",
              "sizes", "testapp"], source, self.log)
        os.symlink(source, os.path.join(self.folder, "source"))
        return version

    def run(self, how, only):
        folder = os.path.join(self.folder, "source")
        files = sorted(name for name in os.listdir(os.path.join(folder, "t"))
                       if name.endswith(".t") and name != "whitespace.t")
        if only:
            wanted = {name.split(":")[0] for name in only}
            files = [name for name in files if name in wanted]
        outcomes = {}
        for name in files:
            text, status = how.run(["perl", "-Ilib", f"t/{name}"], folder,
                                   self.SECONDS)
            outcomes[f"{name}: all"] = f"status {status}"
            for line in text.splitlines():
                if match := LINE.match(line):
                    outcomes[f"{name}:{match[2]}"] = match[1]
        return outcomes
