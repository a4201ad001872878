"""The programs of the suite: how each is started and how it must end. All have
an event loop."""
from dataclasses import dataclass
from signal import Signals


@dataclass(frozen=True)
class Program:
    name: str
    command: tuple  # The executable in the build's bin, and its arguments.
    ends: int = 0  # The exit status, or minus the signal that kills it.
    stderr: str = ""  # What standard error must contain; "" is nothing at all.
    seconds: int = 90


def died(name):
    return -Signals[name]


def plain(*names, **more):
    return [Program(name, (name,), **more) for name in names]


def variants(name, arguments, **more):
    return [Program(f"{name}-{argument}", (name, argument), **more)
            for argument in arguments]


WAYS_TO_DIE = {
    "return": 3,
    "exit": 300 % 256,
    "_exit": 5,
    "_Exit": 6,
    "quick_exit": 7,
    "exit-system-call": 8,
    "exit-in-thread": 9,
    "_exit-in-thread": 10,
    "stdio-lost": 11,
    "stdio-kept": 12,
    "pthread_exit-main": 17,
    "segv-in-thread": died("SIGSEGV"),
    "abort": died("SIGABRT"),
    "segv": died("SIGSEGV"),
    "stack-overflow": died("SIGSEGV"),
    "ill": died("SIGILL"),
    "fpe": died("SIGFPE"),
    "term": died("SIGTERM"),
    "kill": died("SIGKILL"),
    "real-time-signal": -(Signals.SIGRTMIN + 5),
    "last-signal": -Signals.SIGRTMAX,
    "alarm": died("SIGALRM"),
    "xcpu": died("SIGXCPU"),
}

UNCAUGHT = {
    "uncaught": "what():  nobody catches this",
    "uncaught-in-thread": "what():  nor this",
    "throwing-destructor": "what():  first",
    "noexcept": "terminate called after throwing an instance of 'int'",
}

PROGRAMS = [
    *plain("fork-loop", "vfork-exec", "spawn", "exec-in-place", "daemonise",
           "raw-clone", "wait-children", "preload-unset", "setuid-child",
           "fork-threads", "traced", "stop-continue", "namespaces"),
    Program("last-words", ("last-words",), ends=23),
    *[Program(f"die-{way}", ("die", way), ends=ends)
      for way, ends in WAYS_TO_DIE.items()],
    *[Program(f"die-{way}", ("die", way), ends=died("SIGABRT"), stderr=text)
      for way, text in UNCAUGHT.items()],

    *variants("interrupted", ("plain", "restart")),
    *variants("alarm-storm", ("setitimer", "timer_create")),
    *plain("signalfd-all", "sigwait-all", "handlers-all",
           "altstack", "jump-out", "wait-masks", "exec-mask", "timers",
           "signals-raw"),

    *plain("thread-storm", "thread-cancel", "tiny-stack", "fibers",
           "exceptions-storm", "sync-objects", "cond-clocks", "c11-threads",
           "std-threads", "thread-attributes"),

    *variants("seccomp", ("before", "after", "refuse", "strict")),
    *plain("close-all", "chroot-nobody", "limit-memory", "limit-descriptors",
           "limit-stack", "limit-processes", "limit-others", "no-tsc"),

    *variants("sleeps", ("clock", "wait", "ipc")),
    *plain("varargs", "stdio-order"),
    *plain("formats", "formats-fortified",
           stderr="program: logged 1 text 2.5 3.5"),
    *plain("wide-stdio", stderr="to standard error"),
    *variants("closed-stdout", ("closed", "full", "epipe"), ends=13,
              stderr="interrupted 0"),
    Program("closed-stdout-sigpipe", ("closed-stdout", "sigpipe"),
            ends=died("SIGPIPE"), stderr="dies at the flush"),
    *plain("interpose-read", "interpose-malloc", "names", "nested-poll",
           "large-reads", "bad-arguments", "loop-kinds", "files", "sockets",
           "load-storm"),
    Program("fortified", ("fortified", "right"),
            stderr="program: checked 8"),
    Program("fortified-overflow", ("fortified", "overflow"),
            ends=died("SIGABRT"),
            stderr="*** buffer overflow detected ***: terminated"),
    *variants("other-preload", ("first", "last")),
]
