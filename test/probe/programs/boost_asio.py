"""Coroutines of Boost.Asio: fsync of a slow file, a sleep in a helper that the
compiler inlines, getpwnam with a slow /etc/passwd, and a loop."""
from http_program import HTTP_NEEDS, HttpProgram
from measure import Frame

USER = "nostall-test-user"


class Program(HttpProgram):
    NAME = "asio"
    NEEDS = {**HTTP_NEEDS, "g++": "g++", "unshare": "util-linux",
             "/usr/include/boost/asio.hpp": "libboost-dev"}
    WAITS = frozenset(("epoll_wait",))
    SOURCE = "asio_server.cpp"

    def prepare(self):
        super().prepare()
        self.binary = self.compile(
            ["g++", "-std=c++20", "-fcoroutines", "-O2", "-g"], self.SOURCE,
            "asio_server", ["-lpthread"])
        with open("/etc/passwd", encoding="utf-8") as file:
            users = file.read()
        self.binds["/etc/passwd"] = self.slow_file(
            "passwd", f"{users}{USER}:x:54321:54321::/:/bin/false\n")

    def command(self):
        return [self.binary, str(self.port),
                self.slow_file("saved", "", "fsync"), USER]

    def _own(self, function, lines):
        return Frame(function=function, module="asio_server",
                     file=rf"(^|/){self.SOURCE}$", lines=lines)

    def stalls(self):
        yield self.stall("fsync", "/save", ("file",), "fsync",
                         [self._own("saveToDisk", self.line("fsync"))])
        yield self.stall("sleep_for", "/sleep", ("sleep",),
                         "(clock_)?nanosleep",
                         [self._own("backOff", self.line("sleep")),
                          self._own("retryLater", self.line("caller"))])
        # Users are looked up in the same NSS as hosts: the category is dns.
        yield self.stall("getpwnam", "/user", ("dns",), "getpwnam(_r)?",
                         [self._own("findUser", self.line("getpwnam"))])
        lines = tuple(range(self.line("sum begin")[0],
                            self.line("sum end")[0] + 1))
        yield self.stall("loop", "/sum", ("cpu",), "",
                         [self._own("sumNumbers", lines),
                          self._own("compute", ())])
