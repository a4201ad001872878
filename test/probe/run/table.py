"""usage: table.py SOURCE: holds Calls.def equal to the functions with
`intercept: true` in the knowledge files, and its categories to theirs."""
import glob
import re
import sys

import yaml

source = sys.argv[1]
known = {}
for name in glob.glob(f"{source}/checks/knowledge/*.yaml"):
    with open(name, encoding="utf-8") as file:
        for rule in (yaml.safe_load(file) or {}).get("functions") or []:
            if rule.get("intercept"):
                categories = [e["category"] for e in rule["effects"]]
                for function in rule.get("names") or [rule["name"]]:
                    known.setdefault(function, []).extend(categories)
with open(f"{source}/runtime-probe/probe/Calls.def", encoding="utf-8") as file:
    table = dict(re.findall(r"^NOSTALL_(?:CALL|OWN)\((\w+), (\w+)", file.read(),
                            re.M))
problems = [f"{n}: in Calls.def, not `intercept: true`" for n in table
            if n not in known]
problems += [f"{n}: `intercept: true`, not in Calls.def" for n in known
             if n not in table]
problems += [f"{n}: {c} in Calls.def, {known[n]} in the knowledge file"
             for n, c in table.items() if n in known and c not in known[n]]
if len(table) < 100:
    problems.append(f"only {len(table)} calls in Calls.def")
print(*problems, sep="\n")
sys.exit(bool(problems))
