"""What the tests know of a stall without nostall: how long a client waited,
and what the kernel counted for the program meanwhile.

trigger     the client that makes the program stall, and waits for its answer
bystander   a second client of the same loop, which asks for something quick
            while the stall lasts: that it waits shows that the loop stood
own delay   how long this process itself waited for a CPU: on a busy machine
            its clock readings are late by that much
"""
import os
import threading
import time
from dataclasses import dataclass, field
from typing import Callable

HEAD_START = 0.005  # The bystander must ask when the stall has begun.
AGREEMENT_MS = 20.0
MACHINE_MADE = frozenset(
    ("runqueue", "steal", "throttled", "stopped", "debugger", "suspended"))
COMPUTING = frozenset(("cpu", "system", "page-fault"))


class Failure(Exception):
    """A check found the program or the report not as it must be."""


@dataclass(frozen=True)
class Frame:
    """What one frame of the culprit's stack must look like: regular
    expressions to search for, and the lines that the call may be on."""
    function: str = ""
    module: str = ""
    file: str = ""
    lines: tuple = ()

    def __str__(self):
        parts = [f"{name} /{value}/" for name, value in
                 (("function", self.function), ("module", self.module),
                  ("file", self.file)) if value]
        return " ".join(parts) + (f" line {self.lines}" if self.lines else "")


@dataclass
class Stall:
    """One stall to provoke, and what the report must say of it."""
    name: str
    trigger: Callable[[], object]
    bystander: Callable[[], object]
    pid: int
    at_least_ms: float
    causes: frozenset
    call: str  # The whole name, as a regular expression; "" for none.
    frames: list = field(default_factory=list)

    def computes(self):
        return bool(self.causes & COMPUTING)


@dataclass
class Observed:
    """One provoked stall as the driver saw it."""
    begin_ns: int
    end_ns: int
    trigger_ms: float
    bystander_ms: float
    own_ms: float
    cpu_ms: float
    runqueue_ms: float

    def tolerance(self):
        return AGREEMENT_MS + self.own_ms

    def mostly_ran(self):
        """Waiting for a CPU was a smaller part of it."""
        return self.runqueue_ms < self.trigger_ms / 3

    def __str__(self):
        return (f"client {self.trigger_ms:.1f} ms, bystander "
                f"{self.bystander_ms:.1f} ms, on CPU {self.cpu_ms:.1f} ms")


def own_delay_ns():
    with open("/proc/thread-self/schedstat", encoding="ascii") as file:
        return int(file.read().split()[1])


def scheduled(pid):
    """What all threads of a process ran, and waited for a CPU, in ns."""
    ran = waited = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{task}/schedstat",
                      encoding="ascii") as file:
                numbers = file.read().split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # The thread has ended since the folder was read.
        ran += int(numbers[0])
        waited += int(numbers[1])
    return ran, waited


class Waiting:
    """Runs one client's request and remembers when and how it ended."""

    def __init__(self, request):
        self.request = request
        self.begin_ns = self.end_ns = self.own_ns = 0
        self.error = None

    def run(self):
        before = own_delay_ns()
        self.begin_ns = time.monotonic_ns()
        try:
            self.request()
        except Exception as error:  # Raised again by who started the thread.
            self.error = error
        self.end_ns = time.monotonic_ns()
        self.own_ns = own_delay_ns() - before


def provoke(stall):
    """Makes the program stall once, with a bystander waiting."""
    trigger, bystander = Waiting(stall.trigger), Waiting(stall.bystander)
    before = scheduled(stall.pid)
    thread = threading.Thread(target=trigger.run)
    thread.start()
    time.sleep(HEAD_START)
    bystander.run()
    thread.join()
    after = scheduled(stall.pid)
    for waiting, who in ((trigger, "client"), (bystander, "bystander")):
        if waiting.error:
            raise Failure(f"the {who} got no answer: {waiting.error!r}")
    return Observed(
        begin_ns=trigger.begin_ns,
        end_ns=max(trigger.end_ns, bystander.end_ns),
        trigger_ms=(trigger.end_ns - trigger.begin_ns) / 1e6,
        bystander_ms=(bystander.end_ns - trigger.begin_ns) / 1e6,
        own_ms=max(trigger.own_ns, bystander.own_ns) / 1e6,
        cpu_ms=(after[0] - before[0]) / 1e6,
        runqueue_ms=(after[1] - before[1]) / 1e6)


def check_really_stalled(stall, seen):
    """The provoked stall happened, and is of the kind that it should be."""
    problems = []
    if seen.trigger_ms < stall.at_least_ms - 1:
        problems.append(f"lasted less than {stall.at_least_ms:.0f} ms")
    if abs(seen.trigger_ms - seen.bystander_ms) > seen.tolerance():
        problems.append("the loop did not stand: the bystander's wait is "
                        "another")
    ready = seen.trigger_ms - seen.runqueue_ms
    if stall.computes() and seen.cpu_ms < 0.6 * ready:
        problems.append("the program should have computed")
    if not stall.computes() and seen.cpu_ms > 0.5 * seen.trigger_ms:
        problems.append("the program should have been blocked")
    if problems:
        raise Failure(f"{'; '.join(problems)} ({seen})")


def milliseconds_of(request):
    begin = time.monotonic_ns()
    request()
    return (time.monotonic_ns() - begin) / 1e6


def first_slow(request, sizes, milliseconds):
    """The first of growing sizes with which the request takes so long here:
    computation is of another length on every machine. The fastest of three
    counts, as what slows one down may be another program."""
    for size in sizes:
        if all(milliseconds_of(lambda: request(size)) >= milliseconds
               for _ in range(3)):
            return size
    raise Failure(f"no size takes {milliseconds} ms")


def waits_of(request, seconds, pause=0.005):
    """What a client waited, in ms, that asks now and then: light load."""
    waited = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        waited.append(milliseconds_of(request))
        time.sleep(pause)
    return sorted(waited)
