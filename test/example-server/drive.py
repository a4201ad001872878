#!/usr/bin/env python3
"""Drives a running depot server: drive.py PORT [--rounds N] [--shutdown]

Every round does everything that stalls the server's loop, and the things that
only look as if they did.  Meanwhile a second connection sends pings; the
longest wait for a pong is printed beside every step.
"""

import argparse
import fcntl
import os
import socket
import sys
import threading
import time

HOST = "127.0.0.1"
BLOB = 12 << 20
TIMEOUT = 120


class Failed(Exception):
    pass


class Client:
    def __init__(self, port):
        self.socket = socket.create_connection((HOST, port), TIMEOUT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.stream = self.socket.makefile("rb")

    def send(self, line, body=b""):
        self.socket.sendall(line.encode() + b"\n" + body)

    def receive(self):
        status, size = self.stream.readline().split()
        return status == b"OK", self.stream.read(int(size))

    def ask(self, line, body=b"", ok=True):
        self.send(line, body)
        done, reply = self.receive()
        if done != ok:
            raise Failed(f"{line!r}: {reply[:80]!r}")
        return reply

    def close(self):
        self.stream.close()
        self.socket.close()


class Pinger(threading.Thread):
    """Keeps asking for a pong, and the longest time that one took."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.client = Client(port)
        self.longest = 0.0
        self.stopping = False
        self.client.ask("ping")

    def run(self):
        while not self.stopping:
            start = time.monotonic()
            self.client.ask("ping")
            self.longest = max(self.longest, time.monotonic() - start)
            time.sleep(0.001)

    def stop(self):
        time.sleep(0.01)  # For the last pong.
        self.stopping = True
        self.join()
        self.client.close()


def expect(condition, what):
    if not condition:
        raise Failed(what)


def http(port, target):
    with socket.create_connection((HOST, port), TIMEOUT) as connection:
        connection.sendall(f"GET {target} HTTP/1.0\r\nHost: x\r\n\r\n".encode())
        data = b"".join(iter(lambda: connection.recv(1 << 16), b""))
    head, _, body = data.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


class Steps:
    """One method per step; the name of the method is the name of the step."""

    def __init__(self, port):
        self.port = port
        self.client = Client(port)
        self.data = self.client.ask("datadir").decode()

    def _put_blob(self, key, byte):
        self.client.ask(f"put {key} {BLOB}", byte * BLOB)

    # The planted stalls.

    def password_rounds(self):
        self.client.ask("login demo secret")
        self.client.ask("login demo wrong", ok=False)

    def asset_read(self):
        status, body = http(self.port, "/video.bin")
        expect(status == 200 and len(body) == 32 << 20, "/video.bin")

    def audit_destructor(self):
        self._put_blob("blob", b"b")

    def wal_fsync(self):
        self._put_blob("big", b"B")
        time.sleep(0.5)  # The flush timer has fired by then.

    def directory_walk(self):
        expect(b"5001 files" in self.client.ask("usage"), "usage")

    def all_pairs(self):
        expect(b"pairs" in self.client.ask("similar"), "similar")

    def checkpoint_latch(self):
        self.client.ask("checkpoint")

    def digest_future(self):
        expect(len(self.client.ask("digest video.bin")) == 16, "digest")

    def hook_wait(self):
        expect(self.client.ask("hook upload") == b"0", "hook")

    def metrics_mutex(self):
        for _ in range(3):
            self.client.ask("report")
            self.client.ask("ping")

    def retry_sleep(self):
        with open(os.path.join(self.data, "maintenance.lock"), "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self.client.ask("lease begin", ok=False)
        self.client.ask("lease begin")
        self.client.ask("lease end")

    def lock_over_await(self):
        self.client.ask("put a 1", b"1")
        self.client.ask("put b 1", b"2")
        other = Client(self.port)
        self.client.send("rename a a2")
        other.send("rename b b2")
        results = [self.client.receive()[0], other.receive()[0]]
        other.close()
        expect(results.count(True) == 1, f"renames: {results}")
        for key in ("a", "b", "a2", "b2"):
            self.client.send("del " + key)
            self.client.receive()

    def peer_lookup(self):
        self.client.ask("peer depot-peer.invalid 7000", ok=False)
        self.client.ask("peer localhost 7000")

    def peer_read(self):
        def answer_late():
            connection = listener.accept()[0]
            with connection:
                connection.recv(1000)
                time.sleep(0.1)
                connection.sendall(b"OK 5\nvalueOK 3\nbye")

        with socket.create_server((HOST, 0)) as listener:
            peer = threading.Thread(target=answer_late)
            peer.start()
            self.client.ask(f"peer localhost {listener.getsockname()[1]}")
            expect(self.client.ask("pull key") == b"value", "pull")
            peer.join()

    # What does not stall.

    def harmless_files(self):
        expect(http(self.port, "/")[1] == b"depot\n", "/")
        expect(http(self.port, "/none")[0] == 404, "/none")
        expect(len(self.client.ask("cat album1/photo1.txt")) > 16, "cat")
        self.client.ask("cat none", ok=False)
        self.client.ask("warm")
        time.sleep(0.1)

    def harmless_scrub(self):
        while len(self.client.ask("scrub")) != 16:
            time.sleep(0.02)

    def harmless_accounts(self):
        token = self.client.ask("token").decode()
        expect(self.client.ask("check " + token) == b"right", "right token")
        expect(self.client.ask("check 0") == b"wrong", "wrong token")

    def harmless_operator(self):
        self.client.ask("bghook upload")
        time.sleep(0.3)
        self.client.ask("reset")
        self.client.ask("lastaudit")
        self.client.ask("size")

    def all(self):
        for name, step in vars(Steps).items():
            if not name.startswith("_") and name != "all":
                yield name, getattr(self, name)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--shutdown", action="store_true")
    arguments = parser.parse_args()

    steps = Steps(arguments.port)
    failures = 0
    for number in range(1, arguments.rounds + 1):
        for name, step in steps.all():
            pinger = Pinger(arguments.port)
            pinger.start()
            time.sleep(0.01)
            try:
                step()
                result = "OK"
            except (Failed, OSError, ValueError) as error:
                result = f"failed: {error}"
                failures += 1
            pinger.stop()
            wait = f"{pinger.longest * 1000:.1f} ms"
            print(f"round {number}  {name:20} longest ping {wait:>9}  {result}")
    if arguments.shutdown:
        steps.client.ask("shutdown")
    print("failed" if failures else "OK")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
