#!/usr/bin/env python3
"""Checks by an injector's own numbers that each cause did what it says.

usage: check_log.py LOG.jsonl [--allow-skipped] [--clean]

A cause that uses the CPU must have used it for the time that it had one, a
cause that blocks must not. --clean (for a run without a probe and competitors):
no signal may have interrupted a call, each page fault must have been counted,
and the CPU time must lie in user mode or the kernel as it should.
"""
import argparse
import math
import sys

from injector_log import read_log

CPU_CAUSES = ("user-spin", "system-cpu", "minor-faults")
# Kernels tell user from system time by what a tick happens to meet: only sums
# tell anything, and few ticks tell little.
SHARE_OF_CPU = 0.85
TICK_NS = 4_000_000
SHARE_OF_TIME = 0.85
BLOCKED_SHARE = 0.10
FAULTS_PER_CPU_MS = 50


def check_each(injection):
    """Yields what is wrong with one injection."""
    # usleep is asked in whole microseconds.
    if injection.length < injection.asked_ns - 1000:
        yield f"lasted {injection.length} ns, asked {injection.asked_ns} ns"
    if injection.error:
        yield f"a call failed with errno {injection.error}"
    if not (injection.iteration_start_ns <= injection.start_ns
            < injection.end_ns <= injection.iteration_end_ns):
        yield "lies outside of its iteration"


def check_undisturbed(injection):
    """Yields what only a signal from outside can have done."""
    if injection.loop_eintr or injection.helper_eintr:
        yield "interrupted"
    # After a signal the fault is tried again, and may find the page: then the
    # kernel counts no fault, or a minor one.
    if injection.cause == "mapped-file" and injection.majflt < 1:
        yield "no major fault"
    if injection.cause == "userfault" and not (injection.majflt
                                               or injection.minflt):
        yield "no page fault"


def check_sums(cause, group, clean):
    """Yields what is wrong with all injections of a cause."""
    length = sum(one.length for one in group)
    delay = sum(max(one.run_delay_ns, 0) for one in group)
    cpu = sum(one.cpu_ns for one in group)
    user = sum(one.user_ns for one in group)
    system = sum(one.system_ns for one in group)
    if cause not in CPU_CAUSES:
        # Waking up behind others costs no CPU, but what was asked is over.
        if cpu > BLOCKED_SHARE * length:
            yield f"used the CPU for {cpu / length:.0%} of its time"
        return
    if cpu < SHARE_OF_TIME * (length - delay):
        yield f"used the CPU for only {cpu / (length - delay):.0%}"
    faults = sum(one.minflt for one in group)
    if cause == "minor-faults" and faults < FAULTS_PER_CPU_MS * cpu / 1e6:
        yield f"only {faults} faults in {cpu / 1e6:.0f} ms"
    if not clean:
        return  # A probe's signals and competitors shift what ticks meet.
    least = SHARE_OF_CPU - 1 / math.sqrt(max(cpu / TICK_NS, 1))
    if cause == "user-spin" and user < least * (user + system):
        yield f"only {user / (user + system):.0%} in user mode"
    if cause != "user-spin" and system < least * (user + system):
        yield f"only {system / (user + system):.0%} in the kernel"


def row(cause, group):
    length = sum(one.length for one in group)
    share = {name: sum(getattr(one, name) for one in group) / length
             for name in ("cpu_ns", "user_ns", "system_ns", "run_delay_ns")}
    over = sorted((one.length - one.asked_ns) / 1000 for one in group)
    return (f"{cause:13} {len(group):4}  {length / 1e6:8.0f} ms"
            f"  cpu {share['cpu_ns']:5.1%} (user {share['user_ns']:5.1%},"
            f" system {share['system_ns']:5.1%})"
            f"  waited for a CPU {share['run_delay_ns']:5.1%}"
            f"  minflt {sum(one.minflt for one in group):6}"
            f"  majflt {sum(one.majflt for one in group):3}"
            f"  longer than asked by {over[len(over) // 2]:.0f} us (median),"
            f" {over[-1]:.0f} us (max)")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("log")
    parser.add_argument("--allow-skipped", action="store_true",
                        help="a cause may be impossible on this machine")
    parser.add_argument("--clean", action="store_true")
    arguments = parser.parse_args()
    log = read_log(arguments.log)

    problems = []
    for cause, why in log.skipped:
        print(f"{cause:13} skipped: {why}")
        if not arguments.allow_skipped:
            problems.append(f"{cause}: skipped: {why}")
    if not log.injections:
        problems.append("no injections")
    if log.header["lost_slow"]:
        problems.append("slow iterations were lost")
    for cause, group in sorted(log.by_cause().items()):
        print(row(cause, group))
        problems += [f"{cause}: {text}"
                     for text in check_sums(cause, group, arguments.clean)]
        for one in group:
            problems += [f"{cause} {one.id} at {one.site}: {text}"
                         for text in check_each(one)]
            if arguments.clean:
                problems += [f"{cause} {one.id} at {one.site}: {text}"
                             for text in check_undisturbed(one)]
    print(f"{len(log.injections)} injections, {len(log.slow)} slow iterations "
          f"without one, {log.header['iterations']} iterations")
    for problem in problems:
        print(f"check_log: {problem}", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
