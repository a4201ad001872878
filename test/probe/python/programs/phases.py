"""One long call into C and many short calls of Python, in turn; the lines that
are added to the file say how many nanoseconds each of the two has taken."""
import json
import sys
import time

from tell import tell


def short(value):
    return value + 1


def many_short():
    for value in range(6000):
        short(value)


def one_long():
    return sum(range(40000))


def main():
    tell()
    taken = {"one_long": 0, "many_short": 0}
    with open(sys.argv[1], "a", encoding="utf-8") as file:
        while True:
            for _ in range(250):
                start = time.perf_counter_ns()
                one_long()
                middle = time.perf_counter_ns()
                many_short()
                taken["one_long"] += middle - start
                taken["many_short"] += time.perf_counter_ns() - middle
            print(json.dumps(taken), file=file, flush=True)


main()
