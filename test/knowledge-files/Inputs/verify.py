"""usage: verify.py NOSTALL FOLDER: schema and headers of all files there.

Files of libraries that Debian does not package have no `packages:`; only
their schema is checked.
"""
import json
import os
import subprocess
import sys

import jsonschema
import yaml


def main():
    nostall, folder = sys.argv[1:3]
    with open(os.path.join(folder, "schema.json"), encoding="utf-8") as file:
        validator = jsonschema.Draft7Validator(json.load(file))
    problems, verify = [], []
    names = sorted(n for n in os.listdir(folder) if n.endswith(".yaml"))
    for name in names:
        path = os.path.join(folder, name)
        with open(path, encoding="utf-8") as file:
            content = yaml.safe_load(file)
        for error in validator.iter_errors(content):
            where = "/".join(map(str, error.absolute_path))
            problems.append(f"{name}: {where}: {error.message}")
        for function in content.get("functions", []):
            if function.get("effects") and "reference" not in function:
                known = function.get("name") or function["names"][0]
                problems.append(f"{name}: {known}: an effect needs a "
                                "reference")
        if content.get("packages"):
            verify.append(path)
    if len(names) < 30 or len(verify) < 25:
        problems.append(f"only {len(names)} files, {len(verify)} to verify")
    done = subprocess.run([nostall, "verify-knowledge", *verify])
    print("\n".join(problems))
    sys.exit(1 if problems or done.returncode else 0)


if __name__ == "__main__":
    main()
