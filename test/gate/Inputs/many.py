"""Writes a source with that many findings, and one that is worse, last.

usage: many.py FILE NUMBER [LENGTH]

Names of functions have about LENGTH characters, which do not compress well.
"""
import hashlib
import sys

LENGTH = int(sys.argv[3]) if len(sys.argv) > 3 else 0


def name(number):
    parts = (hashlib.sha512(f"{number} {part}".encode()).hexdigest()
             for part in range(LENGTH // 128))
    return f"task{number}" + "".join(parts)


with open(sys.argv[1], "w", encoding="utf-8") as file:
    file.write("#include <coroutine_types.h>\n#include <fstream>\n"
               "#include <unistd.h>\n")
    for number in range(int(sys.argv[2])):
        file.write(f"mock::Task<> {name(number)}() {{\n"
                   f"  std::ifstream File(\"{number}\");\n"
                   "  co_await mock::yield();\n}\n")
    file.write("mock::Task<> last() {\n  sleep(1);\n"
               "  co_await mock::yield();\n}\n")
