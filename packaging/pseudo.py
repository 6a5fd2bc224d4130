"""English made strange: accents on every letter, 1.3 times as long, brackets at both ends.

Who looks at a window in this language sees what is not translated (no accents), what is cut off (a bracket is missing)
and what has no room for longer languages.
"""

from __future__ import annotations

import re
from math import ceil

LANGUAGE = "en_XA"
"""The name that is in use for such a language."""

LONGER = 0.3

_ACCENTS = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    "ÁƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽáƀçðéƒĝĥîĵķļṁñöþǫŕšţûṽŵẋýž",
)

_UNTOUCHED = re.compile(
    r"\{[^{}]*\}"  # a field
    r"|%(?:\(\w+\))?[a-z]"  # a field of argparse
    r"|<[^<>]+>"  # a tag
    r"|&\w"  # a letter that Alt reaches
    r"|`[^`]+`"  # a command
)


def pseudo(text: str) -> str:
    """A text in this language; one without letters of its own stays as it is."""
    parts = _split(text)
    letters = sum(sign.isalpha() for part, kept in parts if not kept for sign in part)
    if not letters:
        return text
    strange = "".join(part if kept else part.translate(_ACCENTS) for part, kept in parts)
    body = strange.strip("\n ")
    start = strange.index(body)
    return f"{strange[:start]}[{body}{_padding(len(body))}]{strange[start + len(body) :]}"


def _padding(length: int) -> str:
    """In words, so that long texts can be wrapped as others are."""
    whole = "~~~~~ " * (length // 6 + 1)
    return f" {whole}"[: ceil(LONGER * length)].rstrip() if length > 10 else "~" * ceil(LONGER * length)


def _split(text: str) -> list[tuple[str, bool]]:
    """The text in parts, each with whether it stays as it is."""
    parts: list[tuple[str, bool]] = []
    at = 0
    for match in _UNTOUCHED.finditer(text):
        parts += [(text[at : match.start()], False), (match[0], True)]
        at = match.end()
    return [*parts, (text[at:], False)]
