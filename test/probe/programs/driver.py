"""What the drivers of the programs share: the life of a program under test,
slow files, a pipe that stalls, and compiling.

A driver is a module with a class Program that derives from driver.Program. Its
methods are called in this order: prepare, command, connect, then load and
stalls (or ping, again and again), quit. Times are CLOCK_MONOTONIC.
"""
import contextlib
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import threading
import time

from measure import Failure

HERE = os.path.dirname(os.path.abspath(__file__))
# Debian's programs before what else a machine may have under their names.
PATH = "/usr/sbin:/usr/bin:/sbin:/bin:" + os.environ.get("PATH", "")
START_SECONDS = 30
STOP_SECONDS = 60  # Under nostall this includes its report.


def missing(needed):
    """The packages of the executables and files that are not there."""
    return sorted({package for name, package in needed.items()
                   if not (os.path.exists(name) if "/" in name
                           else shutil.which(name, path=PATH))})


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def line_of(path, mark):
    """The line that carries the comment STALL(mark)."""
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if f"STALL({mark})" in line:
                return number
    raise Failure(f"{path} has no STALL({mark})")


def parent_of(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
        return int(file.read().rpartition(")")[2].split()[1])


class Program:
    """One program under test, in a folder of its own, for one run."""
    NAME = ""
    NEEDS = {}         # Executable or file: Debian's package.
    WAITS = frozenset()  # The calls that its event loop may wait in.
    EXIT = 0

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.pids = []  # The processes whose loops serve; set by connect.
        self.process = None
        self.binds = {}  # File of the system: what the program sees instead.
        self.cleanup = contextlib.ExitStack()

    # What a driver provides.

    def prepare(self):
        """Writes what the program reads before it starts."""

    def command(self):
        raise NotImplementedError

    def connect(self):
        """Opens the clients and sets pids; raises OSError until it serves."""
        raise NotImplementedError

    def load(self):
        """Ordinary load for a second or two; returns its figures as text."""
        raise NotImplementedError

    def stalls(self):
        """Yields the stalls to provoke, one after the other."""
        raise NotImplementedError

    def ping(self):
        """One quick request."""
        raise NotImplementedError

    def quit(self):
        """Asks it to end; to nostall, which passes the signal on."""
        self.process.send_signal(signal.SIGTERM)

    # What they share.

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text)
        return self.path(name)

    def compile(self, command, source, output, flags=()):
        """Builds one of the programs that stand beside the drivers."""
        done = subprocess.run(
            ["nice", *command, os.path.join(HERE, source), "-o",
             self.path(output), *flags],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode:
            raise Failure(f"{source} does not compile:\n{done.stdout}")
        return self.path(output)

    def slow_folder(self):
        """A folder beside the program's; see slowfs.c for the names in it."""
        return self.cleanup.enter_context(slow_folder(self))

    def start(self, wrapper=()):
        """Starts it, under nostall when wrapper says so, until it serves."""
        self.prepare()
        command = namespace(self.binds) + [*wrapper, *self.command()]
        with open(self.path("log"), "wb") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=self.folder, start_new_session=True,
                env={**os.environ, "PATH": PATH, "LC_ALL": "C.UTF-8"})
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.connect()
                return self._check_own()
            except OSError as error:
                if self.process.poll() is not None:
                    raise Failure(f"it ended with {self.process.returncode} "
                                  f"at the start: {self.log_tail()}") from error
                if time.monotonic() > deadline:
                    raise Failure(f"it does not serve: {error!r}: "
                                  f"{self.log_tail()}") from error
                time.sleep(0.05)

    def _check_own(self):
        """Figures of a process that was not started here would be worth
        nothing."""
        if not self.pids:
            raise Failure("the program did not tell its process")
        for pid in self.pids:
            above = pid
            while above not in (self.process.pid, 0):
                above = parent_of(above)
            if not above:
                raise Failure(f"process {pid} is not one that was started "
                              "for this run")

    def stop(self):
        """Ends it as its users do, and holds its exit status to EXIT."""
        self.quit()
        try:
            status = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise Failure(f"it does not end: {self.log_tail()}") from error
        if status != self.EXIT:
            raise Failure(f"its exit status is {status}, not {self.EXIT}: "
                          f"{self.log_tail()}")
        return f"exit status {status}"

    def close(self):
        """Leaves nothing behind, whatever went wrong before."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.cleanup.close()

    def log_tail(self):
        with open(self.path("log"), encoding="utf-8", errors="replace") as file:
            return "".join(file.readlines()[-12:]).strip() or "its log is empty"


def namespace(binds):
    """A prefix with which a program sees other files in a few places, such as
    /etc/hosts; nostall runs inside, too."""
    if not binds:
        return []
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    script = ("while [ \"$1\" != -- ]; do mount --bind \"$2\" \"$1\" || exit; "
              "shift 2; done; shift; exec \"$@\"")
    pairs = [part for pair in binds.items() for part in pair]
    return ["unshare", *user, "--mount", "sh", "-c", script, "sh", *pairs, "--"]


@contextlib.contextmanager
def slow_folder(program):
    """Mounts slowfs over the program's folder and yields the mount point."""
    pkg = subprocess.run(["pkg-config", "--cflags", "--libs", "fuse3"],
                         stdout=subprocess.PIPE, text=True, check=True)
    binary = program.compile(["gcc", "-O2"], "slowfs.c", "slowfs",
                             pkg.stdout.split())
    source, mounted = program.path("files"), program.path("slow")
    os.makedirs(source, exist_ok=True)
    os.mkdir(mounted)
    # Root's programs drop to other users, and these must see the files.
    options = ["-o", "allow_other"] if os.geteuid() == 0 else []
    with open(program.path("slowfs.log"), "wb") as log:
        daemon = subprocess.Popen([binary, source, mounted, "-f", *options],
                                  stdin=subprocess.DEVNULL, stdout=log,
                                  stderr=log)
    try:
        deadline = time.monotonic() + 10
        while not os.path.ismount(mounted):
            if daemon.poll() is not None or time.monotonic() > deadline:
                with open(program.path("slowfs.log"), encoding="utf-8") as log:
                    raise Failure("the slow file system does not start (is "
                                  f"there a /dev/fuse?): {log.read().strip()}")
            time.sleep(0.02)
        yield mounted
    finally:
        # Also lets go of a program that still waits for a file in there.
        daemon.terminate()
        daemon.wait(10)
        if os.path.ismount(mounted):
            subprocess.run(["fusermount3", "-u", "-z", mounted], check=True)


