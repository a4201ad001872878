"""A function that has returned, whose variable takes its time to go."""
import time

from tell import tell


class Slow:
    def __del__(self):
        tell(), time.sleep(600)


def make():
    slow = Slow()  # noqa: F841


def outer():
    make()


outer()
