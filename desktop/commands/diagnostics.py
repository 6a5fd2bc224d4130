"""`clivus diagnostics`: what to send when something fails. Nothing of a patient is in it, and no name of a person or a
computer.

What may hold a name is left out, not searched for it: of the settings only switches and numbers are taken, of the trail
only how many entries there are of each kind, of a path only what lies in the installation or in a folder that is known.
"""

from __future__ import annotations

import argparse
import getpass
import io
import json
import os
import platform
import re
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from desktop.errors import ClivusError
from desktop.files import require_new, write_file
from desktop.headless.diagnostics_apart import written
from desktop.headless.pipes import answers_to_parent, say
from desktop.libraries import LICENCES, version_of
from desktop.messages import OWN_VARIABLE, choose, language, offered, shown, tr
from desktop.plain_file import NotPlain, read_plain
from desktop.settings_file import MAXIMUM_BYTES, local_data_folder, settings_file
from desktop.strict_json import NotStrict, from_json, to_json
from desktop.unwritten import NotWritten
from desktop.version import VERSION

SCHEMA = "clivus-diagnostics/1"

LOGS = ("clivus-error.log", "clivus-crash.log")
"""Of the window, in the user's data folder: kinds of errors and places in the source."""

SETTINGS = (
    "schema",
    "layout",
    "sizes",
    "drag_inverted",
    "text_shown",
    "landmarks_shown",
    "cautions_shown",
    "paper_map",
    "heat_opacity",
    "patient_shown",
    "schematics_shown",
    "language",
)
_SIDES = ("whole", "left", "right")
_WORDS = {
    "schema": ("clivus-settings/1",),
    "layout": ("large", "even", "row"),
    "language": ("", *offered()),
}
"""The texts that a setting may hold."""

_MOST = 100_000
"""The largest number of a setting, of pixels; one of a patient is longer."""

_ANY_PATH = re.compile(r"(?<![\w>~])(?:/|[A-Za-z]:[\\/])[^\"'\n(),;:]*")
"""What is left of paths, blanks included, up to a character that ends a part of a sentence."""

_SCREEN = re.compile(r"(DISPLAY=)\S+")


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `clivus diagnostics`."""
    explain = tr("the file to write; it must not exist yet")
    parser.add_argument("--out", metavar="FILE.zip", type=Path, required=True, help=explain)


def run(options: argparse.Namespace) -> int:
    """Write the file.

    Raises:
        WrongUse: there is a file of this name.
        NotWritten: it cannot be written.
    """
    _write(options.out)
    print(shown(written(options.out)))
    return 0


def main() -> None:
    """The same for a window (`desktop.headless.diagnostics_apart`): ordered on stdin, answered on stdout."""
    order, answers = json.loads(sys.stdin.buffer.readline()), answers_to_parent()
    choose(os.environ | {OWN_VARIABLE: order["language"]})
    try:
        _write(Path(order["path"]))
    except ClivusError as error:
        say(answers, {"why": shown(error.message)})
    else:
        say(answers, {"why": ""})


def _write(path: Path) -> None:
    require_new(path)
    content = _packed()
    try:
        write_file(path, content)
    except OSError as error:
        raise NotWritten(path, error) from None


def _packed() -> bytes:
    from desktop.commands.selftest import self_test

    nameless = _scrubber()
    parts: dict[str, Callable[[], object]] = {
        "about.json": _about,
        "selftest.json": lambda: self_test().document(),
        "settings.json": _settings,
        "models.json": _models,
        "trail.json": _trail,
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            try:
                found = part()
            except (ClivusError, OSError, RuntimeError) as error:  # RuntimeError: a user without a home
                found = {"not_collected": type(error).__name__}
            archive.writestr(name, to_json(_through(found, nameless)) + "\n")
        for name in LOGS:
            try:
                text = (local_data_folder() / name).read_bytes()[-MAXIMUM_BYTES:].decode("utf-8", "replace")
            except (OSError, RuntimeError):
                continue
            archive.writestr(name, nameless(text))
    return packed.getvalue()


def _about() -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "frozen": bool(getattr(sys, "frozen", False)),
        "system": platform.system(),
        "release": platform.release(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "language": language(),
        "packages": {name: version_of(name) for name in LICENCES},
    }


def _settings() -> object:
    try:
        found = from_json(read_plain(settings_file(), MAXIMUM_BYTES))
    except (NotPlain, NotStrict) as error:
        return {"not_collected": type(error).__name__}
    if not isinstance(found, dict):
        return {}
    return {name: found[name] for name in SETTINGS if name in found and _is_nameless(name, found[name])}


def _is_nameless(name: str, value: object) -> bool:
    """Whether a setting's value is a switch, a number, or a word of the program's own."""
    if isinstance(value, str):
        return value in _WORDS.get(name, ())
    if isinstance(value, dict):
        return all(key in _SIDES and _is_nameless("", one) for key, one in value.items())
    if isinstance(value, list):
        return all(_is_nameless("", one) for one in value)
    return isinstance(value, (bool, float)) or (isinstance(value, int) and abs(value) <= _MOST)


def _models() -> object:
    from desktop.models.shelf import Model, Shelf

    return {
        "models": [
            {
                "scope": one.scope.value,
                "id": one.manifest.id,
                "version": one.manifest.version,
                "intended_use": one.manifest.intended_use,
                "sha256": one.manifest.sha256,
                "manifest_sha256": one.sha256,
            }
            if isinstance(one, Model)
            else {"scope": one.scope.value, "damaged": True}
            for one in Shelf.here().looked_through()
        ]
    }


def _trail() -> object:
    from desktop.trail.exporting import entries
    from desktop.trail.trail_file import TrailPlace

    found = entries(TrailPlace.here())
    return {"entries": len(found), "of_each_kind": Counter(entry.event.what for entry in found)}


def _through(content: object, change: Callable[[str], str]) -> Any:
    """The same with each of its texts changed."""
    if isinstance(content, str):
        return change(content)
    if isinstance(content, dict):
        return {key: _through(value, change) for key, value in content.items()}
    if isinstance(content, list):
        return [_through(value, change) for value in content]
    return content


def _scrubber() -> Callable[[str], str]:
    """A function that takes paths and names of user and computer out of a text."""
    known = {
        str(Path(sys.executable).parent if getattr(sys, "frozen", False) else Path(__file__).parents[2]): "<clivus>",
        sys.prefix: "<python>",
        sys.base_prefix: "<python>",
    }
    with suppress(RuntimeError):
        known |= {str(settings_file().parent): "<settings>", str(local_data_folder()): "<data>", str(Path.home()): "~"}
    with suppress(OSError):
        known[tempfile.gettempdir()] = "<temporary>"
    for variable in ("TMPDIR", "TEMP", "TMP"):
        if os.environ.get(variable):
            known[os.environ[variable]] = "<temporary>"
    places = sorted((place for place in known.items() if len(place[0]) > 1), key=lambda place: -len(place[0]))
    names = {platform.node(): "<computer>"}
    with suppress(OSError, KeyError, ImportError):  # no user of this number is known
        names[getpass.getuser()] = "<user>"

    def change(text: str) -> str:
        for place, stands in places:
            text = re.sub(rf"{re.escape(place)}(?![\w.-])", lambda _, stands=stands: stands, text)  # type: ignore[misc]
        text = _SCREEN.sub(r"\1<screen>", _ANY_PATH.sub("<path>", text))
        for name, stands in names.items():
            if name:
                text = re.sub(rf"(?<![\w<]){re.escape(name)}(?!\w)", stands, text)
        return text

    return change
