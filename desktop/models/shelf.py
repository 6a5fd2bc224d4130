"""Where models lie on this computer, and putting them there and taking them away.

A user's own lie in the user's data folder; those for everyone in a folder that an administrator fills. Each has a
folder `ID@VERSION`, which is complete or absent.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

import onnx_models
from desktop.errors import ClivusError, InputRefused
from desktop.files import new_folder, remove_folder, write_file
from desktop.inference.bundle import SIGNATURE_FILE, Bundle
from desktop.inference.manifest import Manifest
from desktop.inference.network import Network
from desktop.learning.made_here import FILE as MADE_HERE_FILE
from desktop.learning.made_here import made_here, note_made_here, own_file
from desktop.messages import Message, message
from desktop.models.publishers import FILE as PUBLISHERS_FILE
from desktop.models.publishers import PublisherFiles
from desktop.models.trust import Standing, Trust
from desktop.quoting import quoted
from desktop.settings_file import local_data_folder, settings_file

AT = "@"
"""Between id and version, neither of which may hold it."""

_FOLDER, _CHOICE = "models", "model.json"


class ModelRefused(InputRefused):
    """A model that cannot be installed, found or removed."""


class Scope(Enum):
    """Whose a model is."""

    SHIPPED = "shipped"
    EVERYONE = "everyone"
    OWN = "own"


@dataclass(frozen=True)
class Model:
    """A model on this computer, as it describes itself; its weights are looked at when it is opened.

    Attributes:
        sha256: of its manifest, by which two copies are compared.
        signer: the public key by which the manifest is signed; "" if it is not.
    """

    place: Path
    scope: Scope
    manifest: Manifest
    sha256: str
    signer: str

    @property
    def name(self) -> str:
        """For people."""
        return self.manifest.called

    @property
    def handle(self) -> str:
        """By which commands are told of it."""
        return handle_of(self.manifest)


@dataclass(frozen=True)
class Damaged:
    """A folder in which there was a model, and why it is not one."""

    place: Path
    scope: Scope
    reason: Message


def handle_of(manifest: Manifest) -> str:
    """By which commands are told of a model; the name of its folder too."""
    return f"{manifest.id}{AT}{manifest.version}"


@dataclass(frozen=True)
class Shelf:
    """The places for models.

    Attributes:
        own: the user's.
        everyones: those for everyone on this computer; the first is the one that is written to.
        choice: the file of the user's own choice (`desktop.models.choice`).
    """

    own: Path
    everyones: tuple[Path, ...]
    choice: Path

    @staticmethod
    def here() -> Shelf:
        """This user's, on this computer."""
        return Shelf(local_data_folder() / _FOLDER, everyones_folders(), settings_file().with_name(_CHOICE))

    @property
    def publishers(self) -> PublisherFiles:
        """Where it is kept whom this site trusts."""
        everyones = tuple(folder / PUBLISHERS_FILE for folder in self.everyones)
        return PublisherFiles(self.choice.with_name(PUBLISHERS_FILE), everyones)

    def trust(self) -> Trust:
        """What a model's signature means here.

        Raises:
            PublishersDamaged: it cannot be known.
        """
        files = [own_file(), *(folder / MADE_HERE_FILE for folder in self.everyones)]
        return Trust(self.publishers.read(), made_here(files))

    def require_trusted(self, place: Path) -> Standing:
        """Refuse a bundle that may not be used here.

        Raises:
            NotTrusted: it may not.
            PublishersDamaged: it cannot be known whether it may.
            BundleUnsound: it has no sound description.
        """
        manifest, sha256, signer = Bundle.look_at(place)
        return self.trust().require(manifest.called, sha256, signer)

    def models(self) -> list[Model]:
        """All models that describe themselves soundly: the shipped one first, then those for everyone, then the own."""
        return [one for one in self.looked_through() if isinstance(one, Model)]

    def looked_through(self) -> Iterator[Model | Damaged]:
        """Every folder in which there is a model, or what is left of one."""
        yield _looked_at(onnx_models.default_bundle(), Scope.SHIPPED)
        for folder in self.everyones:
            yield from _models_in(folder, Scope.EVERYONE)
        yield from _models_in(self.own, Scope.OWN)

    def find(self, handle: str) -> Model:
        """A model by `ID@VERSION`, or by its id where there is one version of it. Of two copies, the user's own.

        Raises:
            ModelRefused: there is none, or several.
        """
        ident, _, version = handle.partition(AT)
        found = {
            model.handle: model
            for model in self.models()
            if model.manifest.id == ident and version in ("", model.manifest.version)
        }
        if not found:
            raise ModelRefused(
                message(
                    "There is no model {name} on this computer: `clivus bundle list` names those that are installed.",
                    name=quoted(handle),
                )
            )
        if len(found) > 1:
            raise ModelRefused(
                message("There are several versions of {name}: name one of {names}.", name=ident, names=list(found))
            )
        return next(iter(found.values()))

    def place_of(self, told: Path) -> Path:
        """What a command was told: a folder or file, or else a model on this computer by its handle."""
        if not os.path.lexists(told) and told.name == str(told):
            try:
                return self.find(str(told)).place
            except ModelRefused:
                pass  # opening it says what is missing
        return told

    def install(self, place: Path, scope: Scope = Scope.OWN, own_make: bool = False) -> tuple[Model, bool]:
        """Install a bundle that was verified wholly, its known answer too; and whether it was not there before.

        Args:
            own_make: whether an administrator says, for everyone, that it was made at this site.

        Raises:
            ModelRefused: another model is installed under its id and version.
            NotTrusted, PublishersDamaged: it may not be used here, or that cannot be known.
            BundleUnsound: it is not sound.
            NotWritten: it cannot be written; nothing is left of it then.
        """
        bundle = Bundle.load(place)
        manifest, trust = bundle.manifest, self.trust()
        if own_make:
            note_made_here(bundle.manifest_sha256, self.everyones[0] / MADE_HERE_FILE)
        else:
            trust.require(manifest.called, bundle.manifest_sha256, bundle.signer)
        same = [one for one in self.models() if one.handle == handle_of(manifest)]
        for one in same:
            if one.sha256 != bundle.manifest_sha256:
                raise ModelRefused(
                    message(
                        "Another model is installed as {name} already, and results could not be told apart: ask the "
                        "maker for one with a version of its own, or remove the other first.",
                        name=one.name,
                    )
                )
        reached = (Scope.SHIPPED, Scope.EVERYONE, scope)
        known = next((one for one in same if one.scope in reached and _is_sound(one.place)), None)
        if known is not None and _says_as_much(known, bundle, trust):
            return known, False
        if known is not None and known.scope is scope:  # the same model, now with a signature that says more
            write_file(known.place / SIGNATURE_FILE, bundle.files[SIGNATURE_FILE])
            return replace(known, signer=bundle.signer), True
        Network(bundle)
        out = (self.own if scope is Scope.OWN else self.everyones[0]) / handle_of(manifest)
        if out.is_dir() and not _is_sound(out):
            remove_folder(out)  # the damaged copy that this one is to mend
        with new_folder(out) as folder:
            for name, content in bundle.files.items():
                write_file(folder / name, content)
        return Model(out, scope, manifest, bundle.manifest_sha256, bundle.signer), True

    def remove(self, model: Model | Damaged) -> None:
        """Remove an installed model. Windows in which it is in use keep it in memory until they end.

        Raises:
            ModelRefused: it came with Clivus.
            NotWritten: the folder cannot be changed.
        """
        if model.scope is Scope.SHIPPED:
            raise ModelRefused(message("The model that came with Clivus cannot be removed."))
        remove_folder(model.place)


