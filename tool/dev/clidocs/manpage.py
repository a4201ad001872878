"""Manual pages, in mdoc(7), from `nostall describe-cli`."""
import os
import re

# What an option's value is called where the program does not say it: by the
# option's name.
VALUE_NAMES = {
    "listen": "HOST:PORT", "max-signatures": "N", "max-loops": "N",
    "keep": "TIME", "interval": "TIME", "debug-dir": "FOLDER"}
# Where a page's own text leaves room for the options.
OPTIONS = "@OPTIONS@\n"


def page_name(cli, command):
    return cli["name"] + ("-" + command["name"] if command else "")


def roff(text):
    """Text that roff takes as it is, also at the start of a line and as a
    macro's argument."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    return re.sub(r"^([.'])", r"\\&\1", text)


def prose(text):
    """A line of text: a hyphen may be broken at, an option's may not."""
    text = text.replace("\\", "\\e").replace('"', "\\(dq")
    text = re.sub(r"(?<![\w-])(-{1,2}\w)", lambda m: roff(m.group(1)), text)
    return re.sub(r"^([.'])", r"\\&\1", text)


def long_names(option):
    return [n for n in option["names"] if n.startswith("--")]


def value_name(option):
    if option["values"]:
        return " | ".join(option["values"])
    if option.get("value"):
        return option["value"]
    name = long_names(option)[0].lstrip("-")
    if name not in VALUE_NAMES:
        raise SystemExit(f"--{name}: manpage.py has no name for its value")
    return VALUE_NAMES[name]


def flag(name):
    return "Fl " + roff(name[1:])


def item(option):
    """The .It line of an option or a positional argument."""
    if "positional" in option:
        return ".It Ar " + roff(option["positional"])
    line = ".It " + " , ".join(flag(n) for n in option["names"])
    if option["takes_value"]:
        line += " Ar " + roff(value_name(option))
    return line


def described(option):
    text = option["help"].rstrip(".") + "."
    if option["default"]:
        text += f" Default: {option['default']}."
    # roff wants each sentence on a line of its own.
    return "\n".join(map(prose, re.split(r"(?<=\.) (?=[A-Z])", text)))


def option_list(options):
    lines = [".Bl -tag -width Ds"]
    for option in options:
        lines += [item(option), described(option)]
    return "\n".join(lines + [".El"]) + "\n"


def synopsis(cli, command, takes_rest):
    lines = [".Nm " + cli["name"]]
    if not command and cli["commands"]:
        return lines[0] + "\n.Ar command\n.Op Ar options\n"
    if command:
        lines.append(".Cm " + roff(command["name"]))
    command = command or cli
    if any(o["names"] for o in command["options"]):
        lines.append(".Op Ar options")
    for option in command["options"]:
        if "positional" in option:
            more = " ..." if option["repeats"] else ""
            word = f"Ar {roff(option['positional'])}{more}"
            lines.append("." + word if option["required"] else ".Op " + word)
    if takes_rest:
        rest = takes_rest.split()
        lines.append(".Fl \\- Ar " + " ".join(roff(w) for w in rest))
    return "\n".join(lines) + "\n"


def after_dashes(footer):
    """What the footer's usage says stands after "--"; the parser does not see
    it. Empty when nothing does."""
    match = re.search(r"-- (\S+(?: \[\S+\])?)\s*$", footer, re.MULTILINE)
    return match.group(1).replace("[", "").replace("]", "").lower() \
        if match else ""


def own_text(texts, name):
    """The page's own text before and after its options."""
    path = os.path.join(texts, name + ".mdoc")
    if not os.path.exists(path):
        return "", ""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    before, found, after = text.partition(OPTIONS)
    if not found:
        raise SystemExit(f"{path}: no line {OPTIONS.strip()}")
    return before, after


def see_also(cli, name):
    names = sorted(page_name(cli, c) for c in [None, *cli["commands"]])
    if names == [name]:
        names = ["nostall"]
    others = [n for n in names if n != name]
    lines = [f".Xr {n} 1 ," for n in others]
    lines[-1] = lines[-1].removesuffix(" ,")
    return ".Sh SEE ALSO\n" + "\n".join(lines) + "\n"


def page(cli, command, texts, date):
    name = page_name(cli, command)
    about = (command or cli)["description"].rstrip(".")
    about = about[0].lower() + about[1:]
    before, after = own_text(texts, name)
    options = (command or cli)["options"]
    text = f".Dd {date}\n.Dt {name.upper()} 1\n.Os\n"
    text += f".Sh NAME\n.Nm {name}\n.Nd {prose(about)}\n.Sh SYNOPSIS\n"
    footer = (command or cli)["footer"]
    text += synopsis(cli, command, after_dashes(footer))
    text += ".Sh DESCRIPTION\n"
    text += before or prose((command or cli)["description"].rstrip(".") +
                            ".") + "\n"
    if not command and cli["commands"]:
        text += ".Pp\nThe commands:\n.Bl -tag -width Ds\n"
        for sub in cli["commands"]:
            text += f".It Xr {page_name(cli, sub)} 1\n"
            text += prose(sub["description"].rstrip(".") + ".") + "\n"
        text += ".El\n"
    if options:
        text += ".Pp\nThe options:\n" + option_list(options)
    return text + after + see_also(cli, name)


def make(cli, texts, date):
    """Returns the pages by file name."""
    return {page_name(cli, c) + ".1": page(cli, c, texts, date)
            for c in [None, *cli["commands"]]}
