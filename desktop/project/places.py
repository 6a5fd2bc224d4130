"""Where the series of a project lie on this computer, without writing down a path.

A path may hold a patient's name. So a place is kept as digests of the parts of its path, with a key of this user's own:
it is found again by comparing the digests of what is in a folder, from the root downwards. The file lies in the user's
data folder, not in the project, whose copies lie elsewhere on other computers.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from desktop.checksum import keyed_digest
from desktop.fields import Fields, Unfit
from desktop.files import write_json
from desktop.plain_file import NotPlain, read_plain
from desktop.strict_json import NotStrict, from_json
from desktop.unwritten import NotWritten

SCHEMA = "clivus-places/1"
FILE = "places.json"

_OWNERS_ONLY = 0o600
_MOST_BYTES = 64_000_000
_MOST_CASES = 100_000
_DEEPEST = 64
"""Parts of a path."""

_DIGITS = 16
"""Hexadecimal digits of a digest: 64 bits tell the entries of a folder apart."""


@dataclass(frozen=True)
class Place:
    """Where one series lies.

    Attributes:
        anchor: the root, "/" or "D:\\".
        parts: digests of the parts below it.
    """

    anchor: str
    parts: tuple[str, ...]


class Places:
    """The places of one user's series, in a file that is made when needed."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._key, self._places = self._read()

    def remember(self, series: Mapping[str, Path]) -> None:
        """Keep where series lie, by the ids of their cases.

        Raises:
            NotWritten: the file cannot be written.
        """
        known: dict[str, str] = {}
        for case, path in series.items():
            whole = Path(os.path.abspath(path))  # noqa: PTH100  links stay as the reader chose them
            parts = tuple(known.setdefault(part, self._digest(part)) for part in whole.parts[1:])
            self._places[case] = Place(whole.anchor, parts)
        self._write()

    def forget(self, case: str) -> None:
        """A case's series does not lie there any more.

        Raises:
            NotWritten: the file cannot be written.
        """
        if self._places.pop(case, None) is not None:
            self._write()

    def find(self, case: str) -> Path | None:
        """Where a case's series lies; None where that is not known, or nothing lies there any more."""
        place = self._places.get(case)
        if place is None:
            return None
        here = Path(place.anchor)
        for wanted in place.parts:
            found = self._entry(here, wanted)
            if found is None:
                return None
            here = found
        return here

    def _entry(self, folder: Path, wanted: str) -> Path | None:
        try:
            with os.scandir(folder) as entries:
                return next((Path(entry.path) for entry in entries if self._digest(entry.name) == wanted), None)
        except OSError:
            return None

    def _digest(self, part: str) -> str:
        return keyed_digest(self._key, part.encode("utf-8", "surrogateescape"), _DIGITS)

    def _read(self) -> tuple[bytes, dict[str, Place]]:
        try:
            fields = Fields(from_json(read_plain(self._file, _MOST_BYTES)))
            fields.one_of("schema", (SCHEMA,))
            key = bytes.fromhex(fields.sha256("key"))
            found = {
                part.text("case"): Place(part.text("anchor"), _parts(part))
                for part in fields.parts("places", _MOST_CASES)
            }
        except (NotPlain, NotStrict, Unfit, ValueError):  # none yet, or damaged: series are looked for again
            return secrets.token_bytes(32), {}
        return key, found

    def _write(self) -> None:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise NotWritten(self._file, error) from None
        content = {
            "schema": SCHEMA,
            "key": self._key.hex(),
            "places": [
                {"case": case, "anchor": place.anchor, "parts": " ".join(place.parts)}
                for case, place in self._places.items()
            ],
        }
        write_json(self._file, content, _OWNERS_ONLY)


def _parts(fields: Fields) -> tuple[str, ...]:
    return tuple(fields.text("parts", _DEEPEST * (_DIGITS + 1)).split())
