"""memcached, a program on libevent with threads: it writes what it does to its
standard error when asked (-vv), and that is a pipe that nobody reads."""
import os

import driver
from clients import Memcached
from measure import Frame, Stall

STALL_MS = 50


class Program(driver.Program):
    NAME = "memcached"
    NEEDS = {"memcached": "memcached"}
    WAITS = frozenset(("epoll_wait",))

    def prepare(self):
        self.log = driver.StallingPipe(self.path("log.fifo"))
        self.cleanup.callback(self.log.close)

    def command(self):
        user = "-u nobody" if os.geteuid() == 0 else ""
        return ["sh", "-c", "exec memcached -vv -t 1 -U 0 -l 127.0.0.1 "
                f"-p {self.port} {user} 2> '{self.log.path}'"]

    def connect(self):
        self.client, self.second = (Memcached(self.port),
                                    Memcached(self.port))
        self.pids = [int(line.split()[2]) for line in self.client.call("stats")
                     if line.startswith("STAT pid ")]

    def load(self):
        return driver.repeat(self.ping, 1.5)

    def ping(self):
        self.client.call("set key 0 0 5\r\nvalue")
        self.client.call("get key")

    def _logged(self):
        self.log.release_after(STALL_MS / 1000)
        self.client.call("get key")

    def stalls(self):
        for number in (1, 2, 3):
            self.log.hold()
            yield Stall(
                name=f"stalled log {number}", trigger=self._logged,
                bystander=lambda: self.second.call("get key"),
                pid=self.pids[0], at_least_ms=STALL_MS - 1,
                causes=frozenset(("stdio", "file", "ipc")),
                call="write|v?fprintf|__v?fprintf_chk|fputs|fputc|fwrite",
                # Debian's is stripped and exports nothing: no names of its own.
                frames=[Frame(module="^memcached$"),
                        Frame(function="event_base_loop",
                              module="libevent")])
