#!/usr/bin/env python3
"""What changes, and what has to be done again.

usage: changes.py NOSTALL FOLDER
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
from project import Project, report  # noqa: E402


def first_wrong(*problems):
    return next((p for p in problems if p), "")


def nothing(p):
    """nothing"""
    return first_wrong(p.same(reused=0), p.same(reused=3), p.same(reused=3))


def options(p):
    """nothing, whatever the jobs, the format and the figures"""
    return first_wrong(*(p.same(*more, reused=reused) for reused, more in (
        (0, ["-j1"]), (3, ["-j4"]), (3, ["--format", "json"]),
        (3, ["--stats"]), (3, ["--stats"]), (3, ["-q"]))))


def relative(p):
    """nothing, in a cache that is named from here"""
    p.cache = "../cache"
    p.commands(directory=p.build)
    return first_wrong(p.same(reused=0), p.same(reused=3))


def source(p):
    """a source"""
    p.same()
    p.write("a.cpp", "\n\n" + p.read("a.cpp"))
    return p.same(reused=2)


def header(p):
    """a header: its users"""
    p.same()
    p.write("wait.h", p.read("wait.h").replace("sleep(1)", "sleep(22)"))
    return p.same(reused=1)


def flag(p):
    """a flag"""
    p.same()
    p.commands(["-DQUIET"])
    wrong = p.same(reused=2)
    p.commands()
    return wrong or p.same(reused=3)


def generated(p):
    """a generated header"""
    p.same()
    p.write("../build/made.h", "#define MADE 0\n")
    return p.same(reused=2)


def shadow(p):
    """a header that comes to lie earlier on the include path"""
    p.same()
    p.settle()
    p.same(reused=3)
    p.write("first/made.h", "#define MADE 0 // another\n")
    wrong = p.same(reused=2)
    os.remove(p.path("first/made.h"))
    return wrong or p.same(reused=3)


def folder(p):
    """a folder of the include path that comes"""
    os.rmdir(p.path("first"))
    p.same()
    p.settle()
    p.same(reused=3)
    os.mkdir(p.path("first"))
    p.write("first/made.h", "#define MADE 0 // another\n")
    # All commands name the folder.
    return p.same(reused=0)


def deleted(p):
    """a header that goes, and comes back"""
    p.same()
    os.rename(p.path("wait.h"), p.path("gone.h"))
    # An error in both; it is known the second time.
    wrong = first_wrong(p.same(reused=1), p.same(reused=3))
    os.rename(p.path("gone.h"), p.path("wait.h"))
    return wrong or p.same(reused=3)


def touched(p):
    """a file's time only"""
    p.same()
    os.utime(p.path("wait.h"))
    return p.same(reused=3)


def comment(p):
    """a comment: nothing is linked"""
    # No result is kept while the database is as young as the run.
    p.settle()
    p.same()
    p.write("a.cpp", p.read("a.cpp") + "// and no more\n")
    _, about = p.run()
    if about != "2 of 3 files not parsed again, nothing linked":
        return about
    return p.same(reused=3)


def same_stamp(p):
    """a content under the same size and time"""
    p.settle()
    p.same()
    p.settle()
    p.same(reused=3)
    before = os.stat(p.path("c.cpp"))
    p.write("c.cpp", p.read("c.cpp").replace("tickC", "tickD"))
    os.utime(p.path("c.cpp"), ns=(before.st_atime_ns, before.st_mtime_ns))
    return p.same(reused=2)


def at_once(p):
    """a source, again and again within the clock's grain"""
    p.same()
    text = p.read("c.cpp")
    for letter in "DEFGHIJK":
        p.write("c.cpp", text.replace("tickC", "tick" + letter))
        got, _ = p.run()
        if "tick" + letter not in got[1]:
            return f"tick{letter}: {got}"
    return ""


def future(p):
    """a source, its time in the future, and the cache's"""
    ahead = 4_000_000_000
    for name in ("a.cpp", "wait.h"):
        os.utime(p.path(name), (ahead, ahead))
    p.same()
    for name in p.entries():
        os.utime(name, (ahead, ahead))
    wrong = p.same(reused=3)
    p.write("a.cpp", "\n" + p.read("a.cpp"))
    os.utime(p.path("a.cpp"), (ahead, ahead))
    return wrong or p.same(reused=2)


def link(p):
    """a symbolic link's target"""
    p.write("quiet.h", "#define MADE 0\n")
    p.write("loud.h", "#define MADE 1\n")
    os.remove(p.path("../build/made.h"))
    os.symlink(p.path("loud.h"), p.path("../build/made.h"))
    p.same()
    p.settle()
    p.same(reused=3)
    os.remove(p.path("../build/made.h"))
    os.symlink(p.path("quiet.h"), p.path("../build/made.h"))
    return p.same(reused=2)


def knowledge(p):
    """what is known of a library: nothing is parsed"""
    p.same()
    p.write(".nostall.yaml", "library: own\nfunctions:\n"
                             "  - name: settle\n    nonblocking: true\n")
    return p.same(reused=3)


def errors(p):
    """nothing, in a file that does not compile"""
    p.write("c.cpp", p.read("c.cpp") + "int x = nowhere;\n")
    wrong = first_wrong(p.same(reused=0), p.same(reused=3))
    got, _ = p.run()
    if got[0] != 2 or not any("nowhere" in line for line in got[2]):
        return f"{got}"
    p.write("c.cpp", p.read("c.cpp").replace("nowhere", "1"))
    return wrong or p.same(reused=2)


def report_file(p):
    """a report that is gone"""
    out = p.path("../out.json")
    more = ["--report", f"json={out}", "-o", p.path("../out.txt")]
    p.settle()
    p.run(*more)
    p.run(*more)
    with open(out, encoding="utf-8") as file:
        before = file.read()
    os.remove(out)
    _, about = p.run(*more)
    with open(out, encoding="utf-8") as file:
        if file.read() != before:
            return "another report"
    return "" if "nothing linked" in about else about


def index(p):
    """an index that is gone, or is another"""
    os.mkdir(p.path(".nostall"))
    name = p.path(".nostall/index.nss")
    p.same()
    p.settle()
    p.run()
    with open(name, "rb") as file:
        before = file.read()
    os.remove(name)
    p.run()
    with open(name, "rb") as file:
        if file.read() != before:
            return "another index"
    for _ in range(2):
        with open(name, "wb") as file:
            file.write(b"x")
        p.run()
        with open(name, "rb") as file:
            if file.read() != before:
                return "the index was not written"
    return p.same(reused=3)


def root_mark(p):
    """where the project begins"""
    more = ["check", "-p", p.build, "--cache", p.cache, "-v"]
    p.arguments = lambda *_, cache=True: [
        p.nostall, *(more if cache else [*more[:3], "--no-cache"])]
    p.same()
    p.settle()
    p.same(reused=3)
    os.mkdir(os.path.join(p.folder, ".git"))
    return p.same(reused=0)


if __name__ == "__main__":
    report([nothing, options, relative, source, header, flag, generated, shadow, folder,
            deleted, touched, comment, same_stamp, at_once, future, link,
            knowledge, errors, report_file, index, root_mark],
           lambda name: Project(sys.argv[1], os.path.join(sys.argv[2], name)))
