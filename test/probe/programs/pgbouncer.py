"""pgbouncer, a program on libevent: RELOAD reads the file with its users, and
that file is slow. Its admin console answers without a PostgreSQL behind it."""
import os
import signal
import socket
import struct

import driver
from measure import Frame, Stall

DELAY_MS = 40
CONFIGURATION = """
[databases]
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %(port)d
unix_socket_dir =
auth_type = trust
auth_file = %(users)s
admin_users = admin
pidfile = %(pidfile)s
"""


class Console:
    """The little of PostgreSQL's protocol that the admin console needs."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), 20)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.input = self.socket.makefile("rb")
        body = b"user\0admin\0database\0pgbouncer\0\0"
        self.socket.sendall(struct.pack(">ii", len(body) + 8, 196608) + body)
        self._until_ready()

    def call(self, query):
        body = query.encode() + b"\0"
        self.socket.sendall(b"Q" + struct.pack(">i", len(body) + 4) + body)
        self._until_ready()

    def _until_ready(self):
        while True:
            head = self.input.read(5)
            if len(head) < 5:
                raise OSError("the console was closed")
            body = self.input.read(struct.unpack(">i", head[1:])[0] - 4)
            if head[:1] == b"E":
                raise OSError(f"pgbouncer: {body!r}")
            if head[:1] == b"Z":
                return


class Program(driver.Program):
    NAME = "pgbouncer"
    NEEDS = {"pgbouncer": "pgbouncer", "gcc": "gcc",
             "pkg-config": "pkg-config", "fusermount3": "fuse3",
             "/usr/include/fuse3/fuse.h": "libfuse3-dev"}
    WAITS = frozenset(("epoll_wait",))

    def prepare(self):
        slow = self.slow_folder()
        self.users = os.path.join(self.path("files"), "users")
        with open(self.users, "w", encoding="ascii") as file:
            file.writelines(f'"user{n}" "secret"\n' for n in range(100))
            file.write('"admin" "secret"\n')
        # It refuses to run as root, drops to the user, and then writes this.
        os.mkdir(self.path("run"))
        os.chmod(self.path("run"), 0o777)
        self.write("pgbouncer.ini", CONFIGURATION % {
            "port": self.port, "users": f"{slow}/read-{DELAY_MS}/users",
            "pidfile": self.path("run/pid")})

    def command(self):
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        return ["pgbouncer", "-q", *user, self.path("pgbouncer.ini")]

    def connect(self):
        self.client, self.second = Console(self.port), Console(self.port)
        with open(self.path("run/pid"), encoding="ascii") as file:
            self.pids = [int(file.read())]

    def load(self):
        return driver.repeat(self.ping, 1.5)

    def ping(self):
        self.client.call("SHOW VERSION")

    def stalls(self):
        for number in (1, 2, 3):
            # It reads the file only when that has another time.
            os.utime(self.users, (number, number))
            yield Stall(
                name=f"slow users {number}",
                trigger=lambda: self.client.call("RELOAD"),
                bystander=lambda: self.second.call("SHOW VERSION"),
                pid=self.pids[0], at_least_ms=DELAY_MS,
                causes=frozenset(("file", "stdio")), call="fread|read",
                # Debian's is stripped and exports nothing: no names of its own.
                frames=[Frame(module="^pgbouncer$"),
                        Frame(function="event_base_loop",
                              module="libevent")])

    def quit(self):
        # SIGTERM is its hard end, with status 1.
        self.process.send_signal(signal.SIGINT)
