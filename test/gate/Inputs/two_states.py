#!/usr/bin/env python3
"""Makes a repository with two commits: of four findings the second mends one,
adds two, gives one a further root, and leaves one alone.

usage: two_states.py MOCK FOLDER
FOLDER/repo is the checkout, FOLDER/build has the compile commands, with the
project in a folder of the repository.
"""
import json
import os
import subprocess
import sys

MOCK, FOLDER = sys.argv[1:]
REPO = os.path.join(FOLDER, "repo")

BEFORE = """#include <coroutine_types.h>
#include <unistd.h>
void save(int File) { fsync(File); }
mock::Task<> left() { sleep(1); co_await mock::yield(); }
mock::Task<> mended() { usleep(5000); co_await mock::yield(); }
mock::Task<> first() { save(1); co_await mock::yield(); }
"""
AFTER = """#include <coroutine_types.h>
#include <fstream>
#include <netdb.h>
#include <unistd.h>
void save(int File) { fsync(File); }
mock::Task<> left() { sleep(1); co_await mock::yield(); }
mock::Task<> mended() { co_await mock::yield(); }
mock::Task<> first() { save(1); co_await mock::yield(); }
mock::Task<> second() {
  save(2);
  addrinfo *Found;
  getaddrinfo("100%, sure: yes", "80", nullptr, &Found);
  co_await mock::yield();
}
mock::Task<> third() {
  std::ifstream File("x");
  co_await mock::yield();
}
"""


def git(*args):
    subprocess.run(["git", "-C", REPO, "-c", "user.name=A", "-c",
                    "user.email=a@example.org", "-c", "commit.gpgsign=false",
                    *args], check=True, stdout=subprocess.DEVNULL)


source = os.path.join(REPO, "server", "a, b.cpp")
os.makedirs(os.path.dirname(source))
os.makedirs(os.path.join(FOLDER, "build"))
git("init", "-q", "-b", "main")
for text in (BEFORE, AFTER):
    with open(source, "w", encoding="utf-8") as file:
        file.write(text)
    git("add", "-A")
    git("commit", "-q", "-m", "state")
with open(os.path.join(FOLDER, "build", "compile_commands.json"), "w",
          encoding="utf-8") as file:
    json.dump([{"directory": os.path.dirname(source), "file": "a, b.cpp",
                "arguments": ["g++", "-std=c++20", "-isystem", MOCK, "-c",
                              "a, b.cpp"]}], file)
