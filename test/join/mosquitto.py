#!/usr/bin/env python3
"""The join on a real packaged program: Debian's mosquitto, an MQTT broker in C
with an epoll loop of its own.

usage: mosquitto.py --nostall PATH --work DIR

Fetches and checks the package as tool/dev/corpus does, builds it with debug
information, and runs it with 60,000 retained messages. By the broker's own means
its loop is then made to save its database (SIGUSR1: it writes and syncs a file)
and to read its configuration again (SIGHUP: 200,000 access rules, each of which
is compared with all before). The first the analysis must have predicted; the
second is a loop whose length it does not know, and must not be.
"""
import argparse
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import time

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
MESSAGES, RULES, ROUNDS = 60_000, 200_000, 3


def build(work):
    """The package's folder, and the broker with debug information."""
    subprocess.run([os.path.join(SOURCE, "tool/dev/corpus"), "--work", work,
                    "mosquitto"], check=True, stdout=subprocess.DEVNULL)
    package = os.path.join(work, "packages", "mosquitto")
    with open(os.path.join(package, "obj", "CMakeCache.txt"),
              encoding="utf-8") as file:
        options = re.findall(r"^((?:WITH|INC)_\w+:BOOL=\w+)$", file.read(),
                             re.MULTILINE)
    folder = os.path.join(work, "mosquitto-build")
    subprocess.run(["cmake", "-S", package, "-B", folder, "-G", "Ninja",
                    "-DCMAKE_BUILD_TYPE=RelWithDebInfo", "-DDOCUMENTATION=OFF",
                    *[f"-D{option}" for option in options]],
                   check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", folder, "src/mosquitto"], check=True,
                   stdout=subprocess.DEVNULL)
    return package, os.path.join(folder, "src", "mosquitto")


def configure(folder, port):
    os.makedirs(folder, exist_ok=True)
    rules = os.path.join(folder, "rules")
    with open(rules, "w", encoding="utf-8") as file:
        file.write("topic readwrite #\n")
        for i in range(RULES):
            file.write(f"user u{i // 100}\ntopic read a/{i}\n")
    path = os.path.join(folder, "mosquitto.conf")
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"listener {port} 127.0.0.1\nallow_anonymous true\n"
                   f"persistence true\npersistence_location {folder}/\n"
                   f"autosave_interval 0\nacl_file {rules}\nuser root\n"
                   f"log_dest file {folder}/log\n")
    return path


def packet(kind, body):
    size, length = len(body), b""
    while True:
        size, low = divmod(size, 128)
        length += bytes([low | (0x80 if size else 0)])
        if not size:
            return bytes([kind]) + length + body


def text(value):
    return struct.pack(">H", len(value)) + value


def connect(port):
    for _ in range(200):
        try:
            return socket.create_connection(("127.0.0.1", port))
        except OSError:
            time.sleep(0.1)
    sys.exit("the broker does not listen")


def publish(port):
    with connect(port) as broker:
        broker.sendall(packet(0x10, text(b"MQTT") + b"\x04\x02\x00\x3c" +
                              text(b"load")))
        if broker.recv(4)[:1] != b"\x20":
            sys.exit("the broker refuses")
        for base in range(0, MESSAGES, 500):
            broker.sendall(b"".join(
                packet(0x31, text(b"r/%d" % i) + b"x" * 200)
                for i in range(base, base + 500)))
        broker.sendall(b"\xc0\x00")  # A ping: answered when all is stored.
        while broker.recv(1024)[-2:] != b"\xd0\x00":
            pass


def child_of(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return int(file.read().split()[0])


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def measure(nostall, broker, folder):
    port = free_port()
    trace = os.path.join(folder, "trace")
    server = subprocess.Popen([nostall, "run", "-q", "-o", trace, "--", broker,
                               "-c", configure(folder, port)],
                              stderr=subprocess.DEVNULL)
    publish(port)
    pid = child_of(server.pid)
    for _ in range(ROUNDS):
        for number in (signal.SIGUSR1, signal.SIGHUP):
            os.kill(pid, number)
            time.sleep(2)
    os.kill(pid, signal.SIGTERM)
    if server.wait(60) != 0:
        sys.exit("the broker failed")
    return trace


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--nostall", required=True)
    parser.add_argument("--work", required=True)
    args = parser.parse_args()
    nostall, work = map(os.path.abspath, (args.nostall, args.work))
    package, broker = build(work)
    findings = os.path.join(work, "findings.json")
    subprocess.run([nostall, "check", "-p", "obj", "--format", "json", "-q",
                    "-o", findings], cwd=package, check=False)
    trace = measure(nostall, broker, os.path.join(work, "run"))
    report = json.loads(subprocess.run(
        [nostall, "report", trace, "--findings", findings, "--format", "json"],
        cwd=package, check=True, stdout=subprocess.PIPE).stdout)
    print("join:", report["join"])
    for finding in report["findings"]:
        m = finding["measured"]
        print(f"{m['state']:13} {m['count']:3} stalls {m['total_ns'] / 1e6:8.1f} "
              f"ms, {m['calls']:6} calls, longest {m['calls_max_ns'] / 1e6:7.3f} "
              f"ms: {finding['sink']['function']} at {finding['sink']['file']}:"
              f"{finding['sink']['line']}")
    saved = [f for f in report["findings"]
             if f["measured"]["state"] == "confirmed"
             and "persist" in f["sink"]["in"]]
    rules = [s for s in report["signatures"] if s["cause"] == "cpu"
             and any(f["function"] == "add__acl" for f in s["frames"])]
    for s in rules:
        print("add__acl:", s["count"], "stalls", s["max_ns"] / 1e6, "ms,",
              s.get("not_predicted", s.get("predicted_by")))
    if not saved or not rules or any("predicted_by" in s for s in rules):
        sys.exit("not as expected")


main()
