#!/usr/bin/env python3
"""Runs a command while servers of distcc run on this machine, one job each.

usage: with_distcc.py SERVERS FOLDER COMPILER -- COMMAND...

COMPILER is the program that the servers may run. In the command's environment
are DISTCC_HOSTS and a DISTCC_DIR below FOLDER; nothing is compiled locally.
The servers' logs are FOLDER/server.N.log. When root runs this, the servers run as
the user distccd, who must be able to read the compiler.
"""
import os
import socket
import subprocess
import sys
import time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(folder, number, port, compiler):
    commands = os.path.join(folder, "commands")
    with open(commands, "w") as out:
        out.write(compiler + "\n")
    environment = dict(os.environ, DISTCC_CMDLIST=commands, TMPDIR="/tmp")
    log = open(os.path.join(folder, f"server.{number}.log"), "w")
    return subprocess.Popen(
        ["distccd", "--daemon", "--no-detach", "--log-stderr", "--log-level",
         "info", "--allow", "127.0.0.1", "--listen", "127.0.0.1", "--port",
         str(port), "--jobs", "1"],
        env=environment, stdout=log, stderr=log)


def wait_until_ready(port):
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit(f"distccd does not answer at port {port}")


def main():
    count, folder, compiler = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    command = sys.argv[5:]
    os.makedirs(os.path.join(folder, "state"), exist_ok=True)
    ports = [free_port() for _ in range(count)]
    servers = [start(folder, n, port, compiler)
               for n, port in enumerate(ports)]
    try:
        for port in ports:
            wait_until_ready(port)
        hosts = " ".join(f"127.0.0.1:{port}/1" for port in ports)
        environment = dict(os.environ, DISTCC_HOSTS=hosts, DISTCC_FALLBACK="0",
                           DISTCC_DIR=os.path.join(folder, "state"))
        return subprocess.run(command, env=environment).returncode
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait()


sys.exit(main())
