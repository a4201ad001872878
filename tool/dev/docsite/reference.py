"""The page of commands and options, from `nostall describe-cli`."""


def cell(text):
    return text.replace("|", "\\|")


def row(option):
    names = option["names"] or [option["positional"].upper()]
    left = ", ".join(f"`{n}`" for n in names)
    about = option["help"].rstrip(".") + "."
    # Often the text has them all itself.
    if not all(v in about for v in option["values"]):
        about += " One of " + ", ".join(f"`{v}`" for v in option["values"]) + "."
    if option["default"]:
        about += f" Default: `{option['default']}`."
    if option["required"]:
        about += " Required."
    return f"| {left} | {cell(about)} |"


def commands(cli):
    lines = ["# Commands", "",
             "Each command has a manual page: `man nostall-check`. The exit codes "
             "are in [File formats](../formats.md).", ""]
    for command in cli["commands"]:
        lines += [f"## nostall {command['name']}", "",
                  command["description"].rstrip(".") + ".", ""]
        if command["footer"]:
            lines += ["    " + command["footer"], ""]
        options = [o for o in command["options"] if "--help" not in o["names"]]
        if options:
            lines += ["| | |", "|---|---|", *map(row, options), ""]
    return "\n".join(lines)
