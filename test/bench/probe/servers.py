"""The servers that load.py loads, and the clients that load them."""
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import processes

PROGRAMS = os.path.join(processes.SOURCE, "test", "probe", "programs")
START_SECONDS = 20

NGINX = """
daemon off;
worker_processes 1;
pid nginx.pid;
error_log error.log;
%(user)s
events { worker_connections 256; }
http {
    access_log off;
    sendfile on;
    keepalive_requests 1000000000;
    client_body_temp_path body;
    proxy_temp_path proxy;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    server { listen 127.0.0.1:%(port)d; root files; }
}
"""


class Client:
    """Load on one server, in slices: the client is stopped between them."""

    def __init__(self, server):
        self.server = server
        self.process = subprocess.Popen(
            server.client(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, env=processes.environment())
        self.before = server.served()
        self.process.send_signal(signal.SIGSTOP)

    def slice(self, seconds):
        self.process.send_signal(signal.SIGCONT)
        time.sleep(seconds)
        self.process.send_signal(signal.SIGSTOP)
        if self.process.poll() is not None:
            sys.exit(f"the client has ended:\n{self.process.stdout.read()}")

    def end(self):
        """The requests that were answered."""
        self.process.send_signal(signal.SIGCONT)
        # More than once: wrk looks at it in its first thread only, and another
        # one may get it.
        while True:
            self.process.send_signal(signal.SIGINT)
            try:
                output = self.process.communicate(timeout=0.2)[0]
                break
            except subprocess.TimeoutExpired:
                continue
        return self.server.answered(output, self.before)

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()


class Server:
    """A server in a folder of its own."""
    needs = {}  # Program: its Debian package.

    def __init__(self, folder):
        self.folder = folder
        self.process = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    @classmethod
    def prepare(cls, folder):
        """Once for all servers of the kind."""

    def command(self):
        raise NotImplementedError

    def ask(self):
        """One request; raises OSError until it serves."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/",
                                    timeout=5) as answer:
            answer.read()

    def client(self):
        """The command of a client that goes on until SIGINT."""
        return ["wrk", "-t1", "-c16", "-d3600s",
                f"http://127.0.0.1:{self.port}/"]

    def served(self):
        """Requests so far, if the server counts them."""

    def answered(self, output, before):
        """Requests that a client got answers to, from what it printed."""
        # Slices are short, yet a machine may stand still for two seconds.
        if re.search(r"Non-2xx|connect [1-9]|read [1-9]|write [1-9]", output):
            sys.exit(f"wrk got wrong answers:\n{output}")
        return int(processes.search(r"(\d+) requests in", output))

    def start(self, nostall=None):
        """Under `nostall run`, when given."""
        command = self.command()
        if nostall:
            command = processes.probed(nostall, self.path("trace"), command)
        with open(self.path("log"), "wb") as log:
            self.process = subprocess.Popen(
                command, cwd=self.folder, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, env=processes.environment(),
                start_new_session=True)
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.ask()
                break
            except OSError as error:
                if (self.process.poll() is not None or
                        time.monotonic() > deadline):
                    with open(self.path("log"), encoding="utf-8",
                              errors="replace") as log:
                        sys.exit(f"{' '.join(command)} does not serve: "
                                 f"{error!r}\n{log.read()[-2000:]}")
                time.sleep(0.05)
        below = processes.descendants(self.process.pid)
        self.watcher = self.process.pid if nostall else None
        self.pids = below if nostall else [self.process.pid, *below]

    def pin(self, cpu):
        """Its threads, and those that they start; not the watcher."""
        for pid in self.pids:
            for task in os.listdir(f"/proc/{pid}/task"):
                os.sched_setaffinity(int(task), {cpu})

    def path(self, name):
        return os.path.join(self.folder, name)

    def cpu(self):
        """ns of the server, and of the watcher."""
        return (sum(map(processes.cpu_ns, self.pids)),
                processes.cpu_ns(self.watcher) if self.watcher else 0)

    def stop(self):
        if not self.process:
            return  # It could not be started at all.
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


class Nginx(Server):
    needs = {"nginx": "nginx-light", "wrk": "wrk"}

    def command(self):
        os.chmod(self.folder, 0o755)  # The worker is another user's.
        os.mkdir(self.path("files"))
        with open(self.path("files/index.html"), "wb") as file:
            file.write(b"x" * 1024)
        with open(self.path("nginx.conf"), "w", encoding="ascii") as file:
            file.write(NGINX % {
                "port": self.port,
                "user": "user www-data;" if os.geteuid() == 0 else ""})
        return ["nginx", "-p", self.folder, "-c", "nginx.conf", "-e",
                "error.log"]


class Node(Server):
    needs = {"node": "nodejs", "wrk": "wrk"}

    def command(self):
        return ["node", os.path.join(PROGRAMS, "node_server.js"),
                str(self.port), os.devnull]


class Asio(Server):
    needs = {"g++": "g++ libboost-dev", "wrk": "wrk"}
    program = None

    @classmethod
    def prepare(cls, folder):
        cls.program = processes.compiled(
            os.path.join(PROGRAMS, "asio_server.cpp"), folder)

    def command(self):
        return [self.program, str(self.port), os.devnull, "nobody"]


class Redis(Server):
    needs = {"redis-server": "redis-server", "redis-benchmark": "redis-tools"}
    pipeline = 1

    def command(self):
        return ["redis-server", "--port", str(self.port), "--bind",
                "127.0.0.1", "--save", "", "--appendonly", "no"]

    def ask(self):
        with socket.create_connection(("127.0.0.1", self.port), 5) as redis:
            redis.sendall(b"SET key:__rand_int__ 123\r\n")
            if redis.recv(16) != b"+OK\r\n":
                raise OSError("it is loading")

    def client(self):
        # 16 connections, one client thread; the values are strings of 3 bytes.
        return ["redis-benchmark", "-p", str(self.port), "-t", "get", "-c",
                "16", "-l", "-P", str(self.pipeline), "-q"]

    def served(self):
        with socket.create_connection(("127.0.0.1", self.port), 5) as redis:
            redis.sendall(b"INFO stats\r\n")
            return int(processes.search(r"total_commands_processed:(\d+)",
                                        redis.recv(65536).decode()))

    def answered(self, output, before):
        return self.served() - before


class RedisPipeline(Redis):
    pipeline = 16


SERVERS = {"nginx": Nginx, "redis": Redis, "redis-P16": RedisPipeline,
           "node": Node, "asio": Asio}
