"""Keyboards without Latin letters, or with digits only under Shift: what a key is by its place.

A Russian keyboard has no R, a French one has "&" where 1 is without Shift. Qt finds a shortcut by what is written on
the key, so these would have none. Keys that have a Latin letter or a digit keep it, wherever they are.
"""

from __future__ import annotations

import unicodedata

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

_ROWS = {2: "1234567890", 16: "QWERTYUIOP[]", 30: "ASDFGHJKL", 44: "ZXCVBNM"}
"""Keys of a US keyboard by the scan code of the first of each row, as Windows and Linux count them."""

X11_OFFSET = 8
"""X11 and Wayland count from here."""

_APPLE = "ASDFHGZXCV BQWERYT123465 97 80]OU[IP LJ K    NM"
"""By the virtual key codes of macOS, from 0 on (kVK_ANSI_A ...); a space stands for a key that no shortcut has."""

BY_SCAN_CODE = {first + number: key for first, row in _ROWS.items() for number, key in enumerate(row)}


_WITHOUT_SHIFT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
"""With Shift such a key has its digit itself; with AltGr it has a sign of its own."""


def _at_place(event: QKeyEvent, platform: str) -> str:
    """The key of a US keyboard at the place of a key; "" for none that a shortcut has."""
    if platform == "cocoa":
        code = event.nativeVirtualKey()
        return _APPLE[code].strip() if code < len(_APPLE) else ""
    code = event.nativeScanCode()
    return BY_SCAN_CODE.get(code if platform == "windows" else code - X11_OFFSET, "")


def key_by_place(event: QKeyEvent, platform: str) -> Qt.Key | None:
    """The letter, bracket or digit that a key has on a US keyboard and lacks on this one; None for other keys.

    Args:
        platform: Qt's name of it (`QGuiApplication.platformName`).
    """
    key, place = event.key(), _at_place(event, platform)
    if not place or key > 0x10FFFF:  # no character: an arrow, a dead accent
        return None
    if place.isdigit():
        lacking = event.modifiers() in _WITHOUT_SHIFT and chr(key) not in "0123456789"
    else:
        lacking = chr(key).isalpha() and not unicodedata.name(chr(key), "").startswith("LATIN")
    return Qt.Key(ord(place)) if lacking else None
