"""Strict JSON (RFC 8259), read and written: no NaN, no repeated keys, no infinite numbers, limited nesting."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from desktop.errors import Reason
from desktop.messages import message

DEEPEST = 32
"""Levels of nesting. What Clivus writes has 5; from about 1,000, Python's parser reaches its own limit."""


class NotStrict(Reason):
    """Why a text is not strict JSON; a clause that follows "because"."""


def from_json(raw: bytes) -> Any:
    """Read a JSON text in UTF-8.

    Raises:
        NotStrict: it is not UTF-8 or not JSON, repeats a key, nests deeper than `DEEPEST` levels, or holds NaN,
            an infinity or a number of more than 4300 digits.
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotStrict(message("byte {byte} is not UTF-8", byte=error.start)) from None
    if text.startswith("\ufeff"):
        raise NotStrict(message("it begins with a byte order mark"))
    try:
        value = json.loads(text, object_pairs_hook=_without_repeats, parse_float=_finite, parse_constant=_no_constant)
    except RecursionError:
        raise NotStrict(message("it is nested too deeply")) from None
    except json.JSONDecodeError as error:
        reason = message("line {line}, column {column} is not JSON", line=error.lineno, column=error.colno)
        raise NotStrict(reason) from None
    except ValueError:  # Python's limit on the digits of an integer
        raise NotStrict(message("it holds a number of thousands of digits")) from None
    _require_shallow(value, DEEPEST)
    return value


def to_json(value: object, ascii_only: bool = False) -> str:
    """The JSON text of a value, indented. All JSON that Clivus writes and prints comes from here.

    Args:
        ascii_only: for a console, which may not support other characters or the lone surrogates in a file's name.

    Raises:
        ValueError: it holds NaN or an infinity, which JSON cannot express.
    """
    return json.dumps(value, indent=2, ensure_ascii=ascii_only, allow_nan=False)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise NotStrict(message("{key} stands in it twice", key=_shown(key)))
        found[key] = value
    return found


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise NotStrict(message("the number {number} is beyond measure", number=_shown(digits)))
    return number


def _no_constant(word: str) -> NoReturn:
    raise NotStrict(message("{word} is not a number", word=word))


def _require_shallow(value: object, levels: int) -> None:
    if isinstance(value, dict | list):
        if levels == 0:
            raise NotStrict(message("it is nested too deeply"))
        for part in value.values() if isinstance(value, dict) else value:
            _require_shallow(part, levels - 1)


def _shown(text: str) -> str:
    return ascii(text[:32])
