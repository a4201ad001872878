#!/usr/bin/env python3
"""Runs one test file through the command line and through the clang-tidy
plugin, and holds both against the same expectations.

usage: check_nostall.py FILE [--check GLOB] [--option KEY=VALUE]...
                        [--suffix NAME] [--only cli|tidy] [--real]
                        [-- COMPILER-OPTIONS]

The expectations are those of clang-tidy's own tests:
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: ... [nostall-blocking-call]
  // CHECK-NOTES:    the same, and the notes as well
Whatever else is a warning or an error fails the test.
"""
import argparse
import os
import re
import subprocess
import sys


def parse_arguments():
    arguments = sys.argv[1:]
    compiler = []
    if "--" in arguments:
        at = arguments.index("--")
        arguments, compiler = arguments[:at], arguments[at + 1:]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("--plugin", required=True)
    parser.add_argument("--tidy", required=True)
    parser.add_argument("--mock", required=True)
    parser.add_argument("--temp", required=True)
    parser.add_argument("--check", default="nostall-*")
    parser.add_argument("--option", action="append", default=[])
    parser.add_argument("--knowledge")
    parser.add_argument("--real", action="store_true",
                        help="without the mock headers")
    parser.add_argument("--suffix", default="")
    parser.add_argument("--only", choices=("cli", "tidy"))
    options = parser.parse_args(arguments)
    if not any(c.startswith("-std=") for c in compiler):
        compiler.append("-std=c++20" if not options.file.endswith(".c")
                        else "-std=c11")
    options.compiler = ([] if options.real else
                        ["-isystem", options.mock]) + compiler
    return options


def cli_command(options, text):
    command = ["nostall", "check", "-q", "--checks=-*", "--checks",
               options.check, "--include-tests", "--root",
               os.path.dirname(options.file)]
    for option in options.option:
        command += ["--option", option]
    if options.knowledge:
        command += ["--knowledge", options.knowledge]
    return command + [options.file, "--"] + options.compiler


def tidy_command(options, text):
    settings = dict(o.split("=", 1) for o in options.option)
    settings["nostall.IncludeTests"] = "true"
    settings["nostall.Root"] = os.path.dirname(options.file)
    if options.knowledge:
        settings["nostall.Knowledge"] = options.knowledge
    config = "{CheckOptions: {%s}}" % ", ".join(
        f"{key}: '{value}'" for key, value in settings.items())
    return options.tidy.split() + [
        "-load", options.plugin, f"-checks=-*,{options.check}", "-quiet",
        f"-config={config}", options.file, "--"] + options.compiler


def run(front_end, command):
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    if done.returncode not in (0, 1):
        sys.exit(f"{front_end} failed with {done.returncode}:\n"
                 f"{' '.join(command)}\n{done.stdout}")
    return done.stdout


def check(options, text, front_end, output):
    suffix = f"-{options.suffix}" if options.suffix else ""
    messages, notes = f"CHECK-MESSAGES{suffix}", f"CHECK-NOTES{suffix}"
    prefixes = [p for p in (messages, notes)
                if re.search(re.escape(p) + r"(-NEXT|-DAG|-NOT)?:", text)]
    if len(prefixes) == 2:
        sys.exit(f"{options.file}: either {messages} or {notes}")
    if not prefixes:
        if re.search(r"\b(warning|error):", output):
            sys.exit(f"{front_end}: unexpected findings:\n{output}")
        return
    path = f"{options.temp}.{front_end}"
    with open(path, "w", encoding="utf-8") as file:
        file.write(output)
    severities = "warning|error" + ("|note" if prefixes == [notes] else "")
    done = subprocess.run(
        ["FileCheck", options.file, f"-input-file={path}",
         f"-check-prefixes={prefixes[0]}",
         f"-implicit-check-not={{{{{severities}}}}}:", "-dump-input=fail"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        sys.exit(f"{front_end}: {done.stdout}\noutput was:\n{output}")


def main():
    options = parse_arguments()
    with open(options.file, encoding="utf-8") as file:
        text = file.read()
    for front_end, command in (("cli", cli_command), ("tidy", tidy_command)):
        if options.only in (None, front_end):
            check(options, text, front_end, run(front_end,
                                                command(options, text)))


if __name__ == "__main__":
    main()
