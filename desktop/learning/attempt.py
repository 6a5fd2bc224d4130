"""A learning as command and window order it: what can be refused in a second, then the work, then the bundle."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from pathlib import Path

import onnx_models
from desktop.errors import WrongUse
from desktop.files import require_new
from desktop.inference.bundle import Bundle
from desktop.inference.manifest import Manifest
from desktop.inference.network import Network
from desktop.learning.bundle_files import require_id
from desktop.learning.cohort.from_project import ProjectCases
from desktop.learning.cohort.members import Cohort
from desktop.learning.learn import Found, Stage, learn, require_crops, require_enough
from desktop.learning.learned_bundle import Edition, write_bundle
from desktop.learning.made_here import note_made_here, own_file
from desktop.learning.recipe import Recipe
from desktop.learning.work_folder import WorkFolder
from desktop.messages import message
from desktop.project import cases
from desktop.project.database import Project
from desktop.project.places import Places
from desktop.unwritten import NotWritten

WORK_SUFFIX = ".learning"
"""Of the folder for work on the way, beside the model's own."""


def work_beside(out: Path) -> Path:
    """Where work on the way lies unless another place is named."""
    return out.with_name(f"{out.name}{WORK_SUFFIX}")


@dataclass(frozen=True)
class Attempt:
    """What is to be learned.

    Attributes:
        project: its file.
        places: the file that says where its series lie on this computer.
        out: the new model's folder.
        work: for work on the way, by which the same attempt goes on.
        id: what the model is called in every result.
        model: whose network is kept; None for the shipped one's.
        despite: whether a model that was not shown to be better than chance is written, marked as one for ever.
    """

    project: Path
    places: Path
    out: Path
    work: Path
    id: str
    model: Path | None = None
    recipe: Recipe = field(default_factory=Recipe)
    despite: bool = False


@dataclass(frozen=True)
class Survey:
    """A project and a model as they are before anything is begun.

    Attributes:
        project: the project's file.
        network: of the bundle; it has given its known answer.
        slices: how many each case has that is ready, in range, by key.
    """

    project: Path
    bundle: Bundle
    network: Network
    cases: ProjectCases
    slices: dict[str, int]

    @property
    def cohort(self) -> Cohort:
        """The cases that are ready.

        Raises:
            CohortRefused: there is none, or they do not fit together.
        """
        return Cohort(self.project, self.cases.ready)

    def begun_with(self, recipe: Recipe) -> dict[str, str]:
        """What must be the same for a learning to go on."""
        sums = {"cohort": self.cohort.fingerprint, "model": self.bundle.manifest.sha256}
        return {**sums, "recipe": recipe.fingerprint()}


def survey(project: Path, places: Path, model: Path | None) -> Survey:
    """Look at a project and a model.

    Raises:
        BundleUnsound, OtherCrops: nothing can be learned from this model.
        ProjectRefused: the project cannot be opened.
    """
    bundle = Bundle.shipped() if model is None else Bundle.load(model)
    require_crops(bundle)
    network = Network(bundle)
    with Project.open(project) as own:
        known = Places(places)
        found = ProjectCases.of(own, lambda case: known.find(case.id))
        positions = {case.key: case.positions_mm for case in cases.every(own)}
    slices = {
        case.key: sum(case.reading.range.low_mm <= mm <= case.reading.range.high_mm for mm in positions[case.key])
        for case in found.ready
    }
    return Survey(project, bundle, network, found, slices)


@dataclass(frozen=True)
class Prepared:
    """An attempt of which everything was looked at that a second is enough for; its work folder is begun."""

    attempt: Attempt
    survey: Survey
    folder: WorkFolder

    def carry_out(self, stage: Stage) -> tuple[Manifest, Found]:
        """Learn, or go on with it, and write the bundle; its description, and what was found.

        Raises:
            ClivusError: see `learn` and `write_bundle`. What was done stays.
        """
        own, cases, bundle = self.attempt, self.survey.cases, self.survey.bundle
        found = learn(own.project, cases.ready, cases.left_out, bundle, own.recipe, self.folder, stage)
        command = f"clivus learn PROJECT --out BUNDLE --seed {own.recipe.seed}"
        edition = Edition(own.id, command, cases.learned_from(found.trained), own.despite)
        manifest = write_bundle(found, own.recipe, bundle, edition, self.folder, own.out)
        with contextlib.suppress(NotWritten):  # then it counts as not signed, which it is
            note_made_here(Bundle.look_at(own.out)[1], own_file())
        return manifest, found


def prepare(attempt: Attempt) -> Prepared:
    """Refuse what can be refused before the minutes that a cohort takes.

    Raises:
        WrongUse: a name or a folder that cannot be taken.
        BundleUnsound, OtherCrops, ProjectRefused: see `survey`.
        TooFewPatients, CohortRefused: nothing can be learned from these cases.
        AnotherLearning: in the work folder something else was begun.
        NotWritten: the work folder cannot be written to.
    """
    if require_id(attempt.id) == onnx_models.DEFAULT:
        raise WrongUse(
            message("{name} is the model that comes with Clivus: give this one another name.", name=attempt.id)
        )
    require_new(attempt.out)
    found = survey(attempt.project, attempt.places, attempt.model)
    left_out = found.cases.left_out
    if not found.cases.ready:
        require_enough((), left_out)
    require_enough(found.cohort.patients, left_out)
    return Prepared(attempt, found, WorkFolder.begin(attempt.work, found.begun_with(attempt.recipe)))
