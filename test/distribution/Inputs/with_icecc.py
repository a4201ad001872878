#!/usr/bin/env python3
"""Runs a command while icecream's scheduler and servers run on this machine.

usage: with_icecc.py SERVERS FOLDER ENVIRONMENT -- COMMAND...

A daemon for the command, which takes no work, and SERVERS others, one job each,
which run compilers from ENVIRONMENT, an archive. Only root can change to one. In
the command's environment is what sends everything to the servers. The logs are
FOLDER/scheduler.log, FOLDER/client.log and FOLDER/server.N.log.
"""
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(what, is_so):
    for _ in range(400):
        if is_so():
            return
        time.sleep(0.05)
    raise SystemExit(f"with_icecc.py: {what}")


def log_has(path, text):
    def look():
        try:
            with open(path, errors="replace") as log:
                return text in log.read()
        except FileNotFoundError:
            return False
    return look


def main():
    count, folder, archive = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    command = sys.argv[5:]
    os.makedirs(folder, exist_ok=True)
    # Sockets have short names, and daemons change their user.
    with tempfile.TemporaryDirectory(prefix="icecc", dir="/tmp") as scratch:
        os.chmod(scratch, 0o777)
        net, port = f"nostall{os.getpid()}", free_port()
        running = []

        def start(name, program, *arguments, **environment):
            log = open(os.path.join(folder, name + ".log"), "w")
            program = shutil.which(program, path="/usr/sbin:/usr/bin")
            running.append(subprocess.Popen(
                [program, *arguments], stdout=log, stderr=log,
                env=dict(os.environ, **environment)))

        def daemon(name, *arguments):
            base = os.path.join(scratch, name)
            os.mkdir(base)
            shutil.chown(base, "icecc", "icecc")
            start(name, "iceccd", "-n", net, "-s", f"127.0.0.1:{port}", "-N",
                  name, "-b", base, "-vvv", *arguments, ICECC_TESTS="1",
                  ICECC_TEST_SOCKET=os.path.join(scratch, name + ".socket"))

        try:
            start("scheduler", "icecc-scheduler", "-n", net, "-p", str(port),
                  "-i", "lo", "-vvv", ICECC_TESTS="1")
            scheduler = os.path.join(folder, "scheduler.log")
            daemon("client", "--no-remote", "-m", "0")
            for number in range(count):
                daemon(f"server.{number}", "-p", str(free_port()), "-m", "1")
            names = ["client"] + [f"server.{n}" for n in range(count)]
            for name in names:
                wait_for(f"{name} does not log in", log_has(scheduler,
                                                            f"login {name} "))
            environment = dict(
                os.environ, ICECC_VERSION=archive, ICECC_TESTS="1",
                ICECC_TEST_REMOTEBUILD="1",
                ICECC_TEST_SOCKET=os.path.join(scratch, "client.socket"))
            return subprocess.run(command, env=environment).returncode
        finally:
            for process in reversed(running):
                process.terminate()
            for process in running:
                process.wait()


sys.exit(main())
