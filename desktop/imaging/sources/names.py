"""File names: how they are shown, compared, and passed to Windows."""

from __future__ import annotations

import os
import re
import sys
import unicodedata
from pathlib import Path

Parts = tuple[str, ...]
"""The components of a path below a folder or in an archive."""

_EXTENDED, _EXTENDED_SHARE = "\\\\?\\", "\\\\?\\UNC\\"


def printable(text: object) -> str:
    """A name without characters that control a terminal, change the writing direction, or cannot be encoded."""
    found = str(text)
    return found if found.isprintable() else "".join(map(_escaped, found))


def _escaped(sign: str) -> str:
    if unicodedata.category(sign)[0] != "C" and sign not in "\u2028\u2029":
        return sign
    number = ord(sign)
    if 0xDC80 <= number <= 0xDCFF:  # a byte that is not UTF-8, as Python represents it (PEP 383)
        return f"\\x{number - 0xDC00:02x}"
    return sign.encode("ascii", "backslashreplace").decode() if number > 0x7F else f"\\x{number:02x}"


def spelling(parts: Parts) -> Parts:
    """A form that is equal for all spellings of one path.

    The names on a disc depend on the system that reads it: upper or lower case, with or without ISO 9660's version and
    empty extension ("IM1.;1"), accents as one or two characters.
    """
    return tuple(re.sub(r"\.*(;\d+)?$", "", unicodedata.normalize("NFC", part)).casefold() for part in parts)


def is_table_of_contents(name: str) -> bool:
    """Whether a file is named DICOMDIR (PS3.10 section 8.6)."""
    return spelling((name,)) == ("dicomdir",)


def is_leftover(name: str) -> bool:
    """Whether a file was left by Windows or macOS, judged by its name."""
    return name.lower() in {".ds_store", "thumbs.db", "desktop.ini"} or name.startswith("._")


def reachable(folder: Path) -> Path:
    """The folder under a name that lets Windows open paths of more than 260 characters; unchanged elsewhere."""
    return Path(extended(os.path.abspath(folder))) if sys.platform == "win32" else folder  # noqa: PTH100


def extended(path: str) -> str:
    r"""An absolute Windows path with the prefix that lifts the limit: C:\x to \\?\C:\x, \\host\x to \\?\UNC\host\x."""
    if path.startswith(_EXTENDED):
        return path
    return _EXTENDED_SHARE + path[2:] if path.startswith("\\\\") else _EXTENDED + path


def plain(path: str) -> str:
    """A path without that prefix."""
    if path.startswith(_EXTENDED_SHARE):
        return "\\\\" + path[len(_EXTENDED_SHARE) :]
    return path.removeprefix(_EXTENDED)
