#!/usr/bin/env python3
"""Prepares Debian source packages for analysis: fetches, unpacks and
configures them, and leaves DIR/NAME/compile_commands.json.

usage: prepare.py --dir DIR NAME...

What to do for a package is in packages.json beside this file:
  version    the Debian source version; nothing else is accepted
  framework  the event loops in use
  role       "tuning", or "held-out" for what must not guide the checks
  depends    the packages to install
  commands   shell commands, run in DIR/NAME, that configure the tree and
             generate the sources and headers that the units need
  database   the compile_commands.json that the commands leave, or else
  dry-run    commands that print the compilations and run nothing
  sources    which units to keep, as fnmatch patterns of their paths in
             DIR/NAME (* also matches /); every unit when absent
  exclude    which of these to leave out
  note       anything else worth knowing

A unit that is compiled more than once is kept once, as compiled first.
A package that is prepared already is left alone. Packages are only ever
added to the machine: what would remove or upgrade one, or add an LLVM, is
refused. The exit code is 2 when a package failed.
"""
import argparse
import fnmatch
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
LIST = os.path.join(HERE, "packages.json")
KEYS = {"version", "framework", "role", "depends", "commands", "database",
        "dry-run", "sources", "exclude", "note"}
APT_SOURCES = "/etc/apt/sources.list.d/nostall-corpus.sources"
APT_TEXT = """\
# Written by test/corpus/prepare.py: the sources of the corpus packages.
Types: deb-src
URIs: http://deb.debian.org/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb-src
URIs: http://deb.debian.org/debian-security
Suites: bookworm-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
"""
APT_GET = ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=600"]
COMPILER = re.compile(r"(?:.*/)?(?:[\w.]+-)*(?:cc|gcc|c\+\+|g\+\+|clang"
                      r"|clang\+\+)(?:-[\d.]+)?")
SOURCE = re.compile(r"[^-].*\.(?:c|cc|cpp|cxx|C)")
# What automake writes before a source that may be in another folder.
VPATH = re.compile(r"`test -f '[^']*' \|\| echo '[^']*'`")
DIRECTORY = re.compile(r"\S*make(?:\[\d+\])?: (Entering|Leaving) directory "
                       r"'(.*)'")
TOOLCHAIN = re.compile(r"(?:lib)?(?:llvm|clang)")


class Failure(Exception):
    """A package that cannot be prepared, and why."""


class Tree:
    """Where the files of one package are."""

    def __init__(self, folder, name):
        self.name = name
        self.root = os.path.join(folder, name)
        self.downloads = os.path.join(folder, "downloads")
        self.log = os.path.join(folder, f"{name}.log")
        self.stamp = os.path.join(folder, f"{name}.stamp")
        self.database = os.path.join(self.root, "compile_commands.json")


def run(command, tree, folder=None, env=None, accept=(0,)):
    """Runs a command (shell text or a list), logs it, returns its output."""
    shell = isinstance(command, str)
    text = command if shell else shlex.join(command)
    with open(tree.log, "a", encoding="utf-8") as log:
        log.write(f"+ {text}\n")
        log.flush()
        at = log.tell()
        status = subprocess.run(
            ["sh", "-e", "-c", command] if shell else command, cwd=folder,
            env=env or plain_environment(), stdin=subprocess.DEVNULL,
            stdout=log, stderr=subprocess.STDOUT).returncode
    if status not in accept:
        raise Failure(f"exit code {status} of: {text}; see {tree.log}")
    with open(tree.log, encoding="utf-8", errors="replace") as log:
        log.seek(at)
        return log.read()


def as_root(command):
    return command if os.geteuid() == 0 else ["sudo", *command]


def plain_environment():
    """The environment without what would let two machines differ."""
    drop = {"MAKEFLAGS", "MAKELEVEL", "CFLAGS", "CXXFLAGS", "CPPFLAGS",
            "LDFLAGS"}
    env = {k: v for k, v in os.environ.items() if k not in drop}
    env.update(LC_ALL="C.UTF-8", CC="gcc", CXX="g++",
               DEBIAN_FRONTEND="noninteractive")
    return env


