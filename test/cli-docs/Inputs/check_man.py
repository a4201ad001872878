"""Does the manual page of each command name all options that --help names?
usage: check_man.py NOSTALL MAN-FOLDER"""
import os
import re
import subprocess
import sys


def output(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE,
                          text=True).stdout


def page_text(path):
    text = output("mandoc", "-T", "utf8", path)
    return re.sub(r".\x08", "", text)


def main():
    nostall, folder = sys.argv[1:]
    options = missing = 0
    commands = re.findall(r"^  ([a-z][a-z-]+) ", output(nostall, "--help").split(
        "Subcommands:")[1], re.MULTILINE)
    pages = ["nostall.1"] + [f"nostall-{c}.1" for c in commands]
    programs = ["nostall-clangd.1", "nostall-exporter.1", "nostall-gcc.1"]
    if sorted(pages + programs) != sorted(p for p in os.listdir(folder)
                                          if p.endswith(".1")):
        print("pages and commands differ:", pages, os.listdir(folder))
    for page in pages:
        command = page.removesuffix(".1").partition("-")[2]
        text = page_text(os.path.join(folder, page))
        helped = output(nostall, *([command] if command else []), "--help")
        for name in re.findall(r"^  (-[\w-]+(?:,--[\w-]+)*)", helped,
                               re.MULTILINE):
            for option in name.split(","):
                options += 1
                if not re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])",
                                 text):
                    print(f"{page}: {option} is missing")
                    missing += 1
    print(f"{len(pages)} pages, {options} options, {missing} missing")


if __name__ == "__main__":
    main()
