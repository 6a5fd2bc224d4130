"""The language that the reader sees, chosen once at the start of a command."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from desktop.messages.message import ENGLISH, Field, Message, message

CATALOGUES = Path(__file__).with_name("catalogues")
"""LANGUAGE.po is what translators edit, LANGUAGE.mo what the program reads; `packaging/catalogues.py` keeps both."""

SHIPPED = ("ja", "zh_CN")
"""The languages beside English that every installation has."""

OWN_VARIABLE = "CLIVUS_LANGUAGE"
_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
"""Of the system: the first that is set decides, in gettext's order. It may list several languages, separated by
colons."""

_ENGLISH = ("en", "C", "POSIX")
"""Languages that need no catalogue."""

_PSEUDO = "_XA"
"""How the names of languages end that are for testers: a region that no country has."""

_TRADITIONAL, _SIMPLIFIED = {"hant", "tw", "hk", "mo"}, "hans"
"""By what a locale of Chinese says which characters it is written in; without either of them, the simplified ones."""

_MAC_SETTINGS = Path("Library/Preferences/.GlobalPreferences.plist")
"""Where macOS keeps the languages of a user: programs started from the Finder get none of the variables."""

_REVIEW, _NO_REVIEW = "x-clinical-review", "none"
"""The header of a catalogue that says who has reviewed its clinical sentences."""

_catalogue: NullTranslations = ENGLISH
_language = "en"


@dataclass(frozen=True)
class Found:
    """The language that was found for a request.

    Attributes:
        language: as the catalogues are named: "en", "pt_BR".
        remark: for the reader, where the language that was asked for cannot be shown.
    """

    language: str = "en"
    catalogue: NullTranslations = ENGLISH
    remark: Message | None = None


def choose(environment: Mapping[str, str], kept: str = "") -> Message | None:
    """From now on, show everything in the language that `find` finds; its remark."""
    found = find(environment, kept)
    use(found.catalogue, found.language)
    return found.remark


def find(environment: Mapping[str, str], kept: str = "") -> Found:
    """The language that `CLIVUS_LANGUAGE` asks for, else the one that the reader has chosen, else the system's; English
    if there is no catalogue. A missing catalogue for the system's language is normal and is not mentioned.

    Args:
        kept: the reader's choice, as `offered` names it; "" for the system's.
    """
    asked = environment.get(OWN_VARIABLE, "")
    names = asked.split(":") if asked else [kept, *_of_the_system(environment)]
    for language in (spelling for name in names for spelling in _spellings(name)):
        if language in _ENGLISH:
            return Found()
        if _file(language).is_file():
            try:
                return Found(language, _opened(language))
            except Exception:  # gettext raises many kinds on a damaged catalogue
                damaged = message("The texts in {language} are damaged: install Clivus again.", language=language)
                return Found(remark=damaged)
    if not asked:
        return Found()
    return Found(
        remark=message(
            "There are no texts in the language {asked}: {variable} may be {languages}.",
            asked=asked,
            variable=OWN_VARIABLE,
            languages=["en", *sorted(file.stem for file in CATALOGUES.glob("*.mo"))],
        )
    )


def offered() -> tuple[str, ...]:
    """The languages to choose from, English first."""
    return ("en", *(name for name in sorted(file.stem for file in CATALOGUES.glob("*.mo")) if _PSEUDO not in name))


def unusable() -> tuple[str, ...]:
    """The languages of `SHIPPED` whose catalogue is missing or cannot be read."""
    return tuple(name for name in SHIPPED if not _opens(name))


def clinical_review(language: str) -> str:
    """Who has reviewed the clinical sentences of a catalogue, by its header; "" if nobody has."""
    try:
        review = _opened(language).info().get(_REVIEW, _NO_REVIEW)
    except Exception:  # as in `find`
        return ""
    return "" if review == _NO_REVIEW else review


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


def _file(language: str) -> Path:
    return CATALOGUES / f"{language}.mo"


def _opened(language: str) -> GNUTranslations:
    with _file(language).open("rb") as stream:
        return GNUTranslations(stream)


def _opens(language: str) -> bool:
    try:
        return bool(_opened(language).info())
    except Exception:  # as in `find`
        return False


def _spellings(name: str) -> Iterator[str]:
    """The names that the catalogue of a locale may have, the nearest first: for "de_AT.UTF-8", "de_AT" and "de"."""
    parts = re.split(r"[.@]", name)[0].replace("-", "_").split("_")
    if not all(re.fullmatch(r"[A-Za-z0-9]+", part) for part in parts):  # a path is ignored
        return
    yield "_".join(parts)
    if parts[0] == "zh":
        said = {part.lower() for part in parts}
        yield "zh_TW" if said & _TRADITIONAL and _SIMPLIFIED not in said else "zh_CN"
        return  # nobody who reads the ones is shown the others
    yield from ("_".join(parts[:count]) for count in range(len(parts) - 1, 0, -1))


def _of_the_system(environment: Mapping[str, str]) -> list[str]:
    """The languages of the system, the preferred one first; Windows and programs of macOS set none of the variables."""
    if found := next((found for name in _VARIABLES if (found := environment.get(name))), None):
        return found.split(":")
    if sys.platform == "win32":
        import ctypes
        import locale

        return [locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")]
    if sys.platform == "darwin":
        return mac_languages(Path.home() / _MAC_SETTINGS)
    return []


def mac_languages(settings: Path) -> list[str]:
    """The languages in the settings of a user of macOS; none where they cannot be read."""
    import plistlib

    try:
        with settings.open("rb") as stream:
            return [name for name in plistlib.load(stream)["AppleLanguages"] if isinstance(name, str)]
    except Exception:  # plistlib raises many kinds on a damaged file
        return []
