"""Programs under test: started, waited for, ended."""
import json
import os
import subprocess
import sys
import time

PATIENCE = 60  # seconds


class Ended(Exception):
    """A program that ended, or told nothing, before it was asked."""


class Process:
    """A child, ended with the block that it is used in. It has a session of its
    own, so that its children end with it."""

    def __init__(self, command):
        # pylint: disable=consider-using-with
        self.child = subprocess.Popen(command, start_new_session=True)
        self.pid = self.child.pid
        self.poll = self.child.poll

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.killpg(self.pid, 9)
        self.child.wait()


class Told(Process):
    """A program that told its stacks into a file, one a line; and by now is in
    the call, or the loop, that follows on the same line."""

    def __init__(self, command, output, count):
        super().__init__(command)
        self.told = []
        self.output = output
        try:
            self.wait_for(count)
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise

    def wait_for(self, count):
        deadline = time.monotonic() + PATIENCE
        while True:
            if os.path.exists(self.output):
                with open(self.output, encoding="utf-8") as file:
                    self.told = [json.loads(line) for line in file
                                 if line.endswith("\n")]
            if len(self.told) >= count:
                break
            if self.poll() is not None or time.monotonic() > deadline:
                raise Ended(f"{len(self.told)} of {count} stacks were told")
            time.sleep(0.05)
        time.sleep(0.3)


def only_child(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        [child] = file.read().split()
    return int(child)
