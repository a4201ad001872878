#!/usr/bin/env python3
"""Runs a command and succeeds when it ends with the exit code that is wanted.

usage: exit_code.py CODE COMMAND...
"""
import subprocess
import sys

wanted = int(sys.argv[1])
code = subprocess.run(sys.argv[2:]).returncode
if code != wanted:
    sys.exit(f"exit code {code}, expected {wanted}: {' '.join(sys.argv[2:])}")
