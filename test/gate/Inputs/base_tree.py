#!/usr/bin/env python3
"""Odd trees and bad luck: the gate analyses a base on the spot.

usage: base_tree.py NOSTALL MOCK FOLDER
Prints "ok: ..." for each that went as it should.
"""
import json
import os
import signal
import subprocess
import sys
import time

NOSTALL, MOCK, FOLDER = sys.argv[1:]
TEMP = os.path.join(FOLDER, "temp")
REPO = os.path.join(FOLDER, "repo")
LIB = os.path.join(FOLDER, "lib")
BUILD = os.path.join(REPO, "build")


def git(repo, *args):
    return subprocess.run(
        ["git", "-C", repo, "-c", "user.name=A", "-c", "user.email=a@b.example",
         "-c", "commit.gpgsign=false", "-c", "protocol.file.allow=always",
         *args], check=True, capture_output=True, text=True).stdout


def write(name, text):
    os.makedirs(os.path.dirname(name), exist_ok=True)
    with open(name, "w", encoding="utf-8") as file:
        file.write(text)


def commit(repo, text):
    git(repo, "add", "-A")
    git(repo, "commit", "-q", "-m", text)


def check(*options, cwd=REPO, env=None):
    return subprocess.run(
        [NOSTALL, "check", "--no-trace", "-q", *options], cwd=cwd, text=True,
        capture_output=True, env={**os.environ, "TMPDIR": TEMP, **(env or {})})


def report(what, good, done=None):
    print(f"{'ok' if good else 'FAILED'}: {what}")
    if not good and done:
        print(done.returncode, done.stdout, done.stderr)


def sinks(done):
    return [line.split(": ")[1] + " " + line.split("'")[1]
            for line in done.stdout.splitlines() if line.startswith(
                ("fixed", "src"))]


HELPER = "#pragma once\n#include <unistd.h>\ninline void help() {{ {} }}\n"
BLOCKING, QUIET = HELPER.format("sleep(1);"), HELPER.format("")


def make():
    """src/main.cpp includes a header next to it, one that the build makes, and
    one of a submodule."""
    os.makedirs(TEMP)
    write(os.path.join(LIB, "lib.h"), QUIET.replace("help", "assist"))
    git(FOLDER, "init", "-q", "-b", "main", LIB)
    commit(LIB, "quiet")
    git(FOLDER, "init", "-q", "-b", "main", REPO)
    write(os.path.join(REPO, ".gitignore"), "build/\n")
    write(os.path.join(REPO, "src", "help.h"), QUIET)
    write(os.path.join(REPO, "src", "main.cpp"), """#include "help.h"
#include <coroutine_types.h>
#include <generated.h>
#include <lib.h>
mock::Task<> serve() {
  help();
  assist();
  for (int I = 0; I < GENERATED; ++I)
    co_await mock::yield();
}
""")
    git(REPO, "submodule", "--quiet", "add", LIB, "modules/lib")
    commit(REPO, "quiet")
    write(os.path.join(BUILD, "gen", "generated.h"), "#define GENERATED 3\n")
    # As Ninja has it: all paths relative to the build's folder.
    write(os.path.join(BUILD, "compile_commands.json"), json.dumps([{
        "directory": BUILD, "file": "../src/main.cpp",
        "arguments": ["g++", "-std=c++20", "-isystem", MOCK, "-I../src",
                      "-I", "gen", "-I../modules/lib", "-c",
                      "../src/main.cpp"]}]))


def trees():
    write(os.path.join(REPO, "src", "help.h"), BLOCKING)
    before = git(REPO, "status", "--porcelain") + git(REPO, "for-each-ref")
    done = check("--diff-base", "HEAD")
    report("a build in the source tree, with a generated header",
           done.returncode == 1 and not done.stderr
           and "src/main.cpp:6:3: warning: 'help' blocks" in done.stdout, done)
    report("nothing is left behind", not os.listdir(TEMP))
    after = git(REPO, "status", "--porcelain") + git(REPO, "for-each-ref")
    report("the repository is as it was", before == after
           and not os.path.exists(os.path.join(REPO, ".git", "worktrees")))
    commit(REPO, "blocks")
    write(os.path.join(REPO, "src", "help.h"), QUIET)
    done = check("--diff-base", "HEAD")
    report("relative paths mean the base's files", done.returncode == 0
           and "fixed: src/main.cpp: 'help' blocks" in done.stdout, done)
    git(REPO, "checkout", "-q", "src/help.h")
    module = os.path.join(REPO, "modules", "lib")
    write(os.path.join(module, "lib.h"), BLOCKING.replace("help", "assist"))
    commit(module, "blocks")
    done = check("--diff-base", "HEAD")
    report("a submodule's commit", done.returncode == 1 and not done.stderr
           and "warning: 'assist' blocks" in done.stdout
           and "'help'" not in done.stdout, done)
    git(module, "checkout", "-q", "HEAD~")
    done = check("--diff-base", "HEAD~", env={
        "GIT_DIR": ".git", "GIT_INDEX_FILE": "/nowhere/index",
        "GIT_PREFIX": "src/"})
    report("as in a hook of git", done.returncode == 1
           and "'help' blocks" in done.stdout, done)


