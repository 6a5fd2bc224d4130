"""Names of files: as they are shown, compared, and handed to Windows."""

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
    """A name without anything that a terminal obeys, that turns the text around it, or that cannot be written."""
    found = str(text)
    return found if found.isprintable() else "".join(map(_escaped, found))


def _escaped(sign: str) -> str:
    if unicodedata.category(sign)[0] != "C" and sign not in "\u2028\u2029":
        return sign
    number = ord(sign)
    if 0xDC80 <= number <= 0xDCFF:  # a byte that is not UTF-8, as Python keeps it (PEP 383)
        return f"\\x{number - 0xDC00:02x}"
    return sign.encode("ascii", "backslashreplace").decode() if number > 0x7F else f"\\x{number:02x}"


def spelling(parts: Parts) -> Parts:
    """What is equal for two spellings of one path.

    A disc's names change with the system that reads it: upper or lower case, with or without ISO 9660's version and
    empty extension ("IM1.;1"), accents in one sign or two.
    """
    return tuple(re.sub(r"\.*(;\d+)?$", "", unicodedata.normalize("NFC", part)).casefold() for part in parts)


def is_table_of_contents(name: str) -> bool:
    """Whether a file is called DICOMDIR (PS3.10 section 8.6)."""
    return spelling((name,)) == ("dicomdir",)


def is_leftover(name: str) -> bool:
    """Whether Windows or macOS put a file there by themselves, by its name."""
    return name.lower() in {".ds_store", "thumbs.db", "desktop.ini"} or name.startswith("._")


def reachable(folder: Path) -> Path:
    """The folder by a name below which Windows opens paths of more than 260 characters; elsewhere as it is."""
    return Path(extended(os.path.abspath(folder))) if sys.platform == "win32" else folder  # noqa: PTH100


def extended(path: str) -> str:
    r"""An absolute Windows path with the prefix that lifts the limit: C:\x to \\?\C:\x, \\host\x to \\?\UNC\host\x."""
    if path.startswith(_EXTENDED):
        return path
    return _EXTENDED_SHARE + path[2:] if path.startswith("\\\\") else _EXTENDED + path


def plain(path: str) -> str:
    """A path without that prefix, as people know it."""
    if path.startswith(_EXTENDED_SHARE):
        return "\\\\" + path[len(_EXTENDED_SHARE) :]
    return path.removeprefix(_EXTENDED)
