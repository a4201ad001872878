"""Runs the commands that a page shows, and compares or replaces their output.

A page's commands stand in fenced blocks of the language `console`: lines that
begin with "$ " (and their continuations after a backslash), each followed by
what it prints. All blocks of a page are one shell, in a copy of the folder
`shop` beside the page. A comment above a block may say:

    <!-- hidden: COMMAND -->         also run this, here, and do not show it
    <!-- file: NAME -->              the block is this file of `shop`
    <!-- write: NAME -->             the block is written to this file, here
    <!-- keep: /FROM/,/TO/ -->       of its last command's output show only these
                                     lines (or /LINE/); "..." stands for others
    <!-- measured -->                its numbers differ from run to run
"""
import os
import re
import shutil
import subprocess
import tempfile
import uuid

COMMENT = re.compile(r"^<!-- (hidden|file|write|keep|measured)(?:: (.*?))? -->$")
FENCE = re.compile(r"^```(\w*)")


class Block:
    """A fenced block: lines [begin, end) of the page are its content."""

    def __init__(self, language, begin, end, notes):
        self.language, self.begin, self.end = language, begin, end
        self.notes = notes

    def values(self, kind):
        return [value for k, value in self.notes if k == kind]


def blocks_of(lines):
    """Yields the blocks with the comments right above them, and each hidden
    command that stands alone as an empty block."""
    notes, i = [], 0
    while i < len(lines):
        comment, fence = COMMENT.match(lines[i]), FENCE.match(lines[i])
        if comment:
            notes.append(comment.groups())
        elif fence:
            end = lines.index("```", i + 1)
            yield Block(fence.group(1), i + 1, end, notes)
            notes, i = [], end
        elif notes:
            yield Block("", i, i, notes)
            notes = []
        i += 1


def commands_of(lines):
    """[(command, output lines)] of a console block."""
    result, i = [], 0
    while i < len(lines):
        if not lines[i].startswith("$ "):
            if not result:
                raise ValueError(f"output before the first command: {lines[i]}")
            result[-1][1].append(lines[i])
            i += 1
            continue
        command = [lines[i][2:]]
        while command[-1].endswith("\\"):
            i += 1
            command.append(lines[i])
        result.append(("\n".join(command), []))
        i += 1
    return result


def run_all(commands, shop, path, libraries):
    """The output of each command; one shell runs them."""
    marker = f"@@{uuid.uuid4().hex}"
    script = ["exec 2>&1 </dev/null", "status=0"]
    for command in commands:
        script += [f"(exit $status)\n{command}",
                   f"status=$?; printf '{marker}\\n'"]
    # Reports cut long paths: the same length everywhere.
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        work = os.path.join(folder, "shop")
        shutil.copytree(shop, work)
        environment = dict(
            os.environ, PATH=os.pathsep.join(path + [os.environ["PATH"]]),
            LD_LIBRARY_PATH=libraries, HOME=folder, LC_ALL="C.UTF-8",
            BASH_SILENCE_DEPRECATION_WARNING="1")
        done = subprocess.run(["bash", "-c", "\n".join(script)], cwd=work,
                              env=environment, stdout=subprocess.PIPE,
                              timeout=300, check=False)
        text = done.stdout.decode("utf-8", "replace")
        text = text.replace(work + "/", "").replace(work, ".")
    outputs = text.split(marker + "\n")[:-1]
    if len(outputs) != len(commands):
        raise ValueError(f"the shell ended after {len(outputs)} of "
                         f"{len(commands)} commands: {text[-500:]}")
    return [output.splitlines() for output in outputs]


def keep(lines, ranges):
    """Only the lines of the ranges; "..." where others were."""
    if not ranges:
        return lines
    result, until, skipped = [], None, False
    for line in lines:
        if until is None:
            for text in re.findall(r"/(?:[^/]|\\/)*/(?:,/(?:[^/]|\\/)*/)?",
                                   ranges):
                first, _, last = text.partition("/,/")
                if re.search(first.strip("/"), line):
                    until = last.strip("/") or "$single"
                    break
        if until is None:
            skipped = True
            continue
        if skipped:
            result.append("...")
            skipped = False
        result.append(line)
        if until == "$single" or re.search(until, line):
            until = None
    return result + ["..."] if skipped else result


def normalised(lines):
    """Without what differs from run to run and from machine to machine: numbers
    but those of lines of files, their units, the spaces that they take, how long
    a CPU was waited for, and that there were other lines."""
    result = []
    for line in lines:
        line = re.sub(r"(< )?(?<![\w:.])\d[\d.,]*\d|(?<![\w:.])\d", "N", line)
        line = re.sub(r"N (ns|us|ms|s|min)\b", "TIME", line)
        line = re.sub(r"\b(stall|event|time|iteration|kind)s\b", r"\1", line)
        line = line.replace("TIME waiting for a CPU, ", "")
        if line.strip() not in ("", "..."):
            result.append(" ".join(line.split()))
    return result


class Page:
    """One page's blocks with what their commands print now."""

    def __init__(self, path, programs, libraries):
        self.path = path
        self.shop = os.path.join(os.path.dirname(path), "shop")
        with open(path, encoding="utf-8") as file:
            self.lines = file.read().splitlines()
        self.blocks = list(blocks_of(self.lines))
        self.programs, self.libraries = programs, libraries

    def fresh(self):
        """[(block, lines as they should be)]"""
        commands, owners = [], []
        for block in self.blocks:
            for hidden in block.values("hidden"):
                commands.append(hidden)
                owners.append(None)
            shown = self.lines[block.begin:block.end]
            for name in block.values("write"):
                text = "\n".join(shown)
                commands.append(f"cat >{name} <<'@END@'\n{text}\n@END@")
                owners.append(None)
            if block.language == "console":
                for command, _ in commands_of(shown):
                    commands.append(command)
                    owners.append(block)
        outputs = run_all(commands, self.shop, self.programs, self.libraries)
        result = []
        for block in self.blocks:
            lines = []
            for name in block.values("file"):
                with open(os.path.join(self.shop, name),
                          encoding="utf-8") as file:
                    lines = file.read().splitlines()
            mine = [i for i, owner in enumerate(owners) if owner is block]
            for i in mine:
                first, *more = commands[i].split("\n")
                ranges = " ".join(block.values("keep")) if i == mine[-1] else ""
                lines += ["$ " + first, *more, *keep(outputs[i], ranges)]
            if lines:
                result.append((block, lines))
        return result

    def differences(self):
        """[(line of the page, expected, actual)]"""
        result = []
        for block, actual in self.fresh():
            expected = self.lines[block.begin:block.end]
            same = (normalised(expected) == normalised(actual)
                    if ("measured", None) in block.notes
                    else expected == actual)
            if not same:
                result.append((block.begin + 1, expected, actual))
        return result

    def update(self):
        """Puts the output of now into the page."""
        for block, actual in reversed(self.fresh()):
            self.lines[block.begin:block.end] = actual
        with open(self.path, "w", encoding="utf-8") as file:
            file.write("\n".join(self.lines) + "\n")
