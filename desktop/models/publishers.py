"""Whom a site trusts: the public keys of publishers, each under the name that the site gives it, and whether only
signed models are used.

What an administrator has named for everyone counts alone: a user's own list could only weaken it. Where there is
none, the user's own counts.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from desktop.errors import InputRefused
from desktop.fields import MOST_ENTRIES, Fields, Unfit
from desktop.files import folder_made, write_json
from desktop.inference.signature import KEY, KEY_DESCRIBED, LARGEST_BYTES, SignatureRefused, public_key_in
from desktop.messages import message
from desktop.plain_file import NotPlain, read_plain
from desktop.quoting import quoted
from desktop.strict_json import NotStrict, from_json
from desktop.unwritten import NotWritten, shortened

FILE = "publishers.json"
SCHEMA = "clivus-publishers/1"

LONGEST_NAME = 80
"""Characters; a name stands in the list of models."""

_MAXIMUM_BYTES = 64 * 1024


class PublishersDamaged(InputRefused):
    """Whom the site trusts cannot be known, so nobody is trusted."""


class PublisherRefused(InputRefused):
    """A publisher that cannot be named or taken away."""


@dataclass(frozen=True)
class Publishers:
    """Whom a site trusts.

    Attributes:
        names: by public key, in hexadecimal.
        signed_only: whether only their models are used; an administrator's to say.
        for_everyone: whether an administrator has named them.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    signed_only: bool = False
    for_everyone: bool = False


@dataclass(frozen=True)
class PublisherFiles:
    """Where they are kept.

    Attributes:
        own: the user's file.
        everyones: those for everyone; the first is the one that is written to.
    """

    own: Path
    everyones: tuple[Path, ...]

    def read(self) -> Publishers:
        """What counts here.

        Raises:
            PublishersDamaged: the file that counts cannot be read.
        """
        for file in self.everyones:
            if os.path.lexists(file):
                return replace(_read(file), for_everyone=True)
        # Whoever can write this file can also leave it out, so its signed_only binds nobody.
        return replace(_read(self.own), signed_only=False) if os.path.lexists(self.own) else Publishers()

    def trust(self, key: str, name: str, for_everyone: bool) -> None:
        """Name a publisher; a key that has a name already gets this one.

        Raises:
            PublisherRefused: the name cannot be shown, there are too many, or the user's own do not count.
            PublishersDamaged, NotWritten: the file cannot be used.
        """
        if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
            raise PublisherRefused(
                message("A publisher's name has 1 to {most} printable characters.", most=LONGEST_NAME)
            )
        file, now = self._to_write(for_everyone)
        if len({*now.names, key}) > MOST_ENTRIES:
            raise PublisherRefused(
                message("There are {most} publishers already: take one away first.", most=MOST_ENTRIES)
            )
        _write(file, replace(now, names={**now.names, key: name}))

    def distrust(self, told: str, for_everyone: bool) -> str:
        """Take a publisher away, by name (with all keys) or by key; returns the name.

        Raises:
            PublisherRefused: there is none, or the user's own do not count.
            PublishersDamaged, NotWritten: the file cannot be used.
        """
        file, now = self._to_write(for_everyone)
        left = {key: name for key, name in now.names.items() if told not in (key, name)}
        if len(left) == len(now.names):
            raise PublisherRefused(
                message("No publisher {name} is named in {file}.", name=quoted(told), file=shortened(file))
            )
        _write(file, replace(now, names=left))
        return now.names.get(told, told)

    def require_signed(self, only: bool) -> None:
        """Say for everyone whether only signed models are used.

        Raises:
            PublishersDamaged, NotWritten: the file cannot be used.
        """
        file, now = self._to_write(for_everyone=True)
        _write(file, replace(now, signed_only=only))

    def _to_write(self, for_everyone: bool) -> tuple[Path, Publishers]:
        """The file, and what it says now."""
        named = next((file for file in self.everyones if os.path.lexists(file)), None)
        if not for_everyone and named is not None:
            raise PublisherRefused(
                message(
                    "On this computer the administrator names publishers, for everyone (in {file}): your own would not "
                    "count.",
                    file=shortened(named),
                )
            )
        file = self.everyones[0] if for_everyone else self.own
        return file, _read(named or file) if os.path.lexists(named or file) else Publishers()


def key_told(told: str) -> str:
    """A public key that a command was told: the file of one, or its digits.

    Raises:
        PublisherRefused: it is neither.
    """
    digits = told.lower()
    if KEY.fullmatch(digits) and not os.path.lexists(told):
        return digits
    try:
        return public_key_in(read_plain(Path(told), LARGEST_BYTES))
    except (NotPlain, SignatureRefused) as error:
        raise PublisherRefused(
            message(
                "{file} is not a publisher's public key, because {reason}: give the file public-key.json or the 64 "
                "digits of the key.",
                file=quoted(told),
                reason=error.message,
            )
        ) from None


def _read(file: Path) -> Publishers:
    try:
        fields = Fields(from_json(read_plain(file, _MAXIMUM_BYTES)))
        fields.one_of("schema", (SCHEMA,))
        signed_only, names = fields.flag("signed_only"), dict[str, str]()
        for part in fields.parts("publishers"):
            names[part.name("public_key", KEY, KEY_DESCRIBED)] = part.text("name", LONGEST_NAME)
            part.close()
        fields.close()
    except (NotPlain, NotStrict, Unfit) as error:
        raise PublishersDamaged(
            message(
                "Which publishers of models are trusted here cannot be known, because {file} cannot be used: {reason}. "
                "Remove it and name them again with `clivus bundle trust`.",
                file=shortened(file),
                reason=error.message,
            )
        ) from None
    return Publishers(names, signed_only)


def _write(file: Path, publishers: Publishers) -> None:
    """Without anything to say there is no file, so that an administrator's does not hide the users' own."""
    try:
        if not publishers.names and not publishers.signed_only:
            file.unlink(missing_ok=True)
            return
        document: dict[str, Any] = {
            "schema": SCHEMA,
            "signed_only": publishers.signed_only,
            "publishers": [{"name": name, "public_key": key} for key, name in publishers.names.items()],
        }
        with folder_made(file.parent):
            write_json(file, document)
    except OSError as error:
        raise NotWritten(file, error) from None
