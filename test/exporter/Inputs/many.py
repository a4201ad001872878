"""Descriptions of traces for make_trace.py.
usage: many.py OUT FIRST LAST    kind N: one stall of N ms, in a thread of its own
       many.py OUT names         names that are hard to show
"""
import sys

out, *what = sys.argv[1:]
with open(out, "w", encoding="utf-8") as file:
    file.write('start { host: "h" threshold_ns: 1ms monotonic_ns: 1s }\n')
    if what == ["names"]:
        name = "y" * 50 + "::" + "x" * 90 + "::end"
        file.write('process { id: 1 pid: 1 name: "a\\"b\\\\c\\001\\377" }\n'
                   'loop { process: 1 tid: 1 thread: "t\\nu" }\n'
                   f'stack {{ id: 1 frames {{ function: "{name}" }} }}\n'
                   'stall { process: 1 tid: 1 duration_ns: 5ms stack: 1 '
                   'cause: "no-such-cause" }\n')
    else:
        file.write('process { id: 1 pid: 1 name: "p" }\n')
        for kind in range(int(what[0]), int(what[1]) + 1):
            file.write(f'loop {{ process: 1 tid: {kind} thread: "t{kind}" '
                       f'first_ns: {kind} }}\n'
                       f'stack {{ id: {kind} '
                       f'frames {{ function: "f{kind}" }} }}\n'
                       f'stall {{ process: 1 tid: {kind} start_ns: 2s '
                       f'duration_ns: {kind}ms cause: "file" '
                       f'stack: {kind} }}\n')