def worktree():
    """.git is a file there; the submodule is not there."""
    other = os.path.join(FOLDER, "other")
    git(REPO, "worktree", "add", "-q", "--detach", other, "HEAD~")
    write(os.path.join(other, "src", "help.h"), BLOCKING)
    write(os.path.join(other, "src", "main.cpp"), """#include "help.h"
#include <coroutine_types.h>
mock::Task<> serve() {
  help();
  co_await mock::yield();
}
""")
    write(os.path.join(other, "build", "compile_commands.json"), json.dumps([{
        "directory": other, "file": "src/main.cpp",
        "arguments": ["g++", "-std=c++20", "-isystem", MOCK,
                      "-I" + os.path.join(BUILD, "gen"),
                      "-I" + os.path.join(REPO, "modules/lib"), "-c",
                      "src/main.cpp"]}]))
    done = check("-p", "build", "--diff-base", "main", cwd=other)
    report("in another worktree", done.returncode == 0 and
           "fixed" not in done.stdout and
           "modules/lib: its commit is not here" in done.stderr, done)
    git(REPO, "worktree", "remove", "--force", other)


def bad_luck():
    write(os.path.join(REPO, "src", "help.h"), "#error no\n" + QUIET)
    commit(REPO, "broken")
    write(os.path.join(REPO, "src", "help.h"), BLOCKING)
    done = check("--diff-base", "HEAD")
    report("a base that does not compile", done.returncode == 1
           and "the analysis of the base is incomplete" in done.stderr
           and "'help' blocks" in done.stdout, done)
    done = check("--diff-base", "no-such")
    report("no such revision", done.returncode == 2 and
           "nostall: error: no-such: no such commit" in done.stderr
           and "shallow" in done.stderr and not done.stdout, done)
    index = os.path.join(FOLDER, "base.index")
    check("--write-index", index)
    done = check("--from-index", index, "--diff-base", "HEAD")
    report("an index is needed with an index", done.returncode == 2
           and "--base-index" in done.stderr, done)
    done = check("--from-index", index, "--base-index", index)
    report("an index alone is enough", done.returncode == 0
           and not done.stdout and not done.stderr, done)


def no_repository():
    """Above which there may be one, of somebody else: under a root of /."""
    lone = os.path.join(FOLDER, "lone")
    write(os.path.join(lone, "x.cpp"), "int main() {}\n")
    done = check("--root", "/usr/include", "--diff-base", "HEAD", "x.cpp", "--",
                 cwd=lone)
    report("no repository", done.returncode == 2
           and "the project is not in a git repository" in done.stderr, done)


def feed(pipe):
    try:
        descriptor = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return  # Nobody reads.
    os.write(descriptor, b"#define GENERATED 3\n")
    os.close(descriptor)


def end_by_signal():
    """The base's unit reads a pipe that nobody writes to: it takes forever."""
    write(os.path.join(REPO, "src", "help.h"), BLOCKING)
    commit(REPO, "blocks")
    pipe = os.path.join(BUILD, "gen", "generated.h")
    os.remove(pipe)
    os.mkfifo(pipe)
    with subprocess.Popen([NOSTALL, "check", "-q", "--diff-base", "HEAD"],
                          cwd=REPO, env={**os.environ, "TMPDIR": TEMP},
                          start_new_session=True) as running:
        # The head's unit first, then the base's: each waits for the pipe.
        deadline = time.monotonic() + 40
        base = []
        while time.monotonic() < deadline and not base:
            feed(pipe)
            time.sleep(0.2)
            base = [n for n in os.listdir(TEMP) if n.startswith("nostall-base")]
        os.killpg(running.pid, signal.SIGTERM)
        code = running.wait()
    left = [n for n in os.listdir(TEMP) if not n.startswith("nostall-git")]
    report("a signal", base and code == -signal.SIGTERM and not left)


make()
trees()
worktree()
bad_luck()
no_repository()
end_by_signal()
