#!/usr/bin/env python3
"""Prints a trace in the Trace Event Format, and fails where viewers would not
show it as it is meant.

usage: check_chrome_trace.py FILE
"""
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    # Decimal numbers as they stand there.
    trace = json.load(file, parse_float=str)
lanes, processes = {}, {}
for event in trace["traceEvents"]:
    key = (event["pid"], event["tid"])
    if event["ph"] == "M":
        name = event["args"]["name"]
        if event["name"] == "process_name":
            processes[event["pid"]] = name
        else:
            assert event["name"] == "thread_name", event
            lanes[key] = name
for (pid, tid), name in sorted(lanes.items()):
    print(f"lane {processes[pid]}/{name}: {pid} {tid}")
for event in trace["traceEvents"]:
    key = (event["pid"], event["tid"])
    if event["ph"] == "M":
        continue
    assert key in lanes, f"no lane for {event}"
    if event["ph"] == "C":
        print(f"counter {lanes[key]} ts={event['ts']} "
              f"percent={event['args']['percent']}")
        continue
    assert event["ph"] == "X", event
    args = event["args"]
    print(f"stall {lanes[key]} pid={event['pid']} ts={event['ts']} "
          f"dur={event['dur']} '{event['name']}' cause={args['cause']} "
          f"call={args['call']} stack={args['stack']} "
          f"unfinished={args.get('unfinished', False)}")
