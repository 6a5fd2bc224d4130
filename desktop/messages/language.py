"""The language that the reader sees, chosen once, when a command begins."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from desktop.messages.message import ENGLISH, Field, Message, message

CATALOGUES = Path(__file__).with_name("catalogues")
"""LANGUAGE.po as translators edit it and LANGUAGE.mo as it is read; both kept by `packaging/catalogues.py`."""

OWN_VARIABLE = "CLIVUS_LANGUAGE"
_VARIABLES = (OWN_VARIABLE, "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
"""The first that is set decides, in gettext's order; it may name several languages, separated by colons."""

_ENGLISH = ("en", "C", "POSIX")
"""What needs no catalogue."""

_catalogue: NullTranslations = ENGLISH
_language = "en"


def choose(environment: Mapping[str, str]) -> Message | None:
    """Show everything in the language that an environment asks for from now on, in English where there is none.

    Returns:
        What to tell the reader where a language that was asked for cannot be shown; None where all is well. That the
        system's language has no catalogue is usual and is not mentioned.
    """
    use(ENGLISH, "en")
    names = next((found.split(":") for name in _VARIABLES if (found := environment.get(name))), _of_the_system())
    for language in (spelling for name in names for spelling in _spellings(name)):
        if language in _ENGLISH:
            return None
        file = CATALOGUES / f"{language}.mo"
        if file.is_file():
            try:
                with file.open("rb") as stream:
                    use(GNUTranslations(stream), language)
            except Exception:  # gettext raises many kinds on a damaged catalogue
                return message("The texts in {language} are damaged: install Clivus again.", language=language)
            return None
    if asked := environment.get(OWN_VARIABLE):
        return message(
            "There are no texts in the language {asked}: {variable} may be {languages}.",
            asked=asked,
            variable=OWN_VARIABLE,
            languages=["en", *sorted(file.stem for file in CATALOGUES.glob("*.mo"))],
        )
    return None


def use(catalogue: NullTranslations, language: str) -> None:
    """Show everything in this language from now on."""
    global _catalogue, _language
    _catalogue, _language = catalogue, language


def language() -> str:
    """The language in use, as the catalogues are named: "en", "pt_BR"."""
    return _language


def shown(text: Message) -> str:
    """The sentence as the reader sees it."""
    return text.rendered(_catalogue)


def tr(text: str, /, **fields: Field) -> str:
    """A sentence that is shown where it is written; `text` is a literal."""
    return shown(message(text, **fields))


def _spellings(name: str) -> Iterator[str]:
    """A locale's name as catalogues may be called, the nearest first: "de_AT.UTF-8" is "de_AT" or "de"."""
    bare = re.split(r"[.@]", name)[0].replace("-", "_")
    if re.fullmatch(r"[A-Za-z_]+", bare):  # and no path
        yield bare
        if "_" in bare:
            yield bare.partition("_")[0]


def _of_the_system() -> list[str]:
    """The language of Windows, which sets none of the variables; elsewhere there is nothing to ask."""
    if sys.platform == "win32":
        import ctypes
        import locale

        return [locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")]
    return []
