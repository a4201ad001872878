"""The same in C: a file is closed, whose contents do not fit into the pipe."""
import os

from tell import tell


def fill(_):
    _, end = os.pipe()
    file = os.fdopen(end, "wb", 1 << 20)
    file.write(bytes(1 << 18))


def outer():
    return [fill(tell())]


outer()
