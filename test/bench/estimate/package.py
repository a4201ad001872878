"""A Debian source package: fetched, built as it is or with timers, summarised."""
import concurrent.futures
import fnmatch
import json
import pathlib
import re
import shlex
import subprocess

import instrument

HERE = pathlib.Path(__file__).resolve().parent
RECIPES = json.loads((HERE / "packages.json").read_text())
PARALLEL = 2


class Failure(Exception):
    """A package that cannot be built or run, and why."""


def run(command, **how):
    return subprocess.run(command, capture_output=True, text=True, errors="replace", **how)


def shell(command, folder, **how):
    done = run(command, shell=True, cwd=folder, **how)
    if done.returncode:
        raise Failure(f"{command}: exit code {done.returncode}\n{(done.stdout + done.stderr)[-1000:]}")
    return done.stdout


class Package:
    """In WORK/NAME; compilers are the C and the C++ one."""

    def __init__(self, name, work, compilers):
        self.name, self.recipe, self.compilers = name, RECIPES[name], compilers
        self.folder = work / name
        self.timer = work / "libtimer.so"
        self.objects = self.folder / f"objects-{compilers[0]}"

    def fetch(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        if not any(self.folder.glob("*/debian")):
            shell(f"apt-get source -q=2 {self.name}", self.folder)
        self.root = next(self.folder.glob("*/debian")).resolve().parent
        stamp = self.folder / "prepared"
        if "prepare" in self.recipe and not stamp.exists():
            shell(self.recipe["prepare"], self.root)
        stamp.touch()
        self.objects.mkdir(exist_ok=True)
        excluded = self.recipe.get("exclude", [])
        self.units = [
            unit for pattern in self.recipe["sources"] for unit in sorted(self.root.glob(pattern))
            if not unit.name.startswith(".") and not any(fnmatch.fnmatch(str(unit.relative_to(self.root)), e) for e in excluded)]

    def command(self, unit):
        compiler = self.compilers[0 if unit.suffix == ".c" else 1]
        return [compiler, "-O2", "-w", *shlex.split(self.recipe.get("flags", "")), "-c"]

    def compile(self, unit, text=None):
        """The object of UNIT, or of TEXT in its place; raises Failure with what the compiler says."""
        kind = "plain" if text is None else "changed"
        target = self.objects / f"{kind}-{str(unit.relative_to(self.root)).replace('/', '-')}.o"
        if text is None:
            if not target.exists():
                done = run(self.command(unit) + [unit, "-o", target], cwd=self.root)
                if done.returncode:
                    raise Failure(done.stderr[:2000])
            return target
        beside = unit.with_name(f".timed-{unit.name}")
        beside.write_text(text, errors="surrogateescape")
        try:
            done = run(self.command(unit) + [beside, "-o", target], cwd=self.root)
        finally:
            beside.unlink()
        if done.returncode:
            raise Failure(done.stderr)
        return target

    def build(self, kind, loops, insertions_of):
        """Builds the program with the insertions that insertions_of(loop) gives. Returns it and the
        loops that could not be changed: a jump into them, or a function that must be constant."""
        by_unit = {unit: [] for unit in self.units}
        for loop in loops:
            by_unit[loop["unit"]].append(loop)
        lost = []

        def one(item):
            unit, here = item
            source = unit.read_text(errors="surrogateescape")
            while here:
                inserted = [i for loop in here for i in insertions_of(loop, source)]
                try:
                    return self.compile(unit, instrument.rewritten(source, HERE / "timer.h", inserted))
                except Failure as failure:
                    lines = {int(n) for n in re.findall(r"^[^\n:]+:(\d+):\d+: ", str(failure), re.M)}
                    bad = [loop for loop in here if loop["line"] in lines] or here
                    lost.extend(bad)
                    here = [loop for loop in here if loop not in bad]
            return self.compile(unit)

        with concurrent.futures.ThreadPoolExecutor(PARALLEL) as pool:
            objects = list(pool.map(one, by_unit.items()))
        binary = self.folder / f"{kind}-{self.compilers[0]}"
        linked = run([self.compilers[1], "-o", binary, *objects, self.timer,
                      f"-Wl,-rpath,{self.timer.parent}", *shlex.split(self.recipe.get("link", ""))])
        if linked.returncode:
            raise Failure(linked.stderr[-2000:])
        return binary, lost

    def execute(self, binary, inputs, timer=None):
        """Runs the program on the inputs; the lines that timer.c wrote, as numbers."""
        out, report = self.folder / "out", self.folder / "report"
        out.mkdir(exist_ok=True)
        report.unlink(missing_ok=True)
        environment = {"PATH": "/usr/bin:/bin", "NOSTALL_TIMER_FILE": str(report)}
        if timer:
            environment["NOSTALL_TIMER"] = timer
        shell(self.recipe["run"].format(bin=binary, out=out, **inputs), out, env=environment, timeout=120)
        lines = report.read_text().splitlines() if report.exists() else []
        return [[float(word) for word in line.split()] for line in lines]

    def summarize(self, nostall):
        """The linked program."""
        def summarize(unit):
            summary = self.objects / f"{unit.relative_to(self.root)}.nss".replace("/", "-")
            language = "clang" if unit.suffix == ".c" else "clang++"
            done = run([nostall, "summarize", "--root", self.root, "-o", summary, "--",
                        language, *self.command(unit)[1:], unit], cwd=self.root)
            if done.returncode not in (0, 2) or not summary.exists():
                raise Failure(done.stderr[-1000:])
            return summary

        with concurrent.futures.ThreadPoolExecutor(PARALLEL) as pool:
            summaries = list(pool.map(summarize, self.units))
        linked = self.objects / "program.nsl"
        done = run([nostall, "link", "-o", linked, *summaries])
        if done.returncode:
            raise Failure(done.stderr[-1000:])
        return linked

    def estimates(self, nostall, linked, rounds=None):
        """What nostall says of each loop, functions together, with `unit` for loops in the program's own units.
        ROUNDS are those per entry by place, for the loops of callees."""
        counted = self.folder / "rounds"
        counted.write_text("".join(f"{place} {number}\n" for place, number in sorted((rounds or {}).items())))
        done = run([nostall, "dump-estimates", "--rounds", counted, linked])
        if done.returncode:
            raise Failure(done.stderr[-1000:])
        units = {str(unit): unit for unit in self.units}
        functions = []
        for loop in json.loads(done.stdout):
            if loop["loop"] == 1:
                functions.append([])
            loop["unit"] = units.get(str((self.root / loop["file"]).resolve()))
            functions[-1].append(loop)
        return functions
