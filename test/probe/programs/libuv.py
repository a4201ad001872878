"""A small C server on Debian's libuv: uv_fs_read without a callback, uv_sleep,
a mutex that a worker holds, and a loop."""
from http_program import HTTP_NEEDS, HttpProgram
from measure import Frame


class Program(HttpProgram):
    NAME = "libuv"
    NEEDS = {**HTTP_NEEDS, "/usr/include/uv.h": "libuv1-dev"}
    WAITS = frozenset(("epoll_pwait", "epoll_wait"))
    SOURCE = "uv_server.c"

    def prepare(self):
        super().prepare()
        self.binary = self.compile(["gcc", "-O2", "-g"], self.SOURCE,
                                   "uv_server", ["-luv"])

    def command(self):
        return [self.binary, str(self.port),
                self.slow_file("page", "page\n" * 100)]

    def _own(self, function, lines):
        return Frame(function=function, module="uv_server",
                     file=rf"(^|/){self.SOURCE}$", lines=lines)

    def stalls(self):
        library = Frame(function="^uv_", module="libuv")
        yield self.stall("uv_fs_read", "/read", ("file",),
                         r"p?read(v)?(64)?",
                         [self._own("readSynchronously", self.line("read")),
                          library])
        yield self.stall("uv_sleep", "/sleep", ("sleep",),
                         "(clock_)?nanosleep|usleep",
                         [self._own("sleepInCallback", self.line("sleep")),
                          library])
        yield self.stall("uv_mutex_lock", "/lock", ("lock",),
                         "pthread_mutex_lock",
                         [self._own("waitForWorker", self.line("lock")),
                          library], at_least_ms=38)
        lines = tuple(range(self.line("sum begin")[0],
                            self.line("sum end")[0] + 1))
        yield self.stall("loop", "/sum", ("cpu",), "",
                         [self._own("sumNumbers", lines)])