class StallingPipe:
    """A FIFO whose reader stops reading for a while when it is told to: what
    happens to a log when the collector behind it hangs."""

    def __init__(self, path):
        os.mkfifo(path)
        self.path = path
        self.reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        self.writer = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        self.reading = threading.Lock()
        self.ended = False
        self.thread = threading.Thread(target=self._drain, daemon=True)
        self.thread.start()

    def _drain(self):
        while not self.ended:
            if not select.select([self.reader], [], [], 0.5)[0]:
                continue
            with self.reading, contextlib.suppress(BlockingIOError):
                os.read(self.reader, 1 << 20)

    def hold(self):
        """Stops reading and fills the pipe: the next write to it blocks."""
        self.reading.acquire()
        for size in (4096, 1):
            with contextlib.suppress(BlockingIOError):
                while True:
                    os.write(self.writer, b"\n" * size)

    def release_after(self, seconds):
        threading.Timer(seconds, self.reading.release).start()

    def close(self):
        self.ended = True
        self.thread.join()
        os.close(self.reader)
        os.close(self.writer)


def wrk(port, path="/", connections=8, seconds=1):
    """Load from wrk on one thread; every answer must be right."""
    done = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s",
         f"http://127.0.0.1:{port}{path}"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    rate = re.search(r"Requests/sec:\s*([\d.]+)", done.stdout)
    wrong = re.search(r"(Socket errors|Non-2xx).*", done.stdout)
    if done.returncode or not rate or float(rate[1]) == 0 or wrong:
        raise Failure(f"wrk ended with {done.returncode}: {done.stdout}")
    return f"wrk: {float(rate[1]):.0f} requests/s"


def repeat(request, seconds):
    """Load from one client of our own, without a pause."""
    count, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        request()
        count += 1
    return f"{count / seconds:.0f} requests/s from one client"
