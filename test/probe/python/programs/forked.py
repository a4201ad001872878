"""The child of a fork has the interpreter of its parent."""
import os
import time

from tell import tell


def child():
    tell(), time.sleep(600)


def parent():
    pid = os.fork()
    if pid == 0:
        child()
    else:
        os.waitpid(pid, 0)


parent()
