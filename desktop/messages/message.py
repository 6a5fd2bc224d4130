"""A sentence with named fields, before it has a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from gettext import NullTranslations

Field = object
"""What stands in a field: text, a number, or another message, which is rendered in the same language."""

ENGLISH = NullTranslations()
"""The language of the texts in the code."""


@dataclass(frozen=True)
class Message:
    """A text with named fields; its English is its key in the catalogues.

    Attributes:
        text: English, with fields as `str.format` writes them: "{count} of {total:.1f} mm".
        many: English for other numbers than one; "" where no number decides.
        number: what decides between the two.
    """

    text: str
    fields: Mapping[str, Field] = field(default_factory=dict)
    many: str = ""
    number: int = 1

    def rendered(self, catalogue: NullTranslations) -> str:
        """The sentence in a catalogue's language; in English where that has none, or a broken one."""
        fields = {
            name: value.rendered(catalogue) if isinstance(value, Message) else value
            for name, value in self.fields.items()
        }
        try:
            return self._template(catalogue).format(**fields)
        except (KeyError, IndexError, ValueError, AttributeError, TypeError):
            return self._template(ENGLISH).format(**fields)

    def _template(self, catalogue: NullTranslations) -> str:
        if self.many:
            return catalogue.ngettext(self.text, self.many, self.number)
        return catalogue.gettext(self.text)

    def __str__(self) -> str:
        """In English."""
        return self.rendered(ENGLISH)


def message(text: str, /, **fields: Field) -> Message:
    """A sentence; `text` is a literal, since the catalogues are made from the source."""
    return Message(text, fields)


def counted(text: str, many: str, number: int, /, **fields: Field) -> Message:
    """A sentence that depends on a number, which both texts know as {number}."""
    return Message(text, {"number": number, **fields}, many, number)
