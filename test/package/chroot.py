#!/usr/bin/env python3
"""Installs the packages on a clean Debian 12 and runs the README's examples
there. Needs root, debootstrap and a Debian mirror. It took 186 s, most of them
for downloads, so it is no part of the tests.

usage: chroot.py BUILD-FOLDER [--folder DIR] [--mirror URL] [--keep]

Makes the packages with cpack, a system with debootstrap, installs them there
with apt and nothing from this machine, and ends with how long each step took.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

SERVER = r"""
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

static void save() { usleep(30'000); }

int main() {
  itimerspec each = {{0, 20'000'000}, {0, 20'000'000}};
  int timer = timerfd_create(CLOCK_MONOTONIC, 0);
  timerfd_settime(timer, 0, &each, nullptr);
  int loop = epoll_create1(0);
  epoll_event event = {EPOLLIN, {}};
  epoll_ctl(loop, EPOLL_CTL_ADD, timer, &event);
  for (int i = 0; i < 40; ++i) {
    epoll_wait(loop, &event, 1, -1);
    unsigned long times;
    if (read(timer, &times, sizeof(times)) > 0 && i % 10 == 5)
      save();
  }
}
"""
# A command, its exit code, and what its output must have.
EXAMPLES = [
    ("nostall --version", 0, [r"nostall \d"]),
    ("nostall check server.cpp -- -std=c++20", 1,
     [r"server\.cpp:19:7: warning: 'save' blocks the event loop in 'usleep'",
      r"1 finding in 1 file"]),
    ("nostall explain nostall-blocking-call", 0, [r"# nostall-blocking-call"]),
    ("g++ -std=c++20 -g server.cpp -o server", 0, []),
    ("nostall run -o server.trace -- ./server", 0,
     [r"blocked in usleep \(sleep\)", r"save +server\.cpp:6",
      r"trace: server\.trace"]),
    ("nostall report server.trace --format json", 0, [r'"signatures"']),
    ("clang-tidy-19 -load libnostall-tidy.so -checks='-*,nostall-*' "
     "server.cpp -- -std=c++20", 0, [r"nostall-blocking-call"]),
    ("nostall-clangd --check=server.cpp", 0, [r"All checks completed"]),
    ("nostall-exporter --print server.trace", 0,
     [r"^nostall_\w+\{.*\} \d"]),
    ("LD_PRELOAD=libnostall-probe.so ./server", 0, []),
    ("echo '#include <nostall_probe.h>' | gcc -fsyntax-only -x c -", 0, []),
    ("zcat /usr/share/man/man1/nostall-check.1.gz | head -3", 0,
     [r"\.Dt NOSTALL-CHECK"]),
    ("dpkg --verify nostall nostall-probe", 0, []),
    # libc is all that the probe's package needs.
    ("dpkg-query -W -f='${Depends}' nostall-probe", 0, [r"^libc6 \([^,]*\)$"]),
    ("apt-get -qq -y remove '^nostall' && "
     "! ls /usr/bin/nostall /usr/lib/libnostall-*", 0, []),
]


class Steps:
    def __init__(self):
        self.taken = []

    def run(self, name, *command, **options):
        start = time.monotonic()
        done = subprocess.run(command, check=False, text=True,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, **options)
        self.taken.append((name, time.monotonic() - start))
        if done.returncode:
            sys.exit(f"{name}: exit code {done.returncode}\n{done.stdout}")


def make_packages(steps, build, folder):
    packages = os.path.join(folder, "packages")
    steps.run("cpack", "cpack", "-B", packages, cwd=build)
    return [os.path.join(packages, f) for f in sorted(os.listdir(packages))
            if f.endswith(".deb")]


def run_examples(root):
    failed = 0
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root",
                   "LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
    for command, code, texts in EXAMPLES:
        done = subprocess.run(
            ["chroot", root, "sh", "-c", f"cd /root && {command}"], check=False,
            env=environment, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=300)
        missing = [t for t in texts
                   if not re.search(t, done.stdout, re.MULTILINE)]
        good = done.returncode == code and not missing
        failed += not good
        print(("ok    " if good else "FAILED ") + command)
        if not good:
            print(f"exit code {done.returncode}, expected {code}; "
                  f"not in the output: {missing}\n{done.stdout}")
    return failed


class Mounts:
    """/proc and /dev/shm of the system, which nostall run needs."""

    def __init__(self, root):
        self.root = os.path.realpath(root)

    def __enter__(self):
        for kind, place in (("proc", "proc"), ("tmpfs", "dev/shm")):
            path = os.path.join(self.root, place)
            os.makedirs(path, exist_ok=True)
            subprocess.run(["mount", "-t", kind, kind, path], check=True)

    def __exit__(self, *error):
        # Also what debootstrap has left: the folder is removed afterwards.
        with open("/proc/self/mounts", encoding="utf-8") as file:
            places = [line.split()[1] for line in file]
        for path in reversed(places):
            if path.startswith(self.root + "/"):
                subprocess.run(["umount", path], check=True)


def install(steps, root, packages):
    for package in packages:
        shutil.copy(package, os.path.join(root, "root"))
    names = [f"/root/{os.path.basename(p)}" for p in packages]
    apt = ["chroot", root, "env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C",
           "apt-get", "-qq", "-y"]
    steps.run("apt-get update", *apt, "update")
    # Its recommendations are installed too: a compiler's headers, clang-tidy.
    steps.run("apt-get install", *apt, "install", *names)
    with open(os.path.join(root, "root", "server.cpp"), "w",
              encoding="utf-8") as file:
        file.write(SERVER)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("--folder", help="where to work (default: a new one)")
    parser.add_argument("--mirror", default="http://deb.debian.org/debian")
    parser.add_argument("--keep", action="store_true")
    args = parser.parse_args()
    folder = args.folder or tempfile.mkdtemp(prefix="nostall-chroot-")
    os.makedirs(folder, exist_ok=True)
    steps = Steps()
    packages = make_packages(steps, os.path.abspath(args.build), folder)
    root = os.path.join(folder, "debian-12")
    if not os.path.exists(os.path.join(root, "usr/bin/apt-get")):
        steps.run("debootstrap", "debootstrap", "--variant=minbase", "bookworm",
                  root, args.mirror)
    with Mounts(root):
        install(steps, root, packages)
        start = time.monotonic()
        failed = run_examples(root)
        steps.taken.append(("examples", time.monotonic() - start))
    for name, seconds in steps.taken:
        print(f"{name}: {seconds:.0f} s")
    if not args.keep:
        shutil.rmtree(folder)
    print(f"{len(EXAMPLES) - failed} of {len(EXAMPLES)} examples as expected")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
