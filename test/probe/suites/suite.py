"""What the suites have in common: sources from Debian, places to build and
run in, and runs that nothing outlives."""
import functools
import os
import shutil
import signal
import subprocess
import tempfile

JOBS = "2"
# Everything that could make two runs of a suite differ.
FIXED = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "0",
         "PYTHONDONTWRITEBYTECODE": "1", "UV_RUN_AS_ROOT": "1"}
# A network and processes of its own: ports are free, addresses are the
# loopback's only, and whatever a test leaves behind ends with its run. The
# shell is the first process, and collects orphans.
APART = ["unshare", "--net", "--pid", "--fork", "--mount-proc",
         "--kill-child=KILL"]
MOUNT = ["sh", "-c", 'mount --bind "$1" "$2" && shift 2 && exec "$@"', "sh"]
INSIDE = ["sh", "-c", 'ip link set lo up && "$@"; exit $?', "sh"]
APT_SOURCES = """\
Types: deb deb-src
URIs: http://deb.debian.org/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb deb-src
URIs: http://deb.debian.org/debian-security
Suites: bookworm-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
"""


@functools.cache
def apart():
    """The words before a command; none where namespaces are not permitted."""
    for user in ([], ["--user", "--map-root-user"]):
        words = [APART[0], *user, *APART[1:], *INSIDE]
        if subprocess.run([*words, "true"], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL, check=False,
                          ).returncode == 0:
            return words
    return []


class Failure(Exception):
    """A suite that cannot be built or run, and why."""


def call(command, folder, log, **more):
    """Runs a command that must succeed; what it says goes to the log."""
    with open(log, "a", encoding="utf-8") as file:
        print("$", *command, file=file, flush=True)
        done = subprocess.run(command, cwd=folder, stdout=file,
                              stderr=subprocess.STDOUT, check=False, **more)
    if done.returncode:
        raise Failure(f"{' '.join(command)} ended with {done.returncode}: "
                      f"see {log}")


class Archive:
    """Debian's archive, by an apt configuration of its own: the machine's is
    neither needed nor changed."""

    def __init__(self, folder):
        self.folder = os.path.join(folder, "archive")
        self.log = os.path.join(folder, "archive.log")

    def options(self):
        state = os.path.join(self.folder, "state")
        sources = os.path.join(self.folder, "suites.sources")
        if not os.path.exists(sources):
            os.makedirs(os.path.join(state, "lists", "partial"))
            os.makedirs(os.path.join(state, "cache", "archives", "partial"))
            with open(sources, "w", encoding="utf-8") as file:
                file.write(APT_SOURCES)
            call(["apt-get", *self.words(state, sources), "update"],
                 self.folder, self.log)
        return self.words(state, sources)

    @staticmethod
    def words(state, sources):
        settings = {"Dir::Etc::SourceList": sources,
                    "Dir::Etc::SourceParts": "/dev/null",
                    "Dir::State": state, "Dir::Cache": f"{state}/cache",
                    "Dir::State::status": "/var/lib/dpkg/status",
                    "APT::Sandbox::User": "root"}
        return ["-q", *(word for name, value in settings.items()
                        for word in ("-o", f"{name}={value}"))]

    def source(self, package, folder):
        """Unpacks the source package there, Debian's patches applied; returns
        its folder and version."""
        call(["apt-get", *self.options(), "source", "--only-source", package],
             folder, self.log)
        (name,) = [e.path for e in os.scandir(folder) if e.is_dir()]
        version = subprocess.run(
            ["dpkg-parsechangelog", "-S", "Version"], cwd=name, text=True,
            stdout=subprocess.PIPE, check=True).stdout.strip()
        return name, version

    def unpacked(self, package, folder):
        """Unpacks a binary package there without installing it; returns the
        version."""
        call(["apt-get", *self.options(), "download", package], folder,
             self.log)
        (name,) = [e.path for e in os.scandir(folder)
                   if e.name.endswith(".deb")]
        call(["dpkg-deb", "-x", name, folder], folder, self.log)
        return subprocess.run(["dpkg-deb", "-f", name, "Version"], text=True,
                              stdout=subprocess.PIPE, check=True,
                              ).stdout.strip()


class Suite:
    """One test suite. Subclasses say how it is prepared, and how it is run."""
    NAME = ""
    NEEDS = ()  # Debian packages.
    SECONDS = 1800  # The longest that one command may take.
    PARTS = ()  # What it can be asked to run of itself.
    KNOWN = {}  # Tests that must differ under the probe, and why.

    def __init__(self, folder, parts):
        self.parts = parts or self.PARTS
        self.folder = os.path.join(folder, self.NAME)
        self.log = os.path.join(folder, f"{self.NAME}.log")
        self.version = ""

    def prepare(self, archive):
        """Builds in self.folder, once; sets self.version."""
        stamp = os.path.join(self.folder, "version")
        if not os.path.exists(stamp):
            shutil.rmtree(self.folder, ignore_errors=True)
            os.makedirs(self.folder)
            self.version = self.build(archive)
            with open(stamp, "w", encoding="utf-8") as file:
                file.write(self.version)
        with open(stamp, encoding="utf-8") as file:
            self.version = file.read()

    def build(self, archive):
        """Downloads and builds; returns the version."""
        raise NotImplementedError

    def run(self, how, only):
        """Runs the tests of self.parts, or those named, by how.run(). Returns
        the outcome, a short text, of each test by name."""
        raise NotImplementedError


class How:
    """Without the probe, or under it. Counts what the probe saw."""

    def __init__(self, nostall, options, folder, log):
        self.nostall = nostall  # The program, or None: plain.
        self.options = options
        self.folder = folder
        self.log = log
        self.traces = []

    def words(self):
        if not self.nostall:
            return []
        handle, trace = tempfile.mkstemp(suffix=".trace", dir=self.folder)
        os.close(handle)
        self.traces.append(trace)
        return [self.nostall, "run", "-q", *self.options, "-o", trace, "--"]

    def run(self, command, folder, seconds, environment=(), mount=()):
        """Returns what the command wrote, and its exit status. It sees the
        first folder of mount in place of the second."""
        if mount and not apart():
            raise Failure(f"cannot mount over {mount[1]} here")
        mounting = [*MOUNT, *mount] if mount else []
        process = subprocess.Popen(
            [*apart(), *mounting, *self.words(), *command], cwd=folder,
            # Processes of two runs at a time may have the same ids, and with
            # them the same names of temporary files.
            env={**os.environ, **FIXED, "TMPDIR": self.folder,
                 **dict(environment)},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True)
        try:
            output, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output, _ = process.communicate()
        finally:
            if process.poll() is None:  # We are being ended.
                os.killpg(process.pid, signal.SIGKILL)
        text = output.decode(errors="backslashreplace")
        with open(self.log, "a", encoding="utf-8") as file:
            print("$", *self.options, *command, file=file)
            for line in text.splitlines():
                print(line[:500], file=file)  # Some tests print all they got.
            print("ended with", process.returncode, file=file)
        return text, process.returncode
