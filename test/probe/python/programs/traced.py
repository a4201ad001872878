"""A program in a debugger of its own: it is called before each line."""
import sys
import time

from tell import tell


def stop(frame, event, _):
    if event == "line" and frame.f_code.co_name == "inner":
        pause()
    return stop


def pause():
    tell(), time.sleep(600)


def inner():
    return 1


def outer():
    return inner()


sys.settrace(stop)
outer()
