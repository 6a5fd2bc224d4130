"""Checked access to the fields of a JSON object from an untrusted file: each has the right type and is within its
limits.

Readings and drafts ignore fields that they do not know; a manifest refuses them (`close`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from typing import Any

from desktop.errors import Reason
from desktop.messages import Message, message, verbatim
from desktop.quoting import quoted
from desktop.strict_json import to_json

LONGEST_TEXT = 400
"""Characters. The longest text that training writes, how an interval was computed, has 120."""

MOST_ENTRIES = 64
"""Entries of a list or an object. A bundle's longest list, its metrics, has about 10."""

_SHA256 = re.compile("[0-9a-f]{64}")


class Unfit(Reason):
    """An invalid field; the message is a clause that follows "because"."""


class Fields:
    """The fields of an object, taken one by one. Every method raises `Unfit`.

    Args:
        value: from the file.
        name: what messages call it; None for the whole file.
    """

    def __init__(self, value: object, name: Message | None = None) -> None:
        called = message("it") if name is None else name
        if not isinstance(value, dict):
            raise Unfit(
                message("{object} must be an object with named fields, not {found}", object=called, found=_shown(value))
            )
        if len(value) > MOST_ENTRIES:
            raise Unfit(
                message(
                    "{object} has {number} fields, more than {most}",
                    object=called,
                    number=len(value),
                    most=MOST_ENTRIES,
                )
            )
        self._name, self._left = name, dict(value)

    def close(self) -> None:
        """Refuse fields that were not taken: an unknown field might change the meaning of the others."""
        if self._left:
            raise Unfit(
                message("this version does not know the field {field}", field=self._called(next(iter(self._left))))
            )

    def names(self) -> list[str]:
        """The fields not taken yet, in the order of the file."""
        return list(self._left)

    def has(self, key: str) -> bool:
        """Whether the field exists; a field that is null does not."""
        if self._left.get(key) is None:
            self._left.pop(key, None)
        return key in self._left

    def peek(self, key: str) -> Any:
        """The value as it is in the file; it can still be taken."""
        return self._left[key]

    def take(self, key: str) -> Any:
        """The value as it is in the file."""
        if key not in self._left:
            raise Unfit(message("{field} is missing", field=self._called(key)))
        return self._left.pop(key)

    def part(self, key: str) -> Fields:
        """The object at `key`."""
        return Fields(self.take(key), self._called(key))

    def parts(self, key: str, most: int = MOST_ENTRIES) -> list[Fields]:
        """The list of at most `most` objects at `key`."""
        called = self._called(key)
        return [
            Fields(value, message("{list}, entry {number}", list=called, number=number))
            for number, value in enumerate(self._list(key, most), start=1)
        ]

    def values(self, key: str) -> dict[str, Any]:
        """The object at `key` as it is in the file, of any size."""
        value = self.take(key)
        if not isinstance(value, dict):
            raise Unfit(
                message(
                    "{field} must be an object with named fields, not {found}",
                    field=self._called(key),
                    found=_shown(value),
                )
            )
        return value

    def text(self, key: str, longest: int = LONGEST_TEXT) -> str:
        """A text that is safe to show: printable, without line breaks or marks that change the writing direction."""
        return as_text(self.take(key), self._called(key), longest)

    def text_if_any(self, key: str) -> str:
        """Like `text`, but "" if the field is missing, null or empty."""
        return self.text(key) if self.has(key) and self.peek(key) != "" else ""

    def name(self, key: str, alphabet: re.Pattern[str], described: Message) -> str:
        """A text that matches `alphabet`."""
        value = self.take(key)
        if not (isinstance(value, str) and alphabet.fullmatch(value)):
            raise self._not(key, described, value)
        return value

    def sha256(self, key: str) -> str:
        """A SHA-256, in hexadecimal."""
        return self.name(key, _SHA256, message("a SHA-256 of 64 digits from 0 to f"))

    def one_of(self, key: str, known: Collection[str]) -> str:
        """One of the known words."""
        value = self.take(key)
        if not (isinstance(value, str) and value in known):
            raise self._not(key, verbatim(" or ".join(known)), value)
        return value

    def some_of(self, key: str, known: Collection[str]) -> tuple[str, ...]:
        """A list of known words, at least one, none twice."""
        values = self.take(key)
        sound = isinstance(values, list) and all(isinstance(value, str) and value in known for value in values)
        if not sound or not 0 < len(values) == len(set(values)):
            raise Unfit(
                message(
                    "{field} must list {words}, each once, not {found}",
                    field=self._called(key),
                    words=" or ".join(known),
                    found=_shown(values),
                )
            )
        return tuple(values)

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self.take(key)
        if not isinstance(value, bool):
            raise self._not(key, message("true or false"), value)
        return value

    def number(self, key: str, low: float, high: float) -> float:
        """A number from `low` to `high`."""
        return as_number(self.take(key), self._called(key), low, high)

    def whole(self, key: str, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""
        value = self.take(key)
        if type(value) is not int or not low <= value <= high:
            raise self._not(key, message("a whole number from {low} to {high}", low=low, high=high), value)
        return value

    def numbers(self, key: str, count: int, low: float, high: float) -> tuple[float, ...]:
        """A list of `count` numbers from `low` to `high`."""
        values, called = self._list(key), self._called(key)
        if len(values) != count:
            raise self._not(key, message("a list of {count} numbers", count=count), values)
        return tuple(as_number(value, called, low, high) for value in values)

    def interval(self, key: str, low: float, high: float) -> tuple[float, float]:
        """Two numbers from `low` to `high`, the smaller one first."""
        first, last = self.numbers(key, 2, low, high)
        if first > last:
            raise Unfit(
                message(
                    "{field} must hold the lesser number first, not {found}",
                    field=self._called(key),
                    found=_shown([first, last]),
                )
            )
        return first, last

    def grid(self, key: str, rows: int, by: str, low: float, high: float) -> tuple[tuple[float, ...], ...]:
        """A square of numbers: `rows` lists of `rows` numbers, a size that follows from the fields named in `by`."""
        values, called = self._list(key), self._called(key)
        if len(values) != rows or not all(isinstance(row, list) and len(row) == rows for row in values):
            raise Unfit(
                message(
                    "{field} must have {rows} rows of {rows} numbers, by {fields}", field=called, rows=rows, fields=by
                )
            )
        return tuple(tuple(as_number(value, called, low, high) for value in row) for row in values)

    def texts(self, key: str, needed: Collection[str] = (), longest: int = LONGEST_TEXT) -> dict[str, str]:
        """An object whose values are texts, and that has at least the `needed` fields."""
        part = self.part(key)
        for name in needed:
            if name not in part.names():
                raise Unfit(message("{field} is missing", field=part._called(name)))
        return {as_text(name, name_in(key)): part.text(name, longest) for name in part.names()}

    def words(self, key: str, most: int = MOST_ENTRIES) -> tuple[str, ...]:
        """A list of at most `most` texts."""
        called = self._called(key)
        return tuple(
            as_text(value, message("{list}, entry {number}", list=called, number=number))
            for number, value in enumerate(self._list(key, most), start=1)
        )

    def _list(self, key: str, most: int = MOST_ENTRIES) -> list[Any]:
        value = self.take(key)
        if not isinstance(value, list) or len(value) > most:
            raise self._not(key, message("a list of at most {most} entries", most=most), value)
        return value

    def _called(self, key: str) -> Message:
        if self._name is None:
            return verbatim(quoted(key))
        return message("{field} of {object}", field=quoted(key), object=self._name)

    def _not(self, key: str, expected: Message, found: object) -> Unfit:
        return _unfit(self._called(key), expected, found)


def as_text(value: object, called: Message, longest: int = LONGEST_TEXT) -> str:
    """A printable text of 1 to `longest` characters."""
    if not (isinstance(value, str) and 0 < len(value) <= longest and value.isprintable()):
        raise _unfit(called, message("a printable text of 1 to {longest} characters", longest=longest), value)
    return value


def as_number(value: object, called: Message, low: float, high: float) -> float:
    """A number from `low` to `high`; true and false, which Python counts as numbers, are not."""
    if not (type(value) in (int, float) and low <= value <= high):  # type: ignore[operator]
        raise _unfit(called, message("a number from {low:g} to {high:g}", low=low, high=high), value)
    return float(value)  # type: ignore[arg-type]


def name_in(key: str) -> Message:
    """What a message calls the name of a field in the object `key`."""
    return message("a name in {object}", object=key)


def _unfit(called: Message, expected: Message, found: object) -> Unfit:
    return Unfit(
        message("{field} must be {expected}, not {found}", field=called, expected=expected, found=_shown(found))
    )


def _shown(value: object) -> Message:
    if type(value) is int and abs(value) >= 10**18:
        return message("a number of many digits")
    if isinstance(value, float) and not math.isfinite(value):
        return verbatim(value)
    return verbatim(quoted(" ".join(to_json(value).split())))
