"""Knot Resolver, a program on libuv with Lua inside: its control socket runs
commands in the loop that answers queries.

It must not send queries of its own to anyone: what asks the root servers is
unloaded, and what is not in its hints is refused.
"""
import socket
import struct

import driver
from measure import Frame, Stall, first_slow

DELAY_MS = 40
NAME = "ping.nostall.test"
CONFIGURATION = """
for _, name in ipairs({'priming', 'ta_update', 'ta_signal_query',
                       'detect_time_skew', 'detect_time_jump'}) do
  modules.unload(name)
end
trust_anchors.remove('.')
net.ipv6 = false
net.listen('127.0.0.1', %(port)d, { kind = 'dns' })
net.listen('%(control)s', nil, { kind = 'control' })
modules = { 'hints > iterate' }
hints['%(name)s'] = '127.0.0.9'
hints.root({ ['localhost.'] = { '127.0.0.1' } })
policy.add(policy.suffix(policy.PASS, { todname('nostall.test.') }))
policy.add(policy.all(policy.REFUSE))
cache.size = 10 * MB
"""


class Control:
    """Its control socket: an expression goes in, its value and a prompt come
    out."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(20)
        self.socket.connect(path)
        self._answer()

    def call(self, expression):
        self.socket.sendall(" ".join(expression.split()).encode() + b"\n")
        return self._answer()

    def _answer(self):
        data = b""
        while not data.endswith(b"> "):
            part = self.socket.recv(65536)
            if not part:
                raise OSError("the control socket was closed")
            data += part
        return data.decode().removesuffix("> ").strip()


class Dns:
    """Asks for one address, by UDP."""

    def __init__(self, port):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.settimeout(20)
        self.socket.connect(("127.0.0.1", port))
        self.number = 0

    def ask(self):
        self.number = self.number % 65535 + 1
        labels = b"".join(bytes((len(label),)) + label.encode()
                          for label in NAME.split("."))
        self.socket.send(struct.pack(">6H", self.number, 0x100, 1, 0, 0, 0)
                         + labels + b"\0" + struct.pack(">2H", 1, 1))
        answer = self.socket.recv(4096)
        number, flags, _, answers = struct.unpack(">4H", answer[:8])
        if (number, flags & 15, answers) != (self.number, 0, 1):
            raise OSError(f"{NAME}: {answer!r}")


class Program(driver.Program):
    NAME = "kresd"
    NEEDS = {"kresd": "knot-resolver", "gcc": "gcc",
             "pkg-config": "pkg-config", "fusermount3": "fuse3",
             "/usr/include/fuse3/fuse.h": "libfuse3-dev"}
    WAITS = frozenset(("epoll_pwait", "epoll_wait"))

    def prepare(self):
        self.slow = self.slow_folder()
        with open(f"{self.path('files')}/hosts", "w",
                  encoding="ascii") as file:
            file.write("127.0.0.8 slow.nostall.test\n")
        self.write("kresd.conf", CONFIGURATION % {
            "port": self.port, "control": self.path("control.sock"),
            "name": NAME})

    def command(self):
        return ["kresd", "-n", "-c", self.path("kresd.conf"), self.folder]

    def connect(self):
        self.control = Control(self.path("control.sock"))
        self.pids = [int(self.control.call("worker.pid"))]
        self.client = Dns(self.port)
        self.client.ask()

    def load(self):
        return driver.repeat(self.client.ask, 1.5)

    def ping(self):
        self.client.ask()

    def _match(self, letters):
        """The time grows with the fourth power of the letters."""
        self.control.call(f"string.find(string.rep('a', {letters}), "
                          "'^a-a-a-a-b')")

    def _stall(self, name, command, **expected):
        return Stall(name=name, trigger=lambda: self.control.call(command),
                     bystander=self.client.ask, pid=self.pids[0],
                     at_least_ms=DELAY_MS, **expected)

    def stalls(self):
        lua = Frame(module="luajit")
        yield self._stall(
            "os.execute", f"os.execute('sleep {DELAY_MS / 1000}')",
            causes=frozenset(("process",)),
            call="system|posix_spawnp?|waitpid|wait4", frames=[lua])
        yield self._stall(
            "hints from a slow file",
            f"hints.add_hosts('{self.slow}/read-{DELAY_MS}/hosts')",
            causes=frozenset(("file", "stdio")),
            call="getline|getdelim|__getdelim|fgets|fread|read",
            frames=[Frame(module=r"hints\.so")])
        letters = first_slow(self._match, range(20, 2000, 10), DELAY_MS)
        yield Stall(name="Lua pattern", trigger=lambda: self._match(letters),
                    bystander=self.client.ask, pid=self.pids[0],
                    at_least_ms=DELAY_MS / 2, causes=frozenset(("cpu",)),
                    call="", frames=[lua])
