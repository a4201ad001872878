"""usage: unique_names.py DUMPED-PROGRAM.json: no two bodies share a name."""
import collections
import json
import sys


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        functions = json.load(file)["functions"]
    by_id = collections.defaultdict(set)
    for function in functions:
        by_id[function["id"]].add((function["name"], function["signature"],
                                   function["at"]))
    shared = {i: f for i, f in by_id.items() if len(f) > 1}
    for i, bodies in shared.items():
        print(i, *sorted(bodies), sep="\n  ")
    print(f"{len(functions)} bodies, {len(shared)} shared names")
    sys.exit(1 if shared or len(functions) < 500 else 0)


if __name__ == "__main__":
    main()
