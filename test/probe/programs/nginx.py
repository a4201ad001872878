"""nginx with two workers, which run as www-data when the master is root.

Stalls: a file whose open, read or sendfile is slow, a log pipe that nobody
reads, and a regular expression that backtracks.
"""
import os
import signal

import driver
from clients import Http
from measure import Frame, Stall, first_slow

CONFIGURATION = """
daemon off;
worker_processes 2;
pid nginx.pid;
error_log error.log;
%(user)s
events { worker_connections 256; }
http {
    access_log off;
    keepalive_requests 1000000;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    server {
        listen 127.0.0.1:%(port)d;
        location = /pid { return 200 "$pid"; }
        location = /logged { access_log %(log)s; return 200 "$pid"; }
        location /slow/ { alias %(slow)s/; sendfile off; }
        location /sendfile/ { alias %(slow)s/; sendfile on; }
        location = /regex {
            if ($arg_text ~ "^(a+)+$") { return 204; }
            return 200 "$pid";
        }
    }
}
"""
FILE = frozenset(("file",))
DELAY_MS = 40


class Program(driver.Program):
    NAME = "nginx"
    NEEDS = {"nginx": "nginx-light", "wrk": "wrk", "gcc": "gcc",
             "pkg-config": "pkg-config", "fusermount3": "fuse3",
             "/usr/include/fuse3/fuse.h": "libfuse3-dev"}
    WAITS = frozenset(("epoll_wait",))

    def prepare(self):
        slow = self.slow_folder()
        with open(os.path.join(self.path("files"), "page"), "w",
                  encoding="ascii") as file:
            file.write("page\n" * 1000)
        self.log = driver.StallingPipe(self.path("access.fifo"))
        self.cleanup.callback(self.log.close)
        self.write("nginx.conf", CONFIGURATION % {
            "user": "user www-data;" if os.geteuid() == 0 else "",
            "port": self.port, "log": self.log.path, "slow": slow})

    def command(self):
        return ["nginx", "-p", self.folder, "-c", "nginx.conf", "-e",
                "error.log"]

    def connect(self):
        """Two connections of one worker, and one of the other."""
        workers = {}
        for _ in range(200):
            client = Http(self.port)
            workers.setdefault(int(client.get("/pid")), []).append(client)
            if len(workers) == 2 and max(map(len, workers.values())) > 1:
                break
        else:
            raise OSError(f"the workers are {list(workers)}")
        self.pids = sorted(workers, key=lambda pid: -len(workers[pid]))
        self.client, self.second = workers[self.pids[0]][:2]
        self.other = workers[self.pids[1]][0]

    def load(self):
        return driver.wrk(self.port, "/pid")

    def ping(self):
        self.client.get("/pid")
        self.other.get("/pid")

    def _stall(self, name, trigger, **expected):
        return Stall(name=name, trigger=trigger,
                     bystander=lambda: self.second.get("/pid"),
                     pid=self.pids[0], **{"at_least_ms": DELAY_MS, **expected})

    def _logged(self):
        self.log.release_after(DELAY_MS / 1000)
        self.client.get("/logged")
        # The line is written after the answer: the next request waits.
        self.client.get("/pid")

    def _regex(self, letters):
        """Each letter doubles the time."""
        self.client.get(f"/regex?text={'a' * letters}!")

    def stalls(self):
        nginx = Frame(module="nginx")
        for name, location, operation, call, function in (
                ("slow open", "slow", "open", r"open(at)?(64)?(_2)?",
                 "ngx_open_cached_file"),
                ("slow read", "slow", "read", r"p?read(v)?(64)?",
                 "ngx_read_file|ngx_output_chain"),
                ("slow sendfile", "sendfile", "read", r"sendfile(64)?",
                 "ngx_linux_sendfile_chain")):
            path = f"/{location}/{operation}-{DELAY_MS}/page"
            yield self._stall(
                name, lambda path=path: self.client.get(path), causes=FILE,
                call=call, frames=[Frame(function=function, module="nginx")])
        self.log.hold()
        yield self._stall("stalled log", self._logged,
                          causes=frozenset(("file", "ipc", "stdio")),
                          call="write", frames=[nginx])
        letters = first_slow(self._regex, range(16, 40), DELAY_MS)
        yield self._stall(
            "backtracking", lambda: self._regex(letters),
            causes=frozenset(("cpu",)), call="", at_least_ms=DELAY_MS / 2,
            frames=[Frame(function="pcre2_match", module="pcre2"),
                    Frame(function="^ngx_(http_)?regex_exec$",
                          module="nginx")])

    def quit(self):
        self.process.send_signal(signal.SIGQUIT)
