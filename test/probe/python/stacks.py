"""Which stacks the programs that never stand still can have."""
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))

# What each uses of the standard library.
LIBRARY = {
    "busy": (),
    "alternating": (),
    "churn": ("threading.py", "_weakrefset.py"),
    "tasks": ("asyncio", "selectors.py", "threading.py", "_weakrefset.py"),
}

# Called when an object dies, wherever that is.
ANYWHERE = ("WeakSet.__init__.<locals>._remove",
            "BaseEventLoop._asyncgen_finalizer_hook")

# Who calls whom, and what is on the line of the call. made_N and the module of
# its own that makes it are checked by their names.
CALLS = {
    "busy": {
        "<module>": {"main": "main()"},
        "main": {"through": "through(", "fails": "fails(", "sorts": "sorts(",
                 "recurse": "recurse(", "folds": "folds(", "makes": "makes("},
        "through": {"numbers": "numbers("},
        "numbers": {"square": "square("},
        "fails": {"square": "square("},
        "recurse": {"recurse": "recurse(", "square": "square("},
        "sorts": {"sorts.<locals>.<listcomp>": "Shape(value)",
                  "Shape.__lt__": "sorted(", "key": "key=key"},
        "sorts.<locals>.<listcomp>": {"Shape.__init__": "Shape(value)"},
        "Shape.__init__": {},
        "Shape.__lt__": {"Shape.area": ".area"},
        "key": {"Shape.area": ".area"},
        "Shape.area": {"square": "square("},
        "square": {},
        "folds": {"folds.<locals>.<lambda>": "lambda"},
        "folds.<locals>.<lambda>": {"square": "square("},
        "makes": {"<module> made": "exec("},
        "<module> made": {"made": None},
        "made": {"made.<locals>.<listcomp>": None},
        "made.<locals>.<listcomp>": {"square": None},
    },
    "churn": {
        "<module>": {"main": "main()"},
        "main": {"main.<locals>.<listcomp>": "threading.Thread(",
                 "work": "work(20)", "Thread.start": ".start()",
                 "Thread.join": ".join()"},
        "main.<locals>.<listcomp>": {"Thread.__init__": "threading.Thread("},
        "work": {"work": "work(depth"},
    },
    "alternating": {
        "<module>": {"main": "main()"},
        "main": {"first": "first()", "second": "second()",
                 "alone": "alone()"},
        "first": {"first_called": "first_called()"},
        "second": {"second_called": "second_called()"},
        "first_called": {},
        "second_called": {},
        "alone": {},
    },
    "tasks": {
        "main": {"main.<locals>.<genexpr>": "gather(",
                 "gather": "gather("},
        "worker": {"values": "values(", "called_back": "called_back(",
                   "BaseEventLoop._asyncgen_firstiter_hook": "values("},
        "values": {"branch": "branch("},
        "branch": {"leaf": "leaf("},
        "leaf": {"sleep": "sleep("},
        "called_back": {"BaseEventLoop.call_soon": "call_soon(",
                        "BaseEventLoop.create_future": "create_future("},
        "answer": {"BaseEventLoop.call_soon": "set_result("},
    },
}


def code_lines(path):
    """The lines of each function of a program, by its qualified name; 0 stands
    for none, where the compiler added code."""
    with open(path, encoding="utf-8") as file:
        codes = [compile(file.read(), path, "exec")]
    lines = {}
    for code in codes:
        lines.setdefault(code.co_qualname, set()).update(
            line or 0 for _, _, line in code.co_lines())
        codes += [const for const in code.co_consts
                  if isinstance(const, type(code))]
    return lines


class Program:
    def __init__(self, name, library):
        self.name = name
        self.library = library  # The folder of its standard library.
        self.path = os.path.join(HERE, "programs", name + ".py")
        with open(self.path, encoding="utf-8") as file:
            self.text = ["", *file.read().splitlines()]
        self.lines = code_lines(self.path)
        self.calls = CALLS[name]

    def explain(self, frame):
        """The kind of a frame, as in CALLS, or None for one that cannot be;
        a frame of the standard library has its name."""
        function, file, line, _ = frame
        if file == self.path:
            return function if line in self.lines.get(function, ()) else None
        made = re.fullmatch(r"<made_(\d+)>", file)
        if made:
            plain = function.replace(f"made_{made[1]}", "made")
            first = 1 + int(made[1]) % 7
            allowed = {"<module>": {0, 1, first + 2},
                       "made": {1, first + 1},
                       "made.<locals>.<listcomp>": {first + 1}}
            if line not in allowed.get(plain, ()):
                return None
            return "<module> made" if plain == "<module>" else plain
        module = os.path.relpath(file, self.library)
        return function if module.startswith(LIBRARY[self.name]) else None

    def problem(self, stack):
        """Why the program cannot have had this stack; None when it can."""
        kinds = [self.explain(frame) for frame in stack]
        if None in kinds:
            return f"no such place: {stack[kinds.index(None)]}"
        if stack and kinds[-1] != "<module>":
            return f"does not begin in the module: {stack}"
        for callee, caller, frame in zip(kinds, kinds[1:], stack[1:]):
            callees = self.calls.get(caller)
            if callees is None or callee in ANYWHERE:
                continue  # The standard library's.
            if callee not in callees:
                return f"{caller} does not call {callee}: {stack}"
            if callees[callee] and callees[callee] not in self.text[frame[2]]:
                return f"{caller} does not call {callee} there: {stack}"
        return None


def summary(stacks):
    depths = [len(stack) for stack in stacks]
    names = {frame[0] for stack in stacks for frame in stack}
    return (f"{len(stacks)} stacks, {depths.count(0)} empty, depth "
            f"{sum(depths) / len(depths):.1f} on average and {max(depths)} "
            f"at most, {len(names)} functions")


def problem_of_running(program, stacks):
    """The first stack that the program cannot have had, or None."""
    for stack in stacks:
        problem = program.problem(stack)
        if problem:
            return problem
    if not all(stacks) and stacks.count([]) > len(stacks) // 20:
        return f"{stacks.count([])} of {len(stacks)} stacks are empty"
    seen = {frame[0] for stack in stacks for frame in stack}
    missing = {"busy": {"makes", "sorts"},
               "churn": {"Thread.start", "main.<locals>.<listcomp>"},
               "alternating": {"first", "second", "alone"},
               "tasks": {"worker", "BaseEventLoop._run_once"}}[program.name]
    if not missing <= seen:
        return f"{missing - seen} were never seen, among {len(stacks)} stacks"
    return None


def problem_of_damaged(program, stacks):
    """When what is read is changed at random, anything may result that looks
    like it; but most reads are sound, so most of the frames must be."""
    frames = [frame for stack in stacks for frame in stack]
    sound = sum(program.explain(frame) is not None for frame in frames)
    if sound < len(stacks) or sound < 0.8 * len(frames):
        return f"{sound} sound of {len(frames)} frames, {len(stacks)} stacks"
    return None


def problem_of_phases(stacks, taken):
    """Whether each phase is found as often as it is the one that runs."""
    found = {phase: sum(any(frame[0] == phase for frame in stack)
                        for stack in stacks) for phase in taken}
    part = found["many_short"] / sum(found.values())
    told = taken["many_short"] / sum(taken.values())
    text = f"{part:.0%} of the stacks for {told:.0%} of the time"
    return (text if abs(part - told) > 0.1 else None), text
