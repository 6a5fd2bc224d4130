"""The language that the reader sees, chosen once at the start of a command."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from desktop.messages.message import ENGLISH, Field, Message, message

CATALOGUES = Path(__file__).with_name("catalogues")
"""LANGUAGE.po is what translators edit, LANGUAGE.mo what the program reads; `packaging/catalogues.py` keeps both."""

OWN_VARIABLE = "CLIVUS_LANGUAGE"
_VARIABLES = (OWN_VARIABLE, "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
"""The first variable that is set decides, in gettext's order. It may list several languages, separated by colons."""

_ENGLISH = ("en", "C", "POSIX")
"""Languages that need no catalogue."""

_catalogue: NullTranslations = ENGLISH
_language = "en"


def choose(environment: Mapping[str, str]) -> Message | None:
    """From now on, show everything in the language that an environment requests, or in English if there is no
    catalogue.

    Returns:
        A remark for the reader if the requested language cannot be shown, else None. A missing catalogue for the
        system's language is normal and is not mentioned.
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
    """From now on, show everything in this language."""
    global _catalogue, _language
    _catalogue, _language = catalogue, language


def language() -> str:
    """The language in use, as the catalogues are named: "en", "pt_BR"."""
    return _language


def shown(text: Message) -> str:
    """The text in the language of the reader."""
    return text.rendered(_catalogue)


def tr(text: str, /, **fields: Field) -> str:
    """A text that is shown where it is written; `text` is a literal."""
    return shown(message(text, **fields))


def _spellings(name: str) -> Iterator[str]:
    """The names that the catalogue of a locale may have, the nearest first: for "de_AT.UTF-8", "de_AT" and "de"."""
    bare = re.split(r"[.@]", name)[0].replace("-", "_")
    if re.fullmatch(r"[A-Za-z_]+", bare):  # a path is ignored
        yield bare
        if "_" in bare:
            yield bare.partition("_")[0]


def _of_the_system() -> list[str]:
    """The language of Windows, which sets none of the variables; nothing on other systems."""
    if sys.platform == "win32":
        import ctypes
        import locale

        return [locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")]
    return []
