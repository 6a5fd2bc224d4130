"""The language that the reader sees."""

from __future__ import annotations

from gettext import NullTranslations

from .message import ENGLISH, Field, Message, message

_catalogue: NullTranslations = ENGLISH


def use(catalogue: NullTranslations) -> None:
    """Show everything in this language from now on."""
    global _catalogue
    _catalogue = catalogue


def shown(text: Message) -> str:
    """The sentence as the reader sees it."""
    return text.rendered(_catalogue)


def tr(text: str, /, **fields: Field) -> str:
    """A sentence that is shown where it is written; `text` is a literal."""
    return shown(message(text, **fields))
