"""npm packages that a lock file names, installed once in the build folder."""
import fcntl
import pathlib
import shutil
import subprocess
import sys


def install(source, folder):
    """The node_modules of SOURCE's package.json and package-lock.json, in
    FOLDER. Tests run at the same time: one installs, others wait for it."""
    source, folder = pathlib.Path(source), pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    wanted = (source / "package-lock.json").read_text(encoding="utf-8")
    with open(folder / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder / "installed.json"
        if not done.exists() or done.read_text(encoding="utf-8") != wanted:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(source / name, folder)
            subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit",
                            "--no-fund", "--loglevel=error"],
                           cwd=folder, check=True, stdout=sys.stderr)
            done.write_text(wanted, encoding="utf-8")
    return folder / "node_modules"
