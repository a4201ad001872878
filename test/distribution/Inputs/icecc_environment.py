#!/usr/bin/env python3
"""Makes an environment of icecream from a build of nostall.

usage: icecc_environment.py BUILD ARCHIVE

As docs/distribution.md has it for an installed nostall. In a build's environment
the library stands where the build is; it is moved to where the program looks.
"""
import os
import subprocess
import sys
import tempfile


def main():
    build, archive = (os.path.abspath(a) for a in sys.argv[1:])
    library = os.path.join(build, "lib/nostall/libnostall-tool.so")
    with tempfile.TemporaryDirectory() as folder:
        made = subprocess.run(
            ["icecc-create-env", "--gcc", f"{build}/bin/nostall-gcc",
             f"{build}/bin/nostall-g++", "--addfile", library, "--addfile",
             "/usr/bin/as", "--compression", "none"],
            cwd=folder, capture_output=True, text=True)
        archives = [n for n in os.listdir(folder) if n.endswith(".tar")]
        if made.returncode or len(archives) != 1:
            raise SystemExit(made.stdout + made.stderr)
        moved = os.path.realpath(library).lstrip("/")
        subprocess.run(["tar", "-xf", archives[0], moved], cwd=folder,
                       check=True)
        subprocess.run(["tar", "--delete", "-f", archives[0], moved],
                       cwd=folder, check=True)
        subprocess.run(["tar", "-rf", archives[0], "--transform",
                        f"s,^{moved}$,usr/lib/nostall/libnostall-tool.so,",
                        moved], cwd=folder, check=True)
        subprocess.run(["mv", archives[0], archive], cwd=folder, check=True)


main()
