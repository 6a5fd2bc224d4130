"""A sentence with named fields, before it has a language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from gettext import NullTranslations

Field = object
"""What stands in a field: text, a number, another message, or a list of these, rendered in the same language."""

ENGLISH = NullTranslations()
"""The language of the texts in the code."""


@dataclass(frozen=True)
class Message:
    """A text with named fields; its English is its key in the catalogues.

    Two messages are equal when their texts and fields are.

    Attributes:
        text: English, with fields as `str.format` writes them: "{count} of {total:.1f} mm".
        many: English for other numbers than one; "" where no number decides.
        number: what decides between the two.
    """

    text: str
    fields: Mapping[str, Field] = field(default_factory=dict, hash=False)
    many: str = ""
    number: int = 1

    def rendered(self, catalogue: NullTranslations) -> str:
        """The sentence in a catalogue's language; in English where that has none, or a broken one."""
        fields = {name: _rendered(value, catalogue) for name, value in self.fields.items()}
        try:
            return self._template(catalogue).format(**fields)
        except Exception:  # whatever is wrong with a translation, the reader still gets the sentence
            return self._template(ENGLISH).format(**fields)

    def _template(self, catalogue: NullTranslations) -> str:
        if self.many:
            return catalogue.ngettext(self.text, self.many, self.number)
        return catalogue.gettext(self.text) if self.text else ""  # gettext keeps a catalogue's header under ""

    def __str__(self) -> str:
        """In English."""
        return self.rendered(ENGLISH)


def message(text: str, /, **fields: Field) -> Message:
    """A sentence; `text` is a literal, since the catalogues are made from the source."""
    return Message(text, fields)


def counted(text: str, many: str, number: int, /, **fields: Field) -> Message:
    """A sentence that depends on a number, which both texts know as {number}."""
    return Message(text, {"number": number, **fields}, many, int(number))  # gettext wants Python's own int


def named(text: str, /) -> str:
    """A stable id that is a label too: `Message` of it is the label in the reader's language. `text` is a literal."""
    return text


def verbatim(text: object) -> Message:
    """What is the same in every language: a name from a file, a term of a standard, a path."""
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
    """Whole sentences, one after the other."""
    first, *rest = items
    return message("{sentence} {next}", sentence=first, next=sentences(rest)) if rest else first


_SEPARATED = message("{item}, {next}")


def _rendered(value: Field, catalogue: NullTranslations) -> Field:
    """A field's value in a catalogue's language; what is no message and no list stays as it is, for its format."""
    if isinstance(value, Message):
        return value.rendered(catalogue)
    if isinstance(value, list | tuple):
        items = [_rendered(item, catalogue) for item in value]
        text = items.pop() if items else ""
        while items:
            text = Message(_SEPARATED.text, {"item": items.pop(), "next": text}).rendered(catalogue)
        return text
    return value
