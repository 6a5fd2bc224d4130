"""A sentence with named fields, not yet in any language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from gettext import NullTranslations

Field = object
"""The value of a field: text, a number, another message, or a list of these, rendered in the same language."""

ENGLISH = NullTranslations()
"""The language of the source code."""


@dataclass(frozen=True)
class Message:
    """A text with named fields; its English is its key in the catalogues.

    Two messages are equal when their texts and fields are.

    Attributes:
        text: English, with fields as `str.format` writes them: "{count} of {total:.1f} mm".
        many: English for numbers other than one; "" if the text does not depend on a number.
        number: chooses between the two.
    """

    text: str
    fields: Mapping[str, Field] = field(default_factory=dict, hash=False)
    many: str = ""
    number: int = 1

    def rendered(self, catalogue: NullTranslations) -> str:
        """The sentence in the language of a catalogue; in English if the translation is missing or broken."""
        fields = {name: _rendered(value, catalogue) for name, value in self.fields.items()}
        try:
            return self._template(catalogue).format(**fields)
        except Exception:  # a broken translation must not cost the reader the sentence
            return self._template(ENGLISH).format(**fields)

    def _template(self, catalogue: NullTranslations) -> str:
        if self.many:
            return catalogue.ngettext(self.text, self.many, self.number)
        return catalogue.gettext(self.text) if self.text else ""  # gettext keeps a catalogue's header under ""

    def __str__(self) -> str:
        """In English."""
        return self.rendered(ENGLISH)


def message(text: str, /, **fields: Field) -> Message:
    """A sentence. `text` is a literal, because the catalogues are made from the source."""
    return Message(text, fields)


def counted(text: str, many: str, number: int, /, **fields: Field) -> Message:
    """A sentence that depends on a number; both texts can use it as {number}."""
    return Message(text, {"number": number, **fields}, many, int(number))  # gettext requires a Python int


def named(text: str, /) -> str:
    """A stable id that is also a label: `Message(id)` is the label in the reader's language. `text` is a literal."""
    return text


def verbatim(text: object) -> Message:
    """Text that is the same in every language: a name from a file, a term of a standard, a path."""
    return Message("{text}", {"text": text})


def listed(items: Iterable[Field]) -> Message:
    """One or more items as a list: "a, b and c"."""
    *first, last = items
    return message("{items} and {last}", items=first, last=last) if first else verbatim(last)


def alternatives(items: Iterable[Field]) -> Message:
    """One or more items to choose from: "a, b or c"."""
    *first, last = items
    return message("{items} or {last}", items=first, last=last) if first else verbatim(last)


def sentences(items: Iterable[Message]) -> Message:
    """Complete sentences, one after the other."""
    first, *rest = items
    return message("{sentence} {next}", sentence=first, next=sentences(rest)) if rest else first


def _rendered(value: Field, catalogue: NullTranslations) -> Field:
    """The value of a field in the language of a catalogue. Other values than messages and lists are left for
    `format`."""
    if isinstance(value, Message):
        return value.rendered(catalogue)
    if isinstance(value, list | tuple):
        items = [_rendered(item, catalogue) for item in value]
        text = items.pop() if items else ""
        while items:
            text = message("{item}, {next}", item=items.pop(), next=text).rendered(catalogue)
        return text
    return value
