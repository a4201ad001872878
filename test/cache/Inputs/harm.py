#!/usr/bin/env python3
"""What may happen to a cache: the findings stay.

usage: harm.py NOSTALL FOLDER
"""
import os
import resource
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
from project import Project, report  # noqa: E402


def each_entry(p, harm):
    """Does harm to one entry after the other."""
    p.same()
    p.settle()
    p.same(reused=3)
    for name in p.entries():
        if os.path.exists(name):
            harm(name)
            if wrong := p.same():
                return f"{name}: {wrong}"
            # What is read to the end of its use is whole again.
            if wrong := p.same(reused=3):
                return f"{name}: not mended: {wrong}"
    return ""


def damaged(p):
    """an entry in which a byte is another"""
    def flip(name):
        with open(name, "r+b") as file:
            middle = os.path.getsize(name) // 2
            file.seek(middle)
            byte = file.read(1)[0]
            file.seek(middle)
            file.write(bytes([byte ^ 0x55]))
    return each_entry(p, flip)


def truncated(p):
    """an entry that is cut off, or empty"""
    def cut(name):
        os.truncate(name, os.path.getsize(name) // 3)
    return each_entry(p, cut) or \
        each_entry(p, lambda name: os.truncate(name, 0))


def misplaced(p):
    """an entry in another's place"""
    p.same()
    summaries = [n for n in p.entries() if "/summaries/" in n]
    with open(summaries[0], "rb") as file:
        other = file.read()
    with open(summaries[1], "wb") as file:
        file.write(other)
    for name in p.entries():
        if "/results/" in name or "/runs/" in name:
            os.remove(name)
    return p.same()


def killed(p):
    """a run that is killed, at many points"""
    start = time.monotonic()
    p.run()
    whole = time.monotonic() - start
    steps = 12
    for step in range(steps):
        for name in p.entries():
            if step % 2:  # an edit only, or all of it
                break
            os.remove(name)
        p.write("a.cpp", p.read("a.cpp") + f"void more{step}();\n")
        with subprocess.Popen(p.arguments(), cwd=p.root, start_new_session=True,
                              stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as process:
            time.sleep(whole * step / steps)
            os.killpg(process.pid, signal.SIGKILL)
        if wrong := p.same():
            return f"step {step}: {wrong}"
    return p.same(reused=3)


def parallel(p):
    """runs at the same time"""
    truth, _ = p.run(cache=False)
    for step in range(3):
        p.write("b.cpp", p.read("b.cpp") + f"void more{step}();\n")
        running = [subprocess.Popen(p.arguments("-j2"), cwd=p.root, text=True,
                                    stdout=subprocess.PIPE,
                                    stderr=subprocess.DEVNULL)
                   for _ in range(4)]
        for process in running:
            out, _ = process.communicate()
            if (process.returncode, out) != truth[:2]:
                return f"{process.returncode}: {out}"
    return p.same(reused=3)


def warned(p, got, truth):
    """The same, with one line more."""
    warnings = [l for l in got[2] if l.startswith("nostall: warning: cache: ")]
    rest = [l for l in got[2] if l not in warnings]
    if (got[0], got[1], rest) != truth or len(warnings) != 1:
        return f"{got}\ninstead of\n{truth}"
    return ""


def full(p):
    """no room for some entries"""
    truth, _ = p.run(cache=False)
    p.run()
    sizes = {kind: [os.path.getsize(n) for n in p.entries() if f"/{kind}/" in n]
             for kind in ("summaries", "units")}
    limit = (max(sizes["summaries"]) + min(sizes["units"])) // 2
    if limit >= min(sizes["units"]):
        return f"summaries are not smaller than units: {sizes}"
    for name in p.entries():
        os.remove(name)

    def bound():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    got, _ = p.run(preexec_fn=bound)
    left = [n for n in p.entries()
            if n.startswith((p.cache + "/1/tmp", p.cache + "/1/units"))]
    if left:
        return f"left: {left}"
    return warned(p, got, truth) or p.same(reused=0) or p.same(reused=3)


def no_folder(p):
    """a place where there can be no folder"""
    truth, _ = p.run(cache=False)
    p.write("../cache", "a file")
    got, _ = p.run()
    return warned(p, got, truth)


def small(p):
    """a bound that is smaller than what is kept"""
    p.same()
    def size():
        return sum(os.stat(n).st_blocks * 512 for n in p.entries())
    bound = size() // 2
    subprocess.run([p.nostall, "cache", "--cache", p.cache, "--size",
                    str(bound)], check=True)
    if size() > bound:
        return f"{size()} of {bound}"
    for step in range(4):
        p.write("a.cpp", p.read("a.cpp") + f"void more{step}();\n")
        if wrong := p.same():
            return wrong
        if size() > bound:
            return f"after step {step}: {size()} of {bound}"
    return ""


def oldest(p):
    """what was used last is kept longest"""
    p.same()
    entries = p.entries()
    units = [n for n in entries if "/units/" in n]
    for name in entries:
        old = 1_000_000_000
        os.utime(name, (old, old))
    now = time.time()
    os.utime(units[1], (now, now))
    ahead = now + 1_000_000  # from before the clock was set back
    os.utime(units[2], (ahead, ahead))
    size = os.stat(units[1]).st_blocks * 512
    subprocess.run([p.nostall, "cache", "--cache", p.cache, "--size",
                    str(size * 10 // 9 + 512)], check=True)
    return "" if p.entries() == [units[1]] else f"{p.entries()}"


def cleared(p):
    """nothing, after --clear"""
    p.same()
    subprocess.run([p.nostall, "cache", "--cache", p.cache, "--clear"],
                   check=True)
    return f"{p.entries()}" if p.entries() else p.same(reused=0)


def off(p):
    """none at all"""
    for more, environment in ((["--no-cache"], p.cache), ([], "off")):
        arguments = [a for a in p.arguments(cache=False) if a != "--no-cache"]
        subprocess.run([*arguments, *more], cwd=p.root, check=False,
                       env={**os.environ, "NOSTALL_CACHE": environment,
                            "XDG_CACHE_HOME": p.folder + "/xdg"},
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if os.path.exists(p.cache) or os.path.exists(p.folder + "/xdg"):
            return "there is one"
    environment = {k: v for k, v in os.environ.items() if k != "NOSTALL_CACHE"}
    subprocess.run(arguments, cwd=p.root, check=False,
                   env={**environment, "XDG_CACHE_HOME": p.folder + "/xdg"},
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return "" if os.path.exists(p.folder + "/xdg/nostall/1") else "none"


if __name__ == "__main__":
    report([damaged, truncated, misplaced, killed, parallel, full, no_folder,
            small, oldest, cleared, off],
           lambda name: Project(sys.argv[1], os.path.join(sys.argv[2], name)))
