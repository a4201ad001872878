"""tmux, a program on libevent that turns epoll off and waits in poll: a format
with a regular expression that backtracks, evaluated in the server."""
import subprocess
import threading

import driver
from measure import Frame, Stall, first_slow

STALL_MS = 40
TIMEOUT = 20


class Control:
    """A client in tmux's control mode: commands in, answers between
    %begin and %end."""

    def __init__(self, socket, folder, command):
        self.process = subprocess.Popen(
            # Without -N a client that comes too early starts a server of its
            # own, and that one would be out of the test's sight.
            ["tmux", "-N", "-S", socket, "-C", *command], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            cwd=folder, env={"PATH": driver.PATH, "LC_ALL": "C.UTF-8",
                             "TERM": "xterm"})
        try:
            self._answer()
        except OSError:
            self.close()
            raise

    def call(self, command):
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self):
        # Its end also ends a read that would wait for ever.
        guard = threading.Timer(TIMEOUT, self.process.kill)
        guard.start()
        try:
            lines = []
            for line in self.process.stdout:
                word = line.split(" ")[0].strip()
                if word == "%error":
                    raise OSError(f"tmux: {' '.join(lines)}")
                if word == "%end":
                    return "\n".join(lines)
                if not word.startswith("%"):
                    lines.append(line.rstrip("\n"))
            raise OSError("tmux's client ended")
        finally:
            guard.cancel()

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


class Program(driver.Program):
    NAME = "tmux"
    NEEDS = {"tmux": "tmux"}
    WAITS = frozenset(("poll", "__poll_chk", "ppoll"))

    def command(self):
        return ["tmux", "-S", self.path("socket"), "-f", "/dev/null", "-D"]

    def connect(self):
        self.client = self._control("new-session", "-s", "one", "cat")
        self.second = self._control("attach-session", "-t", "one")
        self.pids = [int(self.client.call("display-message -p '#{pid}'"))]

    def _control(self, *command):
        control = Control(self.path("socket"), self.folder, command)
        self.cleanup.callback(control.close)
        return control

    def load(self):
        return driver.repeat(self.ping, 1.5)

    def ping(self):
        self.client.call("display-message -p '#{session_name}'")

    def _match(self, letters):
        """The time grows with a high power of the letters."""
        self.client.call("display-message -p '#{m/r:^(x*)(x*)(x*)\\3\\2\\1y$,"
                         f"{'x' * letters}z}}'")

    def stalls(self):
        letters = first_slow(self._match, range(8, 400, 4), STALL_MS)
        for number in (1, 2, 3):
            yield Stall(
                name=f"backtracking {number}",
                trigger=lambda: self._match(letters),
                bystander=lambda: self.second.call("display-message -p ''"),
                pid=self.pids[0], at_least_ms=STALL_MS / 2,
                causes=frozenset(("cpu",)), call="",
                # Debian's is stripped and exports nothing: no names of its own.
                frames=[Frame(function="regexec", module="libc"),
                        Frame(module="^tmux$")])
