"""What a test program says about its own stack.

A program calls tell() on the very line where it then blocks or spins, so that
the stack told is the one a reader finds. The file is the program's first
argument; each call appends a line of JSON.
"""
import ctypes
import json
import os
import sys
import threading

PR_SET_PTRACER = 0x59616D61
# Where Yama restricts reading to parents, the reader is a sibling of ours.
ctypes.CDLL(None).prctl(PR_SET_PTRACER, ctypes.c_ulong(-1), 0, 0, 0)


def tell():
    """Appends the caller's stack, innermost first. Returns 0, for count()."""
    frames = []
    frame = sys._getframe(1)
    while frame:
        code = frame.f_code
        frames.append([code.co_qualname, code.co_filename, frame.f_lineno])
        frame = frame.f_back
    line = json.dumps({"pid": os.getpid(), "tid": threading.get_native_id(),
                       "frames": frames}) + "\n"
    with open(sys.argv[1], "a", encoding="utf-8") as file:
        file.write(line)
    return 0
