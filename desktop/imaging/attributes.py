"""The values of a header, checked as they are read, because no file can be trusted to hold what it should."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any

from desktop.errors import Reason
from desktop.imaging import dicom
from desktop.messages import counted, message


class UnfitFile(Reason):
    """Why a file is skipped; the others continue."""


class Attributes:
    """Looks up attributes by keyword in several layers; the first layer that has a value counts.

    A slice in a file of its own has one layer, its data set. A frame of an Enhanced CT has three: its own functional
    groups, the shared ones, and the data set (PS3.3 C.7.6.16).
    """

    def __init__(self, *layers: Mapping[str, Any]) -> None:
        self._layers = layers

    def value(self, name: str) -> Any:
        """The value, or None if it is absent or empty."""
        for layer in self._layers:
            found = layer.get(name)
            if found is not None and found != "" and found != []:
                return found
        return None

    def has(self, name: str) -> bool:
        """Whether the attribute is present, even if it is empty."""
        return any(name in layer for layer in self._layers)

    def texts(self, name: str) -> tuple[str, ...]:
        """Every value as text, stripped of blanks."""
        return _texts(self.value(name))

    def every_layer(self, name: str) -> Iterator[tuple[str, ...]]:
        """The values as text from each layer that has any, not only the first."""
        for layer in self._layers:
            if texts := _texts(layer.get(name)):
                yield texts

    def items(self, name: str) -> list[dicom.Dataset]:
        """The items of a sequence; empty if the attribute is absent or not a sequence."""
        found = self.value(name)
        return [item for item in found if isinstance(item, dicom.Dataset)] if isinstance(found, list) else []

    def text(self, name: str) -> str:
        """The value as text; several values are joined by backslashes, as in DICOM; "" if there is none."""
        return "\\".join(self.texts(name))

    def numbers(self, name: str, count: int) -> tuple[float, ...] | None:
        """Exactly `count` finite numbers; None if the attribute is absent.

        Raises:
            UnfitFile: the attribute has other values.
        """
        texts = self.texts(name)
        if not texts:
            return None
        try:
            if any("_" in text for text in texts):  # Python reads "0_5" as 5
                raise ValueError
            numbers = tuple(float(text) for text in texts)
        except ValueError:
            numbers = ()
        if len(numbers) != count or not all(isfinite(number) for number in numbers):
            raise UnfitFile(
                counted(
                    "{attribute} is {found} where {number} number is expected",
                    "{attribute} is {found} where {number} numbers are expected",
                    count,
                    attribute=name,
                    found=_shown(texts),
                )
            )
        return numbers

    def number(self, name: str) -> float | None:
        """One finite number, or None if the attribute is absent; errors as in `numbers`."""
        found = self.numbers(name, 1)
        return None if found is None else found[0]

    def whole(self, name: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number from `low` to `high`.

        Raises:
            UnfitFile: the attribute is absent without a `default`, or has another value.
        """
        found = self.number(name)
        if found is None:
            if default is None:
                raise UnfitFile(message("{attribute} is missing, so the pixels cannot be understood", attribute=name))
            return default
        if not (found.is_integer() and low <= found <= high):
            raise UnfitFile(
                message(
                    "{attribute} is {found:g}, outside {low} to {high}",
                    attribute=name,
                    found=found,
                    low=low,
                    high=high,
                )
            )
        return int(found)


def _texts(value: Any) -> tuple[str, ...]:
    if value is None or value == "" or value == []:
        return ()
    several = isinstance(value, dicom.MultiValue | list | tuple)  # a string and a person's name are iterable too
    return tuple(_printable(str(item)) for item in (value if several else [value]))


def _printable(text: str) -> str:
    """Without surrounding blanks and without control characters, which a terminal would execute."""
    return "".join(sign if sign.isprintable() else " " for sign in text).strip()


def _shown(texts: tuple[str, ...]) -> str:
    found = ", ".join(texts[:6])
    return f'"{found[:40]}{"…" if len(found) > 40 or len(texts) > 6 else ""}"'
