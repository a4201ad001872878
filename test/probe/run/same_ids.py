"""usage: same_ids.py FILE: the file's first line is a shell's pid, its second
the pid and parent of the program that the shell became by `nostall run -D`."""
import sys

shell, ids = open(sys.argv[1]).read().split("\n")[:2]
pid, parent = ids.split()
if pid != shell:
    sys.exit(f"the program has pid {pid}, not {shell}")
if parent in ("1", pid):
    sys.exit(f"the program has parent {parent}")
