"""Compile databases for labelled trees, which are analysed as they lie: the
sources and options of each stand in trees.json."""
import fnmatch
import glob
import json
import os

HERE = os.path.dirname(os.path.abspath(__file__))


def read_trees():
    with open(os.path.join(HERE, "trees.json"), encoding="utf-8") as file:
        return json.load(file)


def sources_of(tree, folder):
    found = {path for pattern in tree["sources"]
             for path in glob.glob(os.path.join(folder, pattern),
                                   recursive=True)}
    excluded = tree.get("exclude", [])
    return sorted(
        path for path in found
        if not any(fnmatch.fnmatch(os.path.relpath(path, folder), e)
                   for e in excluded))


def write_database(tree, folder, output):
    """Writes OUTPUT/compile_commands.json; returns the number of units."""
    os.makedirs(output, exist_ok=True)
    stubs = os.path.join(output, "stubs")
    for name, text in tree.get("stubs", {}).items():
        path = os.path.join(stubs, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    flags = ["-I" + os.path.join(folder, flag[2:])
             if flag.startswith("-I") and not flag.startswith("-I/") else flag
             for flag in tree["flags"]]
    if "stubs" in tree:
        flags.append("-I" + stubs)
    files = sources_of(tree, folder)
    commands = [{"directory": folder, "file": f,
                 "arguments": ["c++", *flags, "-c", f]} for f in files]
    with open(os.path.join(output, "compile_commands.json"), "w",
              encoding="utf-8") as file:
        json.dump(commands, file, indent=1)
    return len(files)
