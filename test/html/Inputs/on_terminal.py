"""Runs a command whose standard output is a terminal, and prints what it wrote
there and to the standard error, and its exit code.

usage: on_terminal.py COMMAND...
"""
import os
import pty
import subprocess
import sys

ours, theirs = pty.openpty()
done = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=theirs,
                      stderr=subprocess.PIPE, text=True)
os.close(theirs)
try:
    print(os.read(ours, 65536).decode(), end="")
except OSError:
    pass  # Nothing was written there, and nobody can any more.
print(done.stderr, end="")
print(f"exit code {done.returncode}")
