"""Where a user's settings and data lie, and the setting that commands need too: found without Qt, which they do not
load."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from desktop.fields import Fields, Unfit
from desktop.plain_file import NotPlain, read_plain
from desktop.strict_json import NotStrict, from_json

MAXIMUM_BYTES = 64 * 1024
LANGUAGE = "language"
"""The field of the chosen language; "" for the system's."""


def settings_file() -> Path:
    """The file, where Qt puts the settings of an application called Clivus (QStandardPaths, AppConfigLocation)."""
    return _folder("Preferences", "XDG_CONFIG_HOME", ".config") / "settings.json"


def local_data_folder() -> Path:
    """Where Qt puts the data of an application called Clivus that are of this computer only (AppLocalDataLocation)."""
    return _folder("Application Support", "XDG_DATA_HOME", ".local/share")


def _folder(mac: str, variable: str, usual: str) -> Path:
    """The application's folder: below LOCALAPPDATA on Windows, below Library on macOS, else by the XDG variable."""
    if sys.platform == "win32":
        place = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        place = Path.home() / "Library" / mac
    else:
        place = Path(os.environ.get(variable, ""))
        place = place if place.is_absolute() else Path.home() / usual
    return place / "Clivus"


def kept_language() -> str:
    """The language that the reader has chosen in the window; "" for the system's, and where nothing can be read: the
    window says what is wrong with its settings."""
    try:
        return Fields(from_json(read_plain(settings_file(), MAXIMUM_BYTES))).text_if_any(LANGUAGE)
    except (NotPlain, NotStrict, Unfit, RuntimeError):  # RuntimeError: a user without a home
        return ""
