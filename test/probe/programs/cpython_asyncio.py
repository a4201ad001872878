"""CPython's asyncio: the function of the script, its file and its line must
stand in the stack, above the C functions that block."""
import os

from driver import HERE
from http_program import HTTP_NEEDS, HttpProgram
from measure import Frame

HOST = "slow.nostall.test"


class Program(HttpProgram):
    NAME = "asyncio"
    NEEDS = {**HTTP_NEEDS, "python3.11": "python3", "unshare": "util-linux"}
    WAITS = frozenset(("epoll_wait",))
    SOURCE = "asyncio_server.py"
    OPTIONS = ()

    def prepare(self):
        super().prepare()
        # getaddrinfo looks here first, so the look-up takes as long as the
        # file, with no name server involved.
        self.binds["/etc/hosts"] = self.slow_file(
            "hosts", f"127.0.0.1 localhost\n127.0.0.9 {HOST}\n")

    def command(self):
        return ["python3.11", os.path.join(HERE, self.SOURCE), str(self.port),
                HOST, *self.OPTIONS]

    def _script(self, function, lines):
        return Frame(function=function, file=rf"(^|/){self.SOURCE}$",
                     lines=lines)

    def stalls(self):
        yield self.stall("time.sleep", "/sleep", ("sleep",),
                         "(clock_)?nanosleep|select",
                         [self._script("slow_handler", self.line("sleep"))])
        lines = tuple(range(self.line("spin begin")[0],
                            self.line("spin end")[0]))
        yield self.stall("spin in Python", "/spin", ("cpu",), "",
                         [self._script("spin_handler", lines)])
        yield self.stall("getaddrinfo", "/resolve", ("dns",), "getaddrinfo",
                         [self._script("resolve_handler",
                                       self.line("resolve"))])
        yield self.stall("subprocess.run", "/run", ("process",),
                         "waitpid|wait4|waitid",
                         [self._script("run_handler", self.line("run")),
                          Frame(function="_try_wait",
                                file="subprocess.py$")])
        yield self.stall("read of a pipe", "/pipe",
                         ("file", "ipc", "process"), "read(64)?",
                         [self._script("pipe_handler", self.line("pipe"))])