def has_sources(version, tree):
    """Whether apt knows this version of the source package."""
    done = subprocess.run(
        ["apt-cache", "showsrc", "--only-source", tree.name],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return f"Version: {version}" in done.stdout.splitlines()


def enable_sources(version, tree):
    """Lets apt find the source package, when it does not already."""
    if has_sources(version, tree):
        return
    if not os.path.exists(APT_SOURCES):
        local = os.path.join(tree.downloads, os.path.basename(APT_SOURCES))
        with open(local, "w", encoding="utf-8") as file:
            file.write(APT_TEXT)
        run(as_root(["install", "-m", "644", local, APT_SOURCES]), tree)
    run(as_root([*APT_GET, "update"]), tree)
    if not has_sources(version, tree):
        raise Failure(f"the archive has no source version {version}; "
                      f"snapshot.debian.org may: put its files in "
                      f"{tree.downloads}")


def description(version, tree):
    """The path of the .dsc; its name has the version without the epoch."""
    return os.path.join(tree.downloads, "{}_{}.dsc".format(
        tree.name, version.split(":", 1)[-1]))


def fetch(version, tree):
    if os.path.exists(description(version, tree)):
        return
    enable_sources(version, tree)
    run([*APT_GET, "source", "--only-source", "--download-only",
         f"{tree.name}={version}"], tree, tree.downloads)


def changelog(tree, field):
    """A field of the newest changelog entry, or None without a changelog."""
    path = os.path.join(tree.root, "debian", "changelog")
    if not os.path.exists(path):
        return None
    return run(["dpkg-parsechangelog", "-l", path, "-S", field],
               tree).strip()


def unpack(version, tree):
    if os.path.exists(tree.root):
        if changelog(tree, "Source") != tree.name:
            raise Failure(f"{tree.root} exists and is not {tree.name}")
        shutil.rmtree(tree.root)
    run(["dpkg-source", "-x", description(version, tree), tree.root], tree)
    found = changelog(tree, "Version")
    if found != version:
        raise Failure(f"{tree.root} has version {found}, not {version}")


def is_installed(package):
    done = subprocess.run(
        ["dpkg-query", "-W", "-f", "${db:Status-Status}\n", package],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return "installed" in done.stdout.splitlines()


def install(packages, tree):
    missing = [p for p in packages if not is_installed(p)]
    if not missing:
        return
    command = [*APT_GET, "install", "-y", "--no-install-recommends",
               "--no-remove", *missing]
    plan = run([command[0], "-s", *command[1:]], tree)
    for line in plan.splitlines():
        # "Inst NAME [OLD-VERSION] (...)" is an upgrade.
        upgrade = re.match(r"Inst (\S+) \[", line)
        if upgrade:
            raise Failure(f"to install {' '.join(missing)} would upgrade "
                          f"{upgrade[1]}")
        added = re.match(r"Inst (\S+)", line)
        if added and TOOLCHAIN.match(added[1]):
            raise Failure(f"to install {' '.join(missing)} would add "
                          f"{added[1]}")
    run(as_root(command), tree)


def simple_commands(line):
    """The commands of a line of shell, as lists of words."""
    lexer = shlex.shlex(VPATH.sub("", line), posix=True,
                        punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    command = []
    for word in lexer:
        if set(word) <= set("();<>|&"):
            yield command
            command = []
        else:
            command.append(word)
    yield command


def compilation(words):
    """(arguments, source) of a compiler invocation, or None."""
    if "--mode=compile" in words:
        words = words[words.index("--mode=compile") + 1:]
    if not words or not COMPILER.fullmatch(words[0]) or "-c" not in words:
        return None
    valued = {"-o", "-MF", "-MT", "-MQ", "-include", "-I", "-isystem"}
    sources = [w for before, w in zip(words, words[1:])
               if SOURCE.fullmatch(w) and before not in valued]
    return (words, sources[0]) if len(sources) == 1 else None


def units_of_dry_run(output, root):
    """A compilation database from what make -n printed."""
    units, folders = [], [root]
    for line in output.replace("\\\n", " ").splitlines():
        moved = DIRECTORY.fullmatch(line)
        if moved and moved[1] == "Entering":
            folders.append(moved[2])
        elif moved:
            folders.pop()
        elif "-c" in line:
            try:
                commands = list(simple_commands(line))
            except ValueError:  # not a line of its own
                continue
            for found in filter(None, map(compilation, commands)):
                units.append({"directory": folders[-1], "file": found[1],
                              "arguments": found[0]})
    return units


def all_units(entry, tree):
    if "dry-run" in entry:
        # make -k ends with 2, as nothing makes the libraries to link.
        env = dict(plain_environment(), MAKEFLAGS="w")
        return [unit for command in entry["dry-run"]
                for unit in units_of_dry_run(
                    run(command, tree, tree.root, env, accept=(0, 2)),
                    tree.root)]
    path = os.path.join(tree.root, entry["database"])
    if not os.path.exists(path):
        raise Failure(f"the commands left no {path}")
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def matches(path, patterns):
    return any(fnmatch.fnmatchcase(path, p) for p in patterns)


def kept_units(units, entry, tree):
    """What of the database is to be analysed, each file once, in order."""
    kept = {}
    for unit in units:
        path = os.path.normpath(os.path.join(unit["directory"],
                                             unit["file"]))
        inside = os.path.relpath(path, tree.root)
        if inside.startswith("..") or path in kept:
            continue
        if (matches(inside, entry.get("sources", ["*"])) and
                not matches(inside, entry.get("exclude", []))):
            kept[path] = dict(unit, file=path)
    return [kept[path] for path in sorted(kept)]


def write_database(entry, tree):
    units = kept_units(all_units(entry, tree), entry, tree)
    for pattern in entry.get("sources", []):
        if not any(fnmatch.fnmatchcase(os.path.relpath(u["file"], tree.root),
                                       pattern) for u in units):
            raise Failure(f"no unit matches \"{pattern}\"")
    lost = [u["file"] for u in units if not os.path.exists(u["file"])]
    if lost:
        raise Failure(f"{len(lost)} units were not generated, as {lost[0]}")
    if not units:
        raise Failure("no units")
    with open(tree.database, "w", encoding="utf-8") as file:
        json.dump(units, file, indent=1)
        file.write("\n")


def digest(entry):
    text = json.dumps(entry, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def is_prepared(entry, tree):
    if not os.path.exists(tree.stamp) or not os.path.exists(tree.database):
        return False
    with open(tree.stamp, encoding="utf-8") as stamp:
        return stamp.read().strip() == digest(entry)


def report(entry, tree):
    with open(tree.database, encoding="utf-8") as file:
        count = len(json.load(file))
    return f"{entry['version']}, {count} units, {tree.database}"


def prepare(entry, tree):
    """Prepares one package; returns what to say of it."""
    unknown = set(entry) - KEYS
    if unknown:
        raise Failure(f"{LIST}: unknown key \"{min(unknown)}\"")
    if is_prepared(entry, tree):
        return report(entry, tree) + " (as it was)"
    for path in (tree.stamp, tree.log):
        if os.path.exists(path):
            os.remove(path)
    os.makedirs(tree.downloads, exist_ok=True)
    fetch(entry["version"], tree)
    install(["dpkg-dev", *entry["depends"]], tree)
    unpack(entry["version"], tree)
    for command in entry["commands"]:
        run(command, tree, tree.root)
    write_database(entry, tree)
    with open(tree.stamp, "w", encoding="utf-8") as stamp:
        stamp.write(digest(entry) + "\n")
    return report(entry, tree)


def prepare_all(names, packages, folder):
    """Prepares the packages one by one; returns the number that failed."""
    failed = 0
    for name in names:
        try:
            print(f"{name}: {prepare(packages[name], Tree(folder, name))}",
                  flush=True)
        except (Failure, OSError, ValueError, KeyError) as error:
            what = (f"{LIST}: no key {error}" if isinstance(error, KeyError)
                    else error)
            print(f"{name}: error: {what}", file=sys.stderr, flush=True)
            failed += 1
    return failed


def main():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dir", required=True)
    parser.add_argument("names", nargs="+", metavar="NAME")
    options = parser.parse_args()
    with open(LIST, encoding="utf-8") as file:
        packages = json.load(file)
    for name in options.names:
        if name not in packages:
            parser.error(f"{LIST} has no \"{name}\"; it has: " +
                         ", ".join(packages))
    folder = os.path.realpath(options.dir)
    os.makedirs(folder, exist_ok=True)
    os.nice(10)
    sys.exit(2 if prepare_all(options.names, packages, folder) else 0)


if __name__ == "__main__":
    main()