def everyones_folders() -> tuple[Path, ...]:
    """Where an administrator puts models for everyone: outside the application, whose update replaces its folder."""
    if sys.platform == "win32":
        return (Path(os.environ.get("PROGRAMDATA") or "C:/ProgramData") / "Clivus" / _FOLDER,)
    if sys.platform == "darwin":
        return (Path("/Library/Application Support/Clivus") / _FOLDER,)
    # An administrator's own first, then those of packages (Filesystem Hierarchy Standard 4.9, 4.11).
    return Path("/usr/local/share/Clivus") / _FOLDER, Path("/usr/share/Clivus") / _FOLDER


def _is_sound(place: Path) -> bool:
    try:
        Bundle.load(place)
    except ClivusError:
        return False
    return True


def _says_as_much(known: Model, bundle: Bundle, trust: Trust) -> bool:
    """Whether a model that is installed is signed as well as this copy of it."""
    if known.scope is Scope.SHIPPED or bundle.signer in ("", known.signer):
        return True
    return bool(known.signer) and bundle.signer not in trust.publishers.names


def _models_in(folder: Path, scope: Scope) -> Iterator[Model | Damaged]:
    try:
        places = sorted(place for place in folder.iterdir() if not place.name.startswith("."))
    except OSError:  # there is none, or it may not be looked into
        return
    yield from (_looked_at(place, scope) for place in places if place.is_dir())


def _looked_at(place: Path, scope: Scope) -> Model | Damaged:
    try:
        manifest, sha256, signer = Bundle.look_at(place)
    except ClivusError as error:
        return Damaged(place, scope, error.message)
    return Model(place, scope, manifest, sha256, signer)
