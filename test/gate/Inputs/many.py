"""Writes a source with that many findings, and one that is worse, last.

usage: many.py FILE NUMBER
"""
import sys

with open(sys.argv[1], "w", encoding="utf-8") as file:
    file.write("#include <coroutine_types.h>\n#include <fstream>\n"
               "#include <unistd.h>\n")
    for number in range(int(sys.argv[2])):
        file.write(f"mock::Task<> task{number}() {{\n"
                   f"  std::ifstream File(\"{number}\");\n"
                   "  co_await mock::yield();\n}\n")
    file.write("mock::Task<> last() {\n  sleep(1);\n"
               "  co_await mock::yield();\n}\n")
