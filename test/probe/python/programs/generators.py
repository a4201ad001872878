"""Generators: delegation, one called from C, and an expression."""
import time

from tell import tell


def leaf():
    yield 1
    yield tell(), time.sleep(600)


def delegating():
    yield from leaf()


def consume():
    return max(value for value in delegating())


consume()
