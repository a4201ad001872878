#!/usr/bin/env python3
"""Removes a folder, read-only folders in it included: Bazel's are."""
import os
import shutil
import sys

for folder, names, _ in os.walk(sys.argv[1]):
    for name in names:
        path = os.path.join(folder, name)
        if not os.path.islink(path):
            os.chmod(path, 0o755)
shutil.rmtree(sys.argv[1], ignore_errors=True)
