"""The total of a function's first loop in what dump-estimates prints: total.py FILE FUNCTION"""
import json
import sys

with open(sys.argv[1]) as file:
    print(next(loop["total_ns"] for loop in json.load(file) if loop["function"].split("(")[0] == sys.argv[2]))
