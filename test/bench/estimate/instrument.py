"""Finds loops in source text and puts timers and counters around them.

Everything is an insertion at the loop's keyword or before its body, so break,
continue, return and goto keep their meaning.
"""
import re

KEYWORD = re.compile(r"(for|while|do)\b")
SKIPPED = re.compile(r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.S)
BLANK = re.compile(r"(?:\s|\\\n|//[^\n]*|/\*.*?\*/)*", re.S)


class NotWritten(Exception):
    """No loop stands at the place: a macro's, or generated."""


def line_starts(text):
    return [0] + [m.end() for m in re.finditer("\n", text)]


def after_parenthesis(text, at):
    """The offset behind the parenthesis that opens at AT."""
    depth = 0
    while at < len(text):
        skipped = SKIPPED.match(text, at)
        if skipped:
            at = skipped.end()
            continue
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        at += 1
        if depth == 0:
            return at
    raise NotWritten


def body_of(text, at):
    """The offset of the body of the loop whose keyword stands at AT."""
    keyword = KEYWORD.match(text, at)
    if not keyword or (at and (text[at - 1].isalnum() or text[at - 1] == "_")):
        raise NotWritten
    # In a definition of a macro the preprocessor would see the insertions too.
    start = text.rfind("\n", 0, at) + 1
    while start > 1 and text[start - 2] == "\\":
        start = text.rfind("\n", 0, start - 1) + 1
    if text[start:at].lstrip().startswith("#"):
        raise NotWritten
    behind = BLANK.match(text, keyword.end()).end()
    if keyword[1] != "do":
        if behind >= len(text) or text[behind] != "(":
            raise NotWritten
        behind = BLANK.match(text, after_parenthesis(text, behind)).end()
    return behind


def rewritten(text, header, insertions):
    """TEXT with (offset, rank, text) put in, and HEADER included before it."""
    parts, last = [f'#include "{header}"\n#line 1\n'], 0
    for at, _, inserted in sorted(insertions):
        parts += [text[last:at], inserted]
        last = at
    return "".join(parts + [text[last:]])
