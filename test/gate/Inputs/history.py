#!/usr/bin/env python3
"""A project's history: what each commit introduced and fixed, by the gate.

usage: history.py NOSTALL MOCK SCRATCH

Makes a git repository, commit by commit. After each, `nostall check
--diff-base` runs against the parent: with the index that the parent's run wrote
(--base-index), or analysing the parent on the spot. What it says must be
exactly what stands here. A finding is written

    STATE ROOT > SINK in FUNCTION @ FILE: SOURCE LINE

with the file and the line where it is reported; a fixed one with all its roots
instead, since its lines are gone.
"""
import json
import os
import re
import subprocess
import sys

NOSTALL, MOCK, SCRATCH = sys.argv[1:]
REPO = os.path.join(SCRATCH, "repo")
BUILD = os.path.join(SCRATCH, "build")
INDEX = os.path.join(SCRATCH, "index")
TEMP = os.path.join(SCRATCH, "temp")


def git(*args):
    command = ["git", "-C", REPO, "-c", "user.name=A", "-c",
               "user.email=a@example.org", "-c", "commit.gpgsign=false",
               "-c", "core.hooksPath=/dev/null", *args]
    return subprocess.run(command, check=True, capture_output=True,
                          text=True).stdout.strip()


def path(name):
    return os.path.join(REPO, name)


def write(name, text):
    os.makedirs(os.path.dirname(path(name)), exist_ok=True)
    with open(path(name), "w", encoding="utf-8") as file:
        file.write(text)


def read(name):
    with open(path(name), encoding="utf-8") as file:
        return file.read()


def edit(name, *changes):
    text = read(name)
    for old, new in changes:
        assert old in text, f"{name}: no {old!r}"
        text = text.replace(old, new)
    write(name, text)


def sources():
    return sorted(name for name in git("ls-files").splitlines()
                  if name.endswith(".cpp"))


def database():
    """What a build system would do; outside of the repository."""
    os.makedirs(BUILD, exist_ok=True)
    commands = [{"directory": BUILD, "file": path(name),
                 "arguments": ["g++", "-std=c++20", "-isystem", MOCK,
                               "-I" + REPO, "-c", path(name)]}
                for name in sources()]
    with open(os.path.join(BUILD, "compile_commands.json"), "w",
              encoding="utf-8") as file:
        json.dump(commands, file)


def show(finding, with_line):
    sink = finding["sink"]
    if not with_line:
        roots = ", ".join(sorted({root["function"]
                                  for root in finding["roots"]}))
        return f"{roots} > {sink['function']} in {sink['in']}"
    text = f"{finding['function']} > {sink['function']} in {sink['in']}"
    line = read(finding["file"]).splitlines()[finding["line"] - 1].strip()
    return f"{finding['state']} {text} @ {finding['file']}: {line}"


def check(title, base, introduced, fixed, index):
    database()
    options = ["--diff-base", base]
    if index:
        options += ["--base-index", INDEX]
    done = subprocess.run(
        [NOSTALL, "check", "-q", "-j2", "-p", BUILD, "--format", "json",
         "--write-index", INDEX + ".new"] + options, cwd=REPO,
        env={**os.environ, "TMPDIR": TEMP},
        capture_output=True, text=True)
    problems = []
    if done.stderr:
        problems.append(f"said: {done.stderr}")
    if done.returncode != (1 if introduced else 0):
        problems.append(f"exit code {done.returncode}")
    else:
        result = json.loads(done.stdout)
        for what, want, have in (
                ("introduced", introduced,
                 [show(f, True) for f in result["findings"]]),
                ("fixed", fixed,
                 [show(f, False) for f in result["fixed"]])):
            for text in sorted(set(want) - set(have)):
                problems.append(f"{what}, not said: {text}")
            for text in sorted(set(have) - set(want)):
                problems.append(f"{what}, wrong: {text}")
            if sorted(want) != sorted(have) and set(want) == set(have):
                problems.append(f"{what}: {len(have)}, not {len(want)} times")
    if os.listdir(TEMP):
        problems.append(f"left behind: {os.listdir(TEMP)}")
    if git("status", "--porcelain"):
        problems.append("the working tree was changed")
    if git("worktree", "list").count("\n"):
        problems.append("a worktree was left behind")
    print(f"{'FAILED' if problems else 'ok'}: {title}"
          f" ({'index' if index else 'on the spot'})")
    for problem in problems:
        print("    " + problem)
    os.replace(INDEX + ".new", INDEX)
    return not problems


GOOD = []


def commit(title, introduced=(), fixed=(), index=True, base="HEAD^1"):
    git("add", "-A")
    git("commit", "-q", "--allow-empty", "-m", title)
    GOOD.append(check(title, base, list(introduced), list(fixed), index))


