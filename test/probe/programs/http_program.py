"""What the drivers of the small HTTP servers share: GET / answers with the
process's id, and every other path stalls the loop in its own way."""
import os

import driver
from clients import Http
from measure import Stall

DELAY_MS = 40


class HttpProgram(driver.Program):
    """A server that is one of the sources beside the drivers."""
    SOURCE = ""

    def slow_file(self, name, text, operation="read"):
        """A file that is slow to read, or to do what operation says."""
        with open(os.path.join(self.path("files"), name), "w",
                  encoding="utf-8") as file:
            file.write(text)
        return os.path.join(self.slow, f"{operation}-{DELAY_MS}", name)

    def prepare(self):
        self.slow = self.slow_folder()

    def connect(self):
        self.client, self.second = Http(self.port), Http(self.port)
        self.pids = [int(self.client.get("/"))]

    def load(self):
        return driver.wrk(self.port)

    def ping(self):
        self.client.get("/")

    def line(self, mark):
        """Where the source says that it stalls; a tuple for Frame.lines."""
        return (driver.line_of(os.path.join(driver.HERE, self.SOURCE), mark),)

    def stall(self, name, path, causes, call, frames, at_least_ms=DELAY_MS):
        return Stall(name=name, trigger=lambda: self.client.get(path),
                     bystander=lambda: self.second.get("/"),
                     pid=self.pids[0], at_least_ms=at_least_ms,
                     causes=frozenset(causes), call=call, frames=frames)


HTTP_NEEDS = {"wrk": "wrk", "gcc": "gcc", "pkg-config": "pkg-config",
              "fusermount3": "fuse3",
              "/usr/include/fuse3/fuse.h": "libfuse3-dev"}
