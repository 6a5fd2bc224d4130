"""The fields of a JSON object that anybody may have written, each of the kind that is expected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from desktop.reading.run import Verdict


class UnfitField(Exception):
    """What is wrong with a field, in words that go on after "since"."""


@dataclass(frozen=True)
class Fields:
    """A JSON object; every method refuses with UnfitField."""

    values: dict[str, Any]

    @staticmethod
    def of(value: object, name: str) -> Fields:
        """The fields of `value`, which the sentence calls `name`."""
        if not isinstance(value, dict):
            raise UnfitField(f"{name} holds no named fields")
        return Fields(value)

    def _needed(self, key: str) -> Any:
        if key not in self.values:
            raise UnfitField(f"{key} is missing")
        return self.values[key]

    def part(self, key: str) -> Fields:
        """The object at `key`."""
        return Fields.of(self._needed(key), key)

    def text(self, key: str) -> str:
        """The text at `key`."""
        value = self._needed(key)
        if not isinstance(value, str):
            raise UnfitField(f"{key} is no text")
        return value

    def text_if_any(self, key: str) -> str:
        """The same, "" where there is none."""
        return self.text(key) if self.values.get(key) is not None else ""

    def number(self, key: str) -> float:
        """The number at `key`."""
        return _number(self._needed(key), key)

    def number_if_any(self, key: str) -> float | None:
        """The same, None where there is none."""
        return self.number(key) if self.values.get(key) is not None else None

    def two_numbers(self, key: str) -> tuple[float, float]:
        """The list of two numbers at `key`."""
        value = self._needed(key)
        if not (isinstance(value, list) and len(value) == 2):
            raise UnfitField(f"{key} is no list of two numbers")
        return _number(value[0], key), _number(value[1], key)

    def count_if_any(self, key: str) -> int | None:
        """The whole number from 0 at `key`, None where there is none."""
        value = self.values.get(key)
        if value is None or (type(value) is int and value >= 0):
            return value
        raise UnfitField(f"{key} is no whole number from 0")

    def labels(self, key: str) -> dict[str, bool]:
        """The object of true and false at `key`, empty where there is none."""
        labels = self.part(key).values if self.values.get(key) is not None else {}
        if not all(isinstance(label, bool) for label in labels.values()):
            raise UnfitField(f"{key} holds something else than true and false")
        return dict(labels)

    def verdict_if_any(self, key: str) -> Verdict | None:
        """The verdict at `key`, None where there is none."""
        value = self.values.get(key)
        if value is None:
            return None
        if value not in list(Verdict):
            raise UnfitField(f"{key} is none of {', '.join(Verdict)}")
        return Verdict(value)

    def object_if_any(self, key: str) -> dict[str, Any] | None:
        """The object at `key` as it stands, None where there is none."""
        return self.part(key).values if self.values.get(key) is not None else None


def _number(value: object, key: str) -> float:
    if type(value) not in (int, float):  # true and false are numbers to Python
        raise UnfitField(f"{key} holds something else than numbers")
    try:
        return float(value)  # type: ignore[arg-type]
    except OverflowError:
        raise UnfitField(f"{key} holds a number beyond all measure") from None
