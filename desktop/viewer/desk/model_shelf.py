"""The models on this computer: installed, chosen, removed, and compared on the cases of the project that is open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.errors import ClivusError
from desktop.inference.bundle import Bundle
from desktop.inference.manifest import Manifest
from desktop.inference.network import Network
from desktop.messages import Message, message
from desktop.models.choice import ChoiceDamaged, choose_default, chosen, remove_model
from desktop.models.comparing import Comparison, compare
from desktop.models.default_network import opened
from desktop.models.shelf import Damaged, Model, Shelf
from desktop.models.trust import Standing
from desktop.project.database import Project
from desktop.project.places import Places
from desktop.report.model_facts import removed
from desktop.viewer.desk.background import JobLink, Jobs
from desktop.viewer.desk.judging import Judging
from desktop.viewer.desk.notices import Notices

INSTALLING, LOOKING, COMPARING = "installing a model", "looking at a model", "comparing models"
"""Kinds of jobs."""

_CASES = message("Cases")
"""What comparing says of its progress."""


@dataclass(frozen=True)
class Brought:
    """A sound model that may be used here, and is not installed yet."""

    place: Path
    manifest: Manifest
    standing: Standing


class ModelShelf(QObject):
    """Works on the shelf, off the interface thread where weights are read."""

    changed = Signal()
    """Another list, default or model in use, or something began or ended."""
    offered = Signal(object)
    """Carries a sound model that was `Brought`."""
    installed = Signal(object)
    """Carries the `Model`."""
    progressed = Signal(object, int, int)
    """Of comparing: what is being done, how much of it is done, and how much there is."""
    compared = Signal(object)
    """Carries a `Comparison`."""

    def __init__(self, shelf: Shelf, places: Path, judging: Judging, jobs: Jobs, notices: Notices) -> None:
        super().__init__(judging)
        self._shelf, self._places, self._judging, self._jobs, self._notices = shelf, places, judging, jobs, notices
        self._used: Network | None = None
        judging.changed.connect(self._look_for_another)

    def _look_for_another(self) -> None:
        """Judging says of every mark that something has changed; the shelf is read from the disk."""
        if self._used is not self._judging.network:
            self._used = self._judging.network
            self.changed.emit()

    def models(self) -> list[Model | Damaged]:
        """Everything on the shelf, the shipped model first."""
        return list(self._shelf.looked_through())

    def signature(self, model: Model) -> Message:
        """By whom a model is signed, as far as this site can tell."""
        try:
            return self._shelf.trust().standing(model.sha256, model.signer).text
        except ClivusError as error:
            return error.message

    def is_default(self, model: Model) -> bool:
        """Whether the next window judges with it."""
        try:
            return chosen(self._shelf).means(model)
        except ChoiceDamaged:
            return False

    def is_in_use(self, model: Model) -> bool:
        """Whether this window judges with it."""
        network = self._judging.network
        return network is not None and network.manifest == model.manifest

    @property
    def manifest_in_use(self) -> Manifest | None:
        """Of the model that this window judges with; None while there is none."""
        return None if self._judging.network is None else self._judging.network.manifest

    def use(self, model: Model) -> None:
        """Judge with a model until this window ends."""
        self._judging.open_model(model.place)

    def make_default(self, model: Model) -> None:
        """Make a model the default, and judge with it."""
        try:
            choose_default(self._shelf, model)
        except ClivusError as error:
            self._notices.warned.emit(error.message)
            return
        if self.is_in_use(model):
            self._notices.informed.emit(message("{model} is the default from now on.", model=model.name))
        else:
            self.use(model)
        self.changed.emit()

    def remove(self, model: Model | Damaged) -> None:
        """Remove an installed model, unless this window judges with it."""
        try:
            if isinstance(model, Damaged):
                self._shelf.remove(model)
            elif self.is_in_use(model):
                self._notices.informed.emit(
                    message("{model} is in use: use another model first, then remove this one.", model=model.name)
                )
            else:
                was_default = remove_model(self._shelf, model)
                self._notices.informed.emit(removed(model, self._shelf, was_default))
        except ClivusError as error:
            self._notices.warned.emit(error.message)
        self.changed.emit()

    # Off the interface thread

    @property
    def busy(self) -> bool:
        """Whether a model is being looked at or installed."""
        return self._jobs.busy(INSTALLING) or self._jobs.busy(LOOKING)

    def offer(self, place: Path) -> None:
        """Look at a model that was brought; `offered` tells what it is."""
        self.look_at(place, self.offered.emit)

    def look_at(self, place: Path, show: Callable[[Brought], None]) -> None:
        """Look at a model before it is installed."""

        def operation(link: JobLink) -> Brought:
            bundle = Bundle.load(place)
            manifest, trust = bundle.manifest, self._shelf.trust()
            return Brought(place, manifest, trust.require(manifest.called, bundle.manifest_sha256, bundle.signer))

        self._jobs.start(LOOKING, operation, show, self._failed)

    def install(self, place: Path, *, as_default: bool = False) -> None:
        """Install a model for this user, and make it the default where that is decided already."""

        def success(found: tuple[Model, bool]) -> None:
            model, new = found
            if not new:
                text = message("{model} was installed already, with the same content.", model=model.name)
                self._notices.informed.emit(text)
            if as_default:
                self.make_default(model)
            self.changed.emit()
            self.installed.emit(model)

        self._jobs.start(INSTALLING, lambda link: self._shelf.install(place), success, self._failed)
        self.changed.emit()

    def read_card(self, place: Path, show: Callable[[str], None]) -> None:
        """Show what the maker of a model says of it."""
        self._jobs.start(LOOKING, lambda link: Bundle.load(place).card, show, self._failed)

    @property
    def comparing(self) -> bool:
        """Whether models are being compared."""
        return self._jobs.busy(COMPARING)

    def compare(self, models: list[Model], project: Path) -> None:
        """Compare models on the cases of a project; `compared` carries what was found."""
        places = self._places

        def operation(link: JobLink) -> Comparison:
            networks = [opened(model.place) for model in models]
            with Project.open(project) as own:  # a connection belongs to one thread
                known = Places(places)
                return compare(own, networks, lambda case: known.find(case.id), link.part(_CASES))

        def success(found: Comparison) -> None:
            self.changed.emit()
            self.compared.emit(found)

        self._jobs.start(COMPARING, operation, success, self._failed, self.progressed.emit)
        self.changed.emit()

    def stop_comparing(self) -> None:
        """Stop; nothing is kept of it."""
        self._jobs.cancel(COMPARING)
        self.changed.emit()

    def _failed(self, error: ClivusError) -> None:
        self._notices.warned.emit(error.message)
        self.changed.emit()
