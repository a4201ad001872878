"""Clients for what several of the programs speak. Each waits for one answer at
a time and raises OSError when it does not come."""
import socket

TIMEOUT = 20


class Http:
    """One keep-alive connection."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), TIMEOUT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.input = self.socket.makefile("rb")

    def get(self, path, statuses=(200,)):
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            .encode("ascii"))
        status = self.input.readline().split()
        if len(status) < 2 or int(status[1]) not in statuses:
            raise OSError(f"GET {path}: {status}")
        length = 0
        while (line := self.input.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        body = self.input.read(length)
        if len(body) != length:
            raise OSError(f"GET {path}: the connection was closed")
        return body.decode("utf-8")

    def close(self):
        self.input.close()
        self.socket.close()


class Lines:
    """A connection on which commands and answers are lines of text."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), TIMEOUT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.input = self.socket.makefile("rb")

    def send(self, line):
        self.socket.sendall(line.encode("utf-8") + b"\r\n")

    def line(self):
        line = self.input.readline()
        if not line.endswith(b"\n"):
            raise OSError("the connection was closed")
        return line.decode("utf-8").rstrip("\r\n")

    def close(self):
        self.input.close()
        self.socket.close()


class Redis(Lines):
    def call(self, *words):
        parts = [f"*{len(words)}\r\n"]
        parts += [f"${len(str(w).encode())}\r\n{w}\r\n" for w in words]
        self.socket.sendall("".join(parts).encode("utf-8"))
        return self._answer()

    def _answer(self):
        line = self.line()
        kind, rest = line[0], line[1:]
        if kind == "-":
            raise OSError(f"redis: {rest}")
        if kind == ":":
            return int(rest)
        if kind == "$":
            data = self.input.read(int(rest) + 2) if int(rest) >= 0 else b""
            return data[:-2].decode("utf-8")
        if kind == "*":
            return [self._answer() for _ in range(int(rest))]
        return rest


class Memcached(Lines):
    def call(self, command):
        """All lines of the answer but its END."""
        self.send(command)
        lines = []
        while (line := self.line()) not in ("END", "STORED", "OK"):
            if line.endswith("ERROR") or line.startswith("CLIENT_ERROR"):
                raise OSError(f"memcached: {line}")
            lines.append(line)
        return lines
