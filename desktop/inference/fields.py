"""The fields of a bundle's description: each of its kind and within its limits, none left over."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from typing import Any

from desktop.reading.quoting import quoted
from desktop.strict_json import to_json

LONGEST_TEXT = 400
"""Characters of a text; the longest that training writes, how an interval was computed, has 120."""

MOST_ENTRIES = 64
"""Entries of a list or of an object; a bundle's longest list, its figures, has about 10."""

_SHA256 = re.compile("[0-9a-f]{64}")


class Unfit(Exception):
    """A field that makes no sense; the text goes on after "because"."""


class Fields:
    """An object's fields, taken one by one; every method raises `Unfit`.

    Args:
        value: what stands in the file.
        name: what sentences call it; "" for the whole file.
    """

    def __init__(self, value: object, name: str = "") -> None:
        if not isinstance(value, dict):
            raise Unfit(f"{name or 'it'} must be an object with named fields, not {_shown(value)}")
        if len(value) > MOST_ENTRIES:
            raise Unfit(f"{name or 'it'} has {len(value)} fields, more than {MOST_ENTRIES}")
        self._name, self._left = name, dict(value)

    def close(self) -> None:
        """Refuse what was not taken: what this version does not know might change what the rest means."""
        if self._left:
            raise Unfit(f"this version does not know the field {self._called(next(iter(self._left)))}")

    def names(self) -> list[str]:
        """The fields that were not taken yet, in the file's order."""
        return list(self._left)

    def has(self, key: str) -> bool:
        """Whether there is such a field; one that is null is none."""
        if self._left.get(key) is None:
            self._left.pop(key, None)
        return key in self._left

    def peek(self, key: str) -> Any:
        """The value as it stands, which remains to be taken."""
        return self._left[key]

    def take(self, key: str) -> Any:
        """The value as it stands."""
        if key not in self._left:
            raise Unfit(f"{self._called(key)} is missing")
        return self._left.pop(key)

    def part(self, key: str) -> Fields:
        """The object at `key`."""
        return Fields(self.take(key), self._called(key))

    def parts(self, key: str) -> list[Fields]:
        """The list of objects at `key`."""
        return [Fields(value, f"{self._called(key)}, entry {n}") for n, value in enumerate(self._list(key), start=1)]

    def text(self, key: str, longest: int = LONGEST_TEXT) -> str:
        """A text that can be shown: printable, no line breaks, no marks that turn the direction of writing."""
        return as_text(self.take(key), self._called(key), longest)

    def name(self, key: str, alphabet: re.Pattern[str], described: str) -> str:
        """A text of a stated alphabet."""
        value = self.take(key)
        if not (isinstance(value, str) and alphabet.fullmatch(value)):
            raise Unfit(f"{self._called(key)} must be {described}, not {_shown(value)}")
        return value

    def sha256(self, key: str) -> str:
        """A SHA-256, in hexadecimal."""
        return self.name(key, _SHA256, "a SHA-256 of 64 digits from 0 to f")

    def one_of(self, key: str, known: Collection[str]) -> str:
        """One of the known words."""
        value = self.take(key)
        if not (isinstance(value, str) and value in known):
            raise Unfit(f"{self._called(key)} must be {' or '.join(known)}, not {_shown(value)}")
        return value

    def some_of(self, key: str, known: Collection[str]) -> tuple[str, ...]:
        """A list of known words, at least one, none twice."""
        values = self.take(key)
        sound = isinstance(values, list) and all(isinstance(value, str) and value in known for value in values)
        if not sound or not 0 < len(values) == len(set(values)):
            raise Unfit(f"{self._called(key)} must list {' or '.join(known)}, each once, not {_shown(values)}")
        return tuple(values)

    def number(self, key: str, low: float, high: float) -> float:
        """A number from `low` to `high`."""
        return as_number(self.take(key), self._called(key), low, high)

    def whole(self, key: str, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""
        value = self.take(key)
        if type(value) is not int or not low <= value <= high:
            raise Unfit(f"{self._called(key)} must be a whole number from {low} to {high}, not {_shown(value)}")
        return value

    def interval(self, key: str, low: float, high: float) -> tuple[float, float]:
        """Two numbers from `low` to `high`, the lesser first."""
        values, called = self._list(key), self._called(key)
        if len(values) != 2:
            raise Unfit(f"{called} must be two numbers, not {_shown(values)}")
        first, last = (as_number(value, called, low, high) for value in values)
        if first > last:
            raise Unfit(f"{called} must hold the lesser number first, not {_shown(values)}")
        return first, last

    def grid(self, key: str, rows: int, by: str, low: float, high: float) -> tuple[tuple[float, ...], ...]:
        """A square of numbers, `rows` lists of as many, as follows from the fields `by`."""
        values, called = self._list(key), self._called(key)
        if len(values) != rows or not all(isinstance(row, list) and len(row) == rows for row in values):
            raise Unfit(f"{called} must have {rows} rows of {rows} numbers, by {by}")
        return tuple(tuple(as_number(value, called, low, high) for value in row) for row in values)

    def texts(self, key: str, needed: Collection[str] = ()) -> dict[str, str]:
        """An object of texts, with these fields at least."""
        part = self.part(key)
        for name in needed:
            if name not in part.names():
                raise Unfit(f"{part._called(name)} is missing")
        return {as_text(name, f"a name in {part._name}"): part.text(name) for name in part.names()}

    def _list(self, key: str) -> list[Any]:
        value = self.take(key)
        if not isinstance(value, list) or len(value) > MOST_ENTRIES:
            raise Unfit(f"{self._called(key)} must be a list of at most {MOST_ENTRIES} entries, not {_shown(value)}")
        return value

    def _called(self, key: str) -> str:
        return f"{quoted(key)} of {self._name}" if self._name else quoted(key)


def as_text(value: object, called: str, longest: int = LONGEST_TEXT) -> str:
    """A printable text of 1 to `longest` characters."""
    if not (isinstance(value, str) and 0 < len(value) <= longest and value.isprintable()):
        raise Unfit(f"{called} must be a printable text of 1 to {longest} characters, not {_shown(value)}")
    return value


def as_number(value: object, called: str, low: float, high: float) -> float:
    """A number from `low` to `high`; true and false, which Python counts as numbers, are not."""
    if not (type(value) in (int, float) and low <= value <= high):  # type: ignore[operator]
        raise Unfit(f"{called} must be a number from {low:g} to {high:g}, not {_shown(value)}")
    return float(value)  # type: ignore[arg-type]


def _shown(value: object) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if type(value) is int and abs(value) >= 10**18:
        return "a number of many digits"
    return quoted(" ".join(to_json(value).split()))
