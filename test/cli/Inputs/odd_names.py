"""Writes a source file whose name and identifiers need escaping.

usage: odd_names.py DIRECTORY
"""
import os
import sys

SOURCE = """#include <coroutine_types.h>
#include <unistd.h>
// Latin-1: \xe9
mock::Task<> gr\u00f6\u00dfe() {
  sleep(1);
  co_return;
}
"""
with open(os.path.join(sys.argv[1], 'odd "name".cpp'), "wb") as file:
    for line in SOURCE.splitlines(keepends=True):
        file.write(line.encode("latin-1" if "Latin" in line else "utf-8"))
