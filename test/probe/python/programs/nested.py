"""Functions that call each other, the last one asleep."""
import time

from tell import tell


def outer(depth):
    return middle(
        depth,
        inner(
            depth + 1,
        ),
    )


def middle(depth, _):
    return depth


def inner(_):
    try:
        raise KeyError
    except KeyError:
        for wait in (
            lambda: (tell(), time.sleep(600)),
        ):
            wait()


outer(0)
