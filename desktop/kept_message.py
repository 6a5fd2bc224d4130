"""A message in a file: beside its English, so that it can be shown in the reader's language later.

What is read back is only trusted as far as its English is the sentence that the file shows for everybody.
"""

from __future__ import annotations

import re
from string import Formatter
from typing import Any

from desktop.messages import Message, verbatim

_DEEPEST = 8
"""Messages within messages, of which a reason has three."""

_NAME, _SPECIFICATION = re.compile(r"[a-z][a-z0-9_]{0,40}"), re.compile(r"(\.[0-9])?[a-z%]?")
"""Of a field: nothing in a file may reach into an object or ask for a megabyte of spaces."""

_Json = Any


def to_kept(said: Message) -> _Json:
    """The message as JSON; None where a field is neither text, number, message nor list of these."""
    try:
        return _to_json(said)
    except TypeError:
        return None


def from_kept(kept: _Json, english: str) -> Message:
    """The message that was kept, if its English is this; else the English alone."""
    try:
        said = _from_json(kept, _DEEPEST)
    except (TypeError, KeyError, ValueError):
        return verbatim(english)
    return said if isinstance(said, Message) and str(said) == english else verbatim(english)


def _to_json(value: object) -> _Json:
    if isinstance(value, Message):
        fields = {name: _to_json(one) for name, one in value.fields.items()}
        return {"text": value.text, "many": value.many, "number": value.number, "fields": fields}
    if isinstance(value, list | tuple):
        return [_to_json(one) for one in value]
    if isinstance(value, str | int | float):
        return value
    raise TypeError


def _from_json(kept: _Json, deepest: int) -> object:
    if deepest == 0:
        raise ValueError
    if isinstance(kept, dict):
        text, many, number, inner = kept["text"], kept["many"], kept["number"], kept["fields"]
        if type(number) is not int or not isinstance(inner, dict):
            raise TypeError
        fields = {name: _from_json(one, deepest - 1) for name, one in inner.items()}
        for template in (text, many):
            _require_plain(template, fields)
        return Message(text, fields, many, number)
    if isinstance(kept, list):
        return [_from_json(one, deepest - 1) for one in kept]
    if isinstance(kept, str | int | float):
        return kept
    raise TypeError


def _require_plain(template: str, fields: dict[str, object]) -> None:
    for _, name, specification, conversion in Formatter().parse(template):
        if name is None:
            continue
        if conversion or name not in fields or not _NAME.fullmatch(name):
            raise ValueError
        if not _SPECIFICATION.fullmatch(specification or ""):
            raise ValueError
