"""Python called from C, several times over."""
import functools
import time

from tell import tell


def key(value):
    if value == 3:
        return functools.reduce(fold, [value, 2, 1])
    return value


def fold(_, value):
    return list(map(block, [value]))


def block(_):
    tell(); time.sleep(600)  # noqa: E702


def order():
    return sorted([1, 2, 3], key=key)


order()
