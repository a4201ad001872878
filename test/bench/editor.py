#!/usr/bin/env python3
"""What nostall costs while one types: the time from an edit to its diagnostics.

usage: editor.py [--ours PROGRAM] [--theirs PROGRAM] [--rounds N] [--bound R]
                 [--project DATABASE-FOLDER --root FOLDER FILE...]

Edits the same files with nostall-clangd and with plain clangd, in turns, with
the index of the whole program at hand, and prints the median of each and their
ratio: "typed" as an editor sends changes (clangd waits a little for the next
one), "at once" without that wait, which is the computing alone; and "cpu", what
the whole server used for an edit at once, its background threads included.
Exit code 1 when the ratio of all typed edits is above the bound. On a machine
that does other things, only cpu says much.

Each round has a new function body and a new line above it, so that neither
server can keep what it had. Without --project: the example server.
"""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(SOURCE, "test"))
from lsp_client import Client  # noqa: E402

EXAMPLE_FILES = ["session.cpp", "commands.cpp", "file_io.cpp"]


def prepare_example(folder, nostall):
    """A copy of the example server with compile commands and an index."""
    shutil.copytree(os.path.join(SOURCE, "test", "example-server"), folder)
    build = os.path.join(folder, "build")
    subprocess.run(["cmake", "-S", folder, "-B", build,
                    "-DCMAKE_CXX_COMPILER=clang++-19"], check=True,
                   stdout=subprocess.DEVNULL)
    os.mkdir(os.path.join(folder, ".nostall"))
    write_index(nostall, build, folder)
    return build


def write_index(nostall, build, root):
    done = subprocess.run([nostall, "check", "-q", "-p", build, "--root", root,
                           "--update-index",
                           os.path.join(root, ".nostall", "index.nss")])
    if done.returncode != 0:
        sys.exit(f"no index: exit code {done.returncode}")


def edited(text, round_number):
    """The text with two more functions."""
    return (text + f"\nstatic int editedHere{round_number}(int N) {{\n"
            f"  int Sum = {round_number};\n"
            f"  for (int I = 0; I < N; ++I)\n    Sum += I;\n  return Sum;\n}}\n"
            f"int useEdited{round_number}(int N) {{ return editedHere"
            f"{round_number}(N); }}\n")


def cpu_seconds(client):
    """user+sys of the server so far, all threads."""
    with open(f"/proc/{client.process.pid}/stat", encoding="utf-8") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(clients, path, rounds, at_once):
    """Seconds per edit for each client, in turns; and CPU seconds per edit."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    times = [[] for _ in clients]
    used = [0.0 for _ in clients]
    for number in range(rounds + 1):
        order = range(len(clients)) if number % 2 else reversed(range(len(clients)))
        for which in order:
            if number == 1:
                used[which] -= cpu_seconds(clients[which])
            before = time.monotonic()
            clients[which].change(path, edited(text, number), at_once)
            after, _ = clients[which].diagnostics(path)
            if number:  # the first is for warming up
                times[which].append(after - before)
            time.sleep(0.05)
    time.sleep(0.5)  # what still runs for the last edit counts too
    return times, [(used[i] + cpu_seconds(c)) / rounds
                   for i, c in enumerate(clients)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    built = os.path.join(SOURCE, "build", "release", "bin")
    parser.add_argument("--ours", default=os.path.join(built, "nostall-clangd"))
    parser.add_argument("--theirs", default="clangd-19")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--bound", type=float, default=1.15)
    parser.add_argument("--project")
    parser.add_argument("--root")
    parser.add_argument("files", nargs="*")
    given = parser.parse_args()
    nostall = os.path.join(os.path.dirname(given.ours), "nostall")
    with tempfile.TemporaryDirectory() as temporary:
        if given.project:
            root, build, files = given.root, given.project, given.files
        else:
            root = os.path.join(os.path.realpath(temporary), "depot")
            build = prepare_example(root, nostall)
            files = EXAMPLE_FILES
        options = [f"--compile-commands-dir={build}", "--background-index=false"]
        ours = Client([given.ours, "--nostall-refresh=false", *options], root)
        theirs = Client([given.theirs, *options], root)
        clients, all_times = [theirs, ours], {}
        for name in files:
            path = os.path.join(root, name)
            for client in clients:
                client.open(path)
                client.diagnostics(path, timeout=300)
            for kind in ("typed", "at once"):
                times, cpu = measure(clients, path, given.rounds,
                                     kind == "at once")
                medians = [statistics.median(t) for t in times]
                print(f"{name}, {kind}: clangd {medians[0] * 1e3:.0f} ms, "
                      f"nostall-clangd {medians[1] * 1e3:.0f} ms, ratio "
                      f"{medians[1] / medians[0]:.2f} (median of {given.rounds})",
                      flush=True)
                all_times.setdefault(kind, []).append(medians)
                if kind == "at once":
                    print(f"{name}, cpu: clangd {cpu[0] * 1e3:.0f} ms, "
                          f"nostall-clangd {cpu[1] * 1e3:.0f} ms, ratio "
                          f"{cpu[1] / cpu[0]:.2f} (per edit)", flush=True)
                    all_times.setdefault("cpu", []).append(cpu)
        for client in clients:
            client.close()
    ratios = {kind: statistics.geometric_mean(b / a for a, b in medians)
              for kind, medians in all_times.items()}
    for kind, ratio in ratios.items():
        print(f"all files, {kind}: ratio {ratio:.2f}")
    sys.exit(1 if ratios["typed"] > given.bound else 0)


if __name__ == "__main__":
    main()
