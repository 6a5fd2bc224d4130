"""Which model is the default, kept over starts in a file of its own: the user's, or else the one for everyone.

It is not among the window's settings: where those are damaged the usual ones are used, and a model is never chosen like
that.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from desktop.errors import InputRefused
from desktop.fields import Fields, Unfit
from desktop.files import folder_made, write_json
from desktop.messages import message
from desktop.models.shelf import Model, ModelRefused, Scope, Shelf
from desktop.plain_file import NotPlain, read_plain
from desktop.strict_json import NotStrict, from_json
from desktop.unwritten import NotWritten, shortened

SCHEMA = "clivus-default-model/1"
EVERYONES_FILE = "default.json"
"""In a folder with models for everyone."""

_MAXIMUM_BYTES = 64 * 1024


class ChoiceDamaged(InputRefused):
    """The file that says which model was chosen cannot be used."""


@dataclass(frozen=True)
class Choice:
    """The model that was chosen.

    Attributes:
        id, version: "" for the one that came with Clivus, of whatever version.
        sha256: of its manifest: another one of the same name was not chosen.
    """

    id: str = ""
    version: str = ""
    sha256: str = ""

    @property
    def name(self) -> str:
        """For people."""
        return f"{self.id} {self.version}"

    def means(self, model: Model) -> bool:
        """Whether it is this one."""
        if not self.id:
            return model.scope is Scope.SHIPPED
        return (model.manifest.id, model.manifest.version, model.sha256) == (self.id, self.version, self.sha256)


SHIPPED = Choice()


def chosen(shelf: Shelf) -> Choice:
    """What counts: the user's choice, else that for everyone, else the model that came with Clivus.

    Raises:
        ChoiceDamaged: a file cannot be read.
    """
    for file in (shelf.choice, *(folder / EVERYONES_FILE for folder in shelf.everyones)):
        if os.path.lexists(file):
            return _read(file)
    return SHIPPED


def choose_default(shelf: Shelf, model: Model, scope: Scope = Scope.OWN) -> None:
    """Make a model the default.

    Raises:
        ModelRefused: it would be everyone's, and is not there for everyone.
        NotWritten: the choice cannot be kept.
    """
    if scope is Scope.EVERYONE and model.scope is Scope.OWN:
        raise ModelRefused(
            message("The model {name} is your own: install it for everyone first.", name=model.name),
        )
    made = SHIPPED
    if model.scope is not Scope.SHIPPED:
        made = Choice(model.manifest.id, model.manifest.version, model.sha256)
    _write(_file(shelf, scope), made)


def forget_default(shelf: Shelf, scope: Scope = Scope.OWN) -> None:
    """Take a choice back: then the one for everyone counts, or the model that came with Clivus.

    Raises:
        NotWritten: the choice cannot be taken back.
    """
    file = _file(shelf, scope)
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        raise NotWritten(file, error) from None


def remove_model(shelf: Shelf, model: Model) -> bool:
    """Remove a model; whether it was the default, which is another one from now on.

    Raises:
        ModelRefused: it came with Clivus.
        NotWritten: the folder cannot be changed.
    """
    try:
        was = chosen(shelf)
    except ChoiceDamaged:
        was = SHIPPED
    shelf.remove(model)
    if not was.means(model) or any(was.means(left) for left in shelf.models()):
        return False
    for scope in {Scope.OWN, model.scope}:
        forget_default(shelf, scope)
    return True


def default_of(shelf: Shelf) -> Model | Choice:
    """The model that is the default; the choice alone where that model is not there.

    Raises:
        ChoiceDamaged: it cannot be known.
    """
    wanted = chosen(shelf)
    # The own copy before the one for everyone: they are the same bytes.
    return next((model for model in reversed(shelf.models()) if wanted.means(model)), wanted)


def _file(shelf: Shelf, scope: Scope) -> Path:
    return shelf.choice if scope is Scope.OWN else shelf.everyones[0] / EVERYONES_FILE


def _write(file: Path, choice: Choice) -> None:
    named = {"id": choice.id, "version": choice.version, "manifest_sha256": choice.sha256} if choice.id else None
    try:
        with folder_made(file.parent):
            write_json(file, {"schema": SCHEMA, "model": named})
    except OSError as error:
        raise NotWritten(file, error) from None


def _read(file: Path) -> Choice:
    try:
        fields = Fields(from_json(read_plain(file, _MAXIMUM_BYTES)))
        fields.one_of("schema", (SCHEMA,))
        if not fields.has("model"):
            return SHIPPED
        part = fields.part("model")
        return Choice(part.text("id"), part.text("version"), part.sha256("manifest_sha256"))
    except (NotPlain, NotStrict, Unfit) as error:
        raise ChoiceDamaged(
            message(
                "Which model was chosen here cannot be known, because {file} cannot be used: {reason}.",
                file=shortened(file),
                reason=error.message,
            )
        ) from None