def main():
    os.makedirs(TEMP)
    os.makedirs(REPO)
    git("init", "-q", "-b", "main")
    write(".gitignore", "build/\n")
    write("store.h", """#pragma once
int load(int Key);
void writeOut(int Row);
""")
    write("store.cpp", """#include "store.h"
#include <fcntl.h>
#include <unistd.h>

static int Journal = -1;

int load(int Key) {
  writeOut(Key);
  return Key + 1;
}

void writeOut(int Row) {
  (void)Row;
}
""")
    write("server.cpp", """#include "store.h"
#include <coroutine_types.h>
#include <unistd.h>

mock::Task<> session() {
  load(1);
  co_await mock::yield();
}

mock::Task<> heartbeat() {
  co_await mock::yield();
}
""")
    git("add", "-A")
    git("commit", "-q", "-m", "Begin")
    database()
    subprocess.run([NOSTALL, "check", "-q", "-p", BUILD, "--write-index",
                    INDEX], cwd=REPO, check=True)

    # 1: in the coroutine.
    edit("server.cpp", ("  load(1);\n", "  load(1);\n  sleep(1);\n"))
    commit("A pause in a coroutine", index=False, introduced=[
        "new session > sleep in session @ server.cpp: sleep(1);"])

    # 2: in a helper, two calls away, in another file.
    edit("store.cpp", ("  (void)Row;\n",
                       "  (void)Row;\n  fsync(Journal);\n"))
    commit("Rows are durable", introduced=[
        "new session > fsync in writeOut @ server.cpp: load(1);"])

    # 3: lines move, functions change places.
    text = read("store.cpp")
    at, end = text.index("int load"), text.index("void writeOut")
    write("store.cpp", "// Keeps rows.\n// In a journal.\n\n" + text[:at] +
          text[end:] + "\n" + text[at:end])
    edit("server.cpp", ("#include \"store.h\"\n",
                        "// The server.\n\n\n#include \"store.h\"\n"))
    commit("Order and comments")

    # 4: files are renamed.
    os.makedirs(path("src"))
    git("mv", "store.cpp", "src/storage.cpp")
    git("mv", "store.h", "src/storage.h")
    for name in ("src/storage.cpp", "server.cpp"):
        edit(name, ('"store.h"', '"src/storage.h"'))
    commit("The store moves to src", index=False)

    # 5: a helper is renamed, the one with the sink.
    for name in ("src/storage.cpp", "src/storage.h"):
        edit(name, ("writeOut", "appendToJournal"))
    commit("writeOut is called appendToJournal")

    # 6: other line breaks and spaces.
    write("src/storage.cpp", re.sub(
        r"[ \n]*([{}()=;])[ ]*", r" \1 ", read("src/storage.cpp")
        .replace("\n\n", "\n")).replace(" ; ", ";\n"))
    edit("server.cpp", ("() {\n", "()\n{\n"), ("  ", "\t\t"))
    commit("Format")

    # 7: an old problem, a new way into it.
    edit("server.cpp", ("heartbeat()\n{\n",
                        "heartbeat()\n{\n\t\tappendToJournal(0);\n"))
    commit("Heartbeats are rows", introduced=[
        "updated heartbeat > fsync in appendToJournal @ server.cpp: "
        "appendToJournal(0);"])

    # 8: the helper is mended for both; another helper is worse.
    edit("src/storage.cpp", ("fsync ( Journal )", "( void ) Journal"))
    write("src/names.cpp", """#include <netdb.h>

int resolve(const char *Name) {
  addrinfo *Found = nullptr;
  return getaddrinfo(Name, "80", nullptr, &Found);
}
""")
    edit("server.cpp",
         ("#include <unistd.h>\n",
          "#include <unistd.h>\n\nint resolve(const char *Name);\n"),
         ("\t\tload(1);\n", "\t\tload(1);\n\t\tresolve(\"peer\");\n"))
    commit("Peers have names", introduced=[
        "new session > getaddrinfo in resolve @ server.cpp: resolve(\"peer\");"],
        fixed=["heartbeat, session > fsync in appendToJournal"])

    # 9: an equal finding before an old one: the new line is the new one.
    edit("server.cpp", ("\t\tload(1);\n", "\t\tsleep(2);\n\t\tload(1);\n"))
    commit("A pause before as well", introduced=[
        "new session > sleep in session @ server.cpp: sleep(2);"])

    # 10: the first of two equal ones goes.
    edit("server.cpp", ("\t\tsleep(2);\n", ""))
    commit("No pause before", fixed=["session > sleep in session"], index=False)

    # 11: a piece of a coroutine becomes a function.
    edit("server.cpp", ("\t\tsleep(1);\n", "\t\tpause_briefly();\n"),
         ("mock::Task<> session()",
          "static void pause_briefly()\n{\n\t\tsleep(1);\n}\n\n"
          "mock::Task<> session()"))
    commit("A function for the pause")

    # 12: a coroutine is renamed: the root of two findings.
    edit("server.cpp", ("session()", "serve()"))
    commit("session is called serve")

    # 13 to 15: two branches and their merge.
    git("checkout", "-q", "-b", "feature")
    edit("src/storage.cpp", ("return Key + 1", "usleep(5000);\nreturn Key + 1"))
    commit("Feature: loading is throttled", introduced=[
        "new serve > usleep in load @ server.cpp: load(1);"])
    git("checkout", "-q", "main")
    edit("server.cpp", ("\t\tresolve(\"peer\");\n", ""))
    commit("Main: peers have none", index=False,
           fixed=["serve > getaddrinfo in resolve"])
    git("merge", "-q", "--no-ff", "--no-edit", "feature")
    GOOD.append(check("Merge, to main", "HEAD^1", [
        "new serve > usleep in load @ server.cpp: load(1);"], [], True))
    GOOD.append(check("Merge, to the feature", "HEAD^2", [],
                      ["serve > getaddrinfo in resolve"], False))

    # 16: a helper moves to another file, under another name.
    text = read("src/storage.cpp")
    at = text.index("int load")
    load = text[at:]
    write("src/storage.cpp", text[:at])
    git("rm", "-q", "-f", "src/names.cpp")
    write("src/rows.cpp", "#include \"storage.h\"\n#include <unistd.h>\n\n" +
          load.replace("load (", "fetchRow ("))
    edit("src/storage.h", ("load(", "fetchRow("))
    edit("server.cpp", ("load(1)", "fetchRow(1)"))
    commit("Rows have a file of their own", index=False)

    # 17: a header's inline function, far from all coroutines.
    edit("src/storage.h", ("#pragma once\n", """#pragma once
#include <fstream>

struct Counters {
  int Served = 0;
  void bump() {
    ++Served;
    std::ofstream("served.txt") << Served;
  }
};
extern Counters Shared;
"""))
    edit("src/rows.cpp", ("usleep(5000)", "Shared.bump()"),
         ("#include <unistd.h>\n", "#include <unistd.h>\n\nCounters Shared;\n"))
    commit("Rows are counted, not throttled", introduced=[
        "new serve > std::basic_ofstream::basic_ofstream in Counters::bump @ "
        "server.cpp: fetchRow(1);"],
        fixed=["serve > usleep in fetchRow"])

    # 18: a class is renamed, and with it its members.
    for name in ("src/storage.h", "src/rows.cpp"):
        edit(name, ("Counters", "Statistics"))
    commit("Counters are called Statistics")

    # 19: one is mended, the same is made elsewhere: no trick.
    edit("server.cpp", ("\t\tpause_briefly();\n", ""),
         ("appendToJournal(0);", "appendToJournal(0);\n\t\tpause_briefly();"))
    commit("The other coroutine pauses", introduced=[
        "updated heartbeat > sleep in pause_briefly @ server.cpp: "
        "pause_briefly();"])

    # 20: one function is mended, another that was there too gets the same: as
    # many as before, but not the same.
    edit("src/storage.cpp", ("( void ) Journal", "usleep(5000)"))
    edit("server.cpp", ("\t\tfetchRow(1);\n",
                        "\t\tfetchRow(1);\n\t\tappendToJournal(1);\n"))
    commit("The journal is throttled", introduced=[
        "new serve > usleep in appendToJournal @ server.cpp: "
        "appendToJournal(1);"])
    edit("src/storage.cpp", ("usleep(5000)", "( void ) Journal"))
    edit("src/rows.cpp", ("Shared.bump()", "Shared.bump();\nusleep(5000)"))
    commit("Rows are throttled, not the journal", introduced=[
        "new serve > usleep in fetchRow @ server.cpp: fetchRow(1);"],
        fixed=["heartbeat, serve > usleep in appendToJournal"])

    # 22: all is mended.
    edit("src/rows.cpp", ("\nusleep(5000);", ""))
    edit("server.cpp", ("\t\tpause_briefly();\n", ""))
    edit("src/storage.h", (
        '    std::ofstream("served.txt") << Served;\n', ""))
    commit("Nothing blocks", fixed=[
        "heartbeat > sleep in pause_briefly",
        "serve > std::basic_ofstream::basic_ofstream in Statistics::bump",
        "serve > usleep in fetchRow"])

    print(f"{len(GOOD)} comparisons, {GOOD.count(False)} wrong")
    sys.exit(GOOD.count(False))


main()
