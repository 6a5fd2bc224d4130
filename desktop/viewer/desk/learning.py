"""A model learned from the project, in a process of its own beside the work, and what came of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QObject, Signal

from desktop.errors import ClivusError
from desktop.headless.learner import LearnerOrder, Told
from desktop.headless.learning_apart import learn_apart
from desktop.inference.bundle import Bundle
from desktop.inference.manifest import HEAD_FILE
from desktop.learning.attempt import WORK_SUFFIX, survey, work_beside
from desktop.learning.chance import NotShown
from desktop.learning.outlook import NETWORK_STAGES, Outlook
from desktop.learning.recipe import Recipe
from desktop.learning.result_file import LearnedResult
from desktop.learning.work_folder import Begun, WorkFolder
from desktop.messages import language, message
from desktop.models.shelf import Model, Scope, Shelf
from desktop.report.learned_page import LearnedPage
from desktop.viewer.desk.background import JobLink, Jobs
from desktop.viewer.desk.notices import Notices

LEARNING, SURVEYING, FINDING = "learning a model", "looking at what can be learned from", "looking for what was found"
"""Kinds of jobs."""

_FEWEST_TIMED = 10
"""Crops, by which it is told how fast the network is now."""

_MOST_FOLDERS = 1000
"""Beside a project, that are looked into for an earlier learning."""


@dataclass(frozen=True)
class Found:
    """What came of a learning.

    Attributes:
        page: what is told of it.
        model: where it was written; None where it was refused.
    """

    page: LearnedPage
    model: Model | None


@dataclass(frozen=True)
class Running:
    """A learning on its way.

    Attributes:
        out: the model's folder.
        outlook: what it was expected to take.
        told: how far it is; None before the first word of it.
        stage_began: by the monotonic clock.
        slower: how much longer the network takes than when it was timed, with what else the computer does now.
    """

    out: Path
    outlook: Outlook
    told: Told | None = None
    stage_began: float = 0.0
    slower: float = 1.0

    def at(self, told: Told) -> Running:
        """The same, further on."""
        same = self.told is not None and self.told.stage == told.stage
        running = replace(self, told=told, stage_began=self.stage_began if same else monotonic())
        measured = told.stage in NETWORK_STAGES and told.done >= _FEWEST_TIMED and self.outlook.crop_s > 0
        return replace(running, slower=running._pace / self.outlook.crop_s) if measured else running

    @property
    def _pace(self) -> float:
        """Seconds for each thing done in this stage."""
        assert self.told is not None
        return (monotonic() - self.stage_began) / self.told.done

    @property
    def seconds_left(self) -> float:
        """By the pace of the stage that it is in; for the later ones by what was expected, and by how much longer than
        expected the network took so far."""
        if self.told is None:
            return sum(self.outlook.seconds)
        later = self.slower * sum(self.outlook.seconds[self.told.stage :])
        if not self.told.done:
            return later + self.slower * self.outlook.seconds[self.told.stage - 1]
        return later + self._pace * (self.told.total - self.told.done)


class Learning(QObject):
    """Looks at what can be learned from, learns, and finds again what was learned earlier.

    The process that learns is killed when it is to stop: what it has done lies in the work folder, whose guarantee is
    that a kill costs half a minute at most.
    """

    changed = Signal()
    """Something began or ended."""
    surveyed = Signal(object)
    """Carries an `Outlook`."""
    not_surveyed = Signal(object)
    """Carries the `Message` that says why nothing can be learned."""
    progressed = Signal()
    """`running` is further on."""
    learned = Signal(object)
    """Carries what was `Found`."""
    failed = Signal(object)
    """Carries the `Message`."""

    def __init__(self, jobs: Jobs, places: Path, notices: Notices, parent: QObject) -> None:
        super().__init__(parent)
        self._jobs, self._places, self._notices = jobs, places, notices
        self.running: Running | None = None
        self.last: Found | None = None
        """What the last one found, until the next begins."""

    @property
    def busy(self) -> bool:
        """Whether a model is being learned."""
        return self._jobs.busy(LEARNING)

    def look(self, project: Path, model: Path | None) -> None:
        """Look at what can be learned from in a project, by the network of a model; `surveyed` tells."""
        places = self._places

        def operation(link: JobLink) -> Outlook:
            if model is not None:
                Shelf.here().require_trusted(model)
            return Outlook.of(survey(project, places, model), Recipe())

        self._jobs.start(
            SURVEYING,
            operation,
            self.surveyed.emit,
            lambda error: self.not_surveyed.emit(error.message),
        )

    def look_away(self) -> None:
        """What is being looked at is of no interest any more."""
        self._jobs.cancel(SURVEYING)

    def begin(self, project: Path, model: Path | None, out: Path, outlook: Outlook) -> None:
        """Learn, or go on with what was begun beside `out`; `learned` or `failed` tells what came of it."""
        order = LearnerOrder(
            project=str(project),
            places=str(self._places),
            out=str(out),
            work=str(work_beside(out)),
            id=out.name,
            model="" if model is None else str(model),
            language=language(),
        )

        def operation(link: JobLink) -> Found:
            try:
                learn_apart(order, link.tell, link.stop)
            except NotShown:
                return Found(LearnedPage.of_refused(LearnedResult.read(work_beside(out))), None)
            manifest, sha256, signer = Bundle.look_at(out)
            page = LearnedPage.of_model(manifest, LearnedResult.read(work_beside(out)))
            return Found(page, Model(out, Scope.OWN, manifest, sha256, signer))

        self.last, self.running = None, Running(out, outlook)
        self._jobs.start(LEARNING, operation, self._done, self._not_done, news=self._told)
        self.changed.emit()

    def stop(self) -> None:
        """Stop; what was done is kept, and the next begin goes on."""
        self._jobs.cancel(LEARNING)
        self.running = None
        self.changed.emit()

    def find(self, model: Model, beside: Path | None, show: Callable[[LearnedPage], None]) -> None:
        """What is told of a model that was learned: with its patients, where its learning folder is found.

        Args:
            beside: a project's folder or a learning folder, which is looked into besides the model's own.
        """
        manifest, head = model.manifest, model.manifest.files.get(HEAD_FILE, "")
        folders = [model.place.parent] if beside is None else [beside, model.place.parent]

        def operation(link: JobLink) -> LearnedPage:
            for folder in _learning_folders(folders):
                try:
                    result = LearnedResult.read(folder)
                except ClivusError:
                    continue
                if result.head == head:
                    return LearnedPage.of_model(manifest, result)
            return LearnedPage.of_model(manifest, None)

        self._jobs.start(FINDING, operation, show, lambda error: self._notices.warned.emit(error.message))

    def _told(self, told: Told) -> None:
        if self.running is not None:
            self.running = self.running.at(told)
            self.progressed.emit()

    def _done(self, found: Found) -> None:
        self.running, self.last = None, found
        text = (
            message(
                "{model} was not shown to be better than chance, and not written. Ctrl+F9 shows the result.",
                model=found.page.called,
            )
            if found.model is None
            else message("{model} was learned. Ctrl+F9 shows the result.", model=found.page.called)
        )
        self._notices.informed.emit(text)
        self.changed.emit()
        self.learned.emit(found)

    def _not_done(self, error: ClivusError) -> None:
        self.running = None
        self._notices.warned.emit(error.message)
        self.changed.emit()
        self.failed.emit(error.message)


@dataclass(frozen=True)
class Earlier:
    """A learning that was begun and not finished beside a project.

    Attributes:
        out: where its model was to lie.
    """

    out: Path
    begun: Begun


def begun_earlier(folder: Path) -> list[Earlier]:
    """What was begun in a folder and can be gone on with, the latest first."""
    found = []
    for work in _learning_folders([folder]):
        begun = WorkFolder.looked_at(work)
        out = work.with_name(work.name.removesuffix(WORK_SUFFIX))
        if begun is not None and begun.goes_on and not out.exists():
            found.append(Earlier(out, begun))
    return sorted(found, key=lambda one: one.begun.day, reverse=True)


def refused_earlier(work: Path) -> Found | None:
    """What was found in a work folder whose model was refused; None where there is no such thing."""
    try:
        result = LearnedResult.read(work)
    except ClivusError:
        return None
    return Found(LearnedPage.of_refused(result), None) if result.near_chance else None


def free_bytes(folder: Path) -> int | None:
    """Room on the disk of a folder; None where that is not known."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def _learning_folders(folders: list[Path]) -> list[Path]:
    """The learning folders in some folders, and those that they are themselves."""
    found = []
    for folder in folders:
        try:
            within = [one for one in sorted(folder.iterdir())[:_MOST_FOLDERS] if one.name.endswith(WORK_SUFFIX)]
        except OSError:  # gone, or not to be looked into
            within = []
        found += [folder, *within]
    return found
