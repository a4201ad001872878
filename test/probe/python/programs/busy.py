"""Calls, generators, callbacks, methods, exceptions and code objects that come
and go, without end. Which call which: CALLS in check.py."""
import functools

from tell import tell


class Shape:
    def __init__(self, size):
        self.size = size

    @property
    def area(self):
        return square(self.size)

    def __lt__(self, other):
        return self.area < other.area


def square(value):
    return value * value


def numbers(count):
    for value in range(count):
        yield square(value)


def through(count):
    yield from numbers(count)


def fails(value):
    try:
        return 1 // (value - square(value))
    except ZeroDivisionError:
        return square(0)


def recurse(depth):
    return square(depth) if depth == 0 else recurse(depth - 1) + 1


def key(shape):
    return -shape.area


def sorts(count):
    shapes = [Shape(value) for value in range(count)]
    return sorted(shapes), sorted(shapes, key=key)


def folds(count):
    return functools.reduce(lambda a, b: a + square(b), range(count))


def makes(number):
    """A code object that lives for one call; its file tells its name."""
    space = {"square": square}
    name = f"made_{number}"
    exec(compile(f"def {name}(n):\n" + "\n" * (number % 7)
                 + "  return [square(i) for i in range(n)]\n"
                 + f"{name}(3)\n", f"<{name}>", "exec"), space)


def main():
    tell()
    number = 0
    while True:
        number += 1
        sum(through(5))
        fails(number % 2)
        recurse(number % 30)
        sorts(4)
        folds(4)
        makes(number)


main()
