"""The same script on uvloop: libuv's loop under Python's coroutines."""
import cpython_asyncio


class Program(cpython_asyncio.Program):
    NAME = "uvloop"
    NEEDS = {**cpython_asyncio.Program.NEEDS,
             "/usr/lib/python3/dist-packages/uvloop": "python3-uvloop"}
    WAITS = frozenset(("epoll_pwait", "epoll_wait"))
    OPTIONS = ("--uvloop",)
