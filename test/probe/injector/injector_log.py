"""Reads the JSON lines that the injector writes."""
import collections
import dataclasses
import json
import types

# A stall in which the thread was ready for most of the time, but had no CPU,
# was made by the machine: in the injection, or in the iteration around it. So
# was computing that did not get to compute, and did not wait in the run queue
# either (a throttled group, a stolen CPU).
MACHINE_SHARE = 0.5
COMPUTING = ("cpu", "system")


class Injection(types.SimpleNamespace):
    """A line of the log, its keys as attributes."""

    @property
    def length(self):
        return self.end_ns - self.start_ns

    @property
    def iteration_length(self):
        return self.iteration_end_ns - self.iteration_start_ns

    @property
    def machine_made(self):
        lost = self.run_delay_ns
        if self.expect_cause in COMPUTING:
            lost = max(lost, self.length - self.cpu_ns)
        return (lost > MACHINE_SHARE * self.length
                or self.iteration_run_delay_ns
                > MACHINE_SHARE * self.iteration_length)


@dataclasses.dataclass
class Log:
    header: dict
    injections: list
    slow: list  # Iterations that were slow without an injection.
    skipped: list  # (cause, why)

    def by_cause(self):
        result = collections.defaultdict(list)
        for one in self.injections:
            result[one.cause].append(one)
        return result


def read_log(path):
    with open(path, encoding="utf-8") as file:
        return parse_log(json.loads(line) for line in file)


def parse_log(lines):
    log = Log({}, [], [], [])
    for line in lines:
        if "injector" in line:
            log.header = line
        elif "skipped" in line:
            log.skipped.append((line["skipped"], line["why"]))
        elif line["cause"] == "none":
            log.slow.append(types.SimpleNamespace(**line))
        else:
            log.injections.append(Injection(**line))
    if log.header.get("injector") != 1:
        raise ValueError("not a log of the injector, version 1")
    return log
