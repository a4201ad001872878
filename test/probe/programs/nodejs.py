"""Node.js: readFileSync of a slow file, Atomics.wait, execSync, and a loop.

V8 writes a perf map on request; the names of its functions come from there.
"""
import contextlib
import os

from driver import HERE
from http_program import HTTP_NEEDS, HttpProgram
from measure import Frame


class Program(HttpProgram):
    NAME = "node"
    NEEDS = {**HTTP_NEEDS, "node": "nodejs"}
    WAITS = frozenset(("epoll_pwait", "epoll_wait"))
    SOURCE = "node_server.js"

    def command(self):
        return ["node", "--perf-basic-prof",
                "--interpreted-frames-native-stack",
                os.path.join(HERE, self.SOURCE), str(self.port),
                self.slow_file("page", "page\n" * 100)]

    def connect(self):
        super().connect()
        self.cleanup.callback(remove, f"/tmp/perf-{self.pids[0]}.map")

    def stalls(self):
        yield self.stall("readFileSync", "/file", ("file",),
                         r"p?read(v)?(64)?", [Frame("readSlowFile")])
        yield self.stall("Atomics.wait", "/wait", ("lock", "wait"),
                         "pthread_cond_(timed|clock)wait|syscall",
                         [Frame("waitForNobody")])
        # libuv runs a second loop inside, on another epoll descriptor: its
        # waits must not count as the end of the server's own iteration.
        yield self.stall("execSync", "/command", ("process", "wait", "ipc"),
                         ".*", [Frame("runCommand")])
        yield self.stall("synchronous loop", "/sum", ("cpu",), "",
                         [Frame("sumNumbers")])


def remove(path):
    with contextlib.suppress(FileNotFoundError):
        os.remove(path)
