"""What a program's --help says, in the form of `nostall describe-cli`: for
programs that cannot describe themselves. The layout is CLI11's."""
import re
import subprocess

ROW = re.compile(r"^  (\S+)(?: ([^\s].*?))?(?:\s{2,}(.*))?$")


def option_of(names, kind, text):
    """"--keep" "UINT:UINT TIME=10m" "For how long ..." """
    kind = kind or ""
    _, _, default = kind.partition("=")
    option = {"names": [], "help": text, "values": [], "default": default,
              "takes_value": bool(kind), "required": "REQUIRED" in kind,
              "repeats": "..." in kind}
    if names.startswith("-"):
        option["names"] = names.split(",")
    else:
        option["positional"] = names
    return option


def describe(program, name):
    lines = subprocess.run([program, "--help"], check=True, text=True,
                           stdout=subprocess.PIPE).stdout.splitlines()
    options = []
    for line in lines[1:]:
        row = ROW.match(line)
        if row and not line.startswith("   "):
            options.append(option_of(row.group(1), row.group(2),
                                     row.group(3) or ""))
        elif options and line.startswith("    "):
            # A long left side has its text on the next line.
            text = options[-1]["help"]
            options[-1]["help"] = (text + " " + line.strip()).strip()
    return {"name": name, "description": lines[0], "footer": "",
            "options": options, "commands": []}
