"""A stack of 200 calls: more than one page, and more than one stack chunk."""
import time

from tell import tell


def even(depth):
    first, second, third = depth, depth, depth
    return odd(depth - 1) + first + second + third


def odd(depth):
    if depth < 0:
        return tell() or time.sleep(600)
    return even(depth - 1)


even(197)
