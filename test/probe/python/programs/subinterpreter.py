"""One thread in two interpreters. The inner one tells what it sees, which is
its own part; the outer one has told the rest."""
import _xxsubinterpreters as interpreters
import sys

from tell import tell

SOURCE = f'''
import sys, time
sys.argv = {sys.argv!r}
sys.path = {sys.path!r}
from tell import tell
def inside():
    tell(), time.sleep(600)
inside()
'''


def enter():
    inner = interpreters.create()
    tell(), interpreters.run_string(inner, SOURCE)


enter()
