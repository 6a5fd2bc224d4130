"""One evaluation from the cases to everything that a report says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from desktop.inference.device import Device
from desktop.inference.manifest import Manifest
from desktop.inference.network import Network
from desktop.reading.run import Cutoff
from desktop.report.picture import picture
from training.cohort.phantoms import kind_of
from training.cohort.split import Split, require_no_leak
from training.cohort.survey import read_cohort
from training.cohort.table import TABLE_FILE
from training.evaluation.cases.calls import read_calls
from training.evaluation.cases.chosen import ChosenCases, NotIndependent, Side, choose_cases
from training.evaluation.cases.evaluated_model import Model, open_model
from training.evaluation.cases.judge import judge_cases
from training.evaluation.cases.judged import JudgedCohort
from training.evaluation.cases.looks import Look, Looks, looks_file, record_look
from training.evaluation.cases.second import read_second
from training.evaluation.figures.answers import Answers
from training.evaluation.figures.measured import Measured, measure
from training.evaluation.figures.paired import Comparison, compare
from training.evaluation.figures.placement import PlacementComparison, compare_placements, judge_again
from training.evaluation.figures.readers import ReaderStudy, study_readers
from training.evaluation.figures.shifted import Simulation, Spread, move, simulation
from training.evaluation.report.page import Picture
from training.guidelines.facts import Facts


@dataclass(frozen=True)
class Order:
    """What is asked for.

    Attributes:
        model: a bundle's folder, a run's, or "shipped".
        cohort: a table or a folder of cases.
        split: its file, or None for all cases of a cohort that the model has nothing to do with.
        against: another model to compare with on the same cases.
        readers: a table or a folder of readers' calls.
        second: second readings, with other rectangles and ranges.
        spread: by which rectangles are moved by chance, or None.
        prevalences: at which predictive values are told.
    """

    model: str
    cohort: Path
    split: Path | None
    side: Side
    device: Device
    against: str | None = None
    readers: Path | None = None
    second: Path | None = None
    spread: Spread | None = None
    prevalences: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What was found.

    Attributes:
        known: facts of the model, for checklists.
        used: the device that judged.
        cohort: its name; no path.
        fingerprints: SHA-256 of cohort and split.
        learned_here: whether the model learned from other patients of this cohort.
        kind: whom the cases are of: "patients", "phantoms" or both.
        watched: patients on whom a cut-off was chosen, as judged; None without a split.
        pictures: of the misread cases, by key: the strongest slice and its map.
        other: the model compared with, and its comparison by patient and by series.
    """

    manifest: Manifest
    known: Facts
    used: Device
    cohort: str
    chosen: ChosenCases
    fingerprints: Mapping[str, str]
    learned_here: bool
    kind: str
    looks: Looks
    judged: JudgedCohort
    watched: JudgedCohort | None
    measured: Measured
    pictures: Mapping[str, Picture]
    readers: ReaderStudy | None = None
    placement: PlacementComparison | None = None
    moved: Simulation | None = None
    other: Manifest | None = None
    compared: tuple[Comparison, ...] = field(default=())

    @property
    def cutoff(self) -> Cutoff:
        """The model's own."""
        return Cutoff(self.manifest.cutoff_slices, self.manifest.threshold)


def evaluate(order: Order) -> Evaluation:
    """Judge and measure.

    What can be refused without opening an image is refused first; then the look is noted; then the cases are judged.

    Raises:
        ClivusError: model, cohort, split, readers or second readings cannot be used; the sentence says which and why.
    """
    with open_model(order.model, order.device) as model:
        if order.against is None:
            return _evaluate(order, model, None)
        with open_model(order.against, order.device) as other:
            return _evaluate(order, model, other.network)


def _evaluate(order: Order, model: Model, other: Network | None) -> Evaluation:
    network = model.network
    manifest = network.manifest
    cohort = read_cohort(order.cohort)
    chosen = choose_cases(cohort, order.split, order.side, manifest)
    if other is not None:
        theirs = choose_cases(cohort, order.split, order.side, other.manifest)
        if theirs.cases != chosen.cases:
            raise NotIndependent(
                f"{manifest.id} was watched on other patients of this split than {other.manifest.id}, who may "
                "have learned from them: compare the two on the test side."
            )
    split = Split.load(order.split) if order.split else None
    calls = read_calls(order.readers, cohort.cases) if order.readers else None
    second = read_second(order.second, cohort.cases, chosen.cases) if order.second else None
    models = [looking.manifest for looking in (network, other) if looking is not None]
    looks = record_look(looks_file(chosen.test_set), Look.now(chosen.cases, models))

    cases, identities, judged, again, moved, pictures = [], [], [], [], [], {}
    for seen in judge_cases(chosen.cases, network):
        judged.append(seen.case)
        identities.append(seen.marked.identity)
        cases.append(seen.marked.case)
        if seen.case.misread:
            pictures[seen.case.key] = _photograph(seen.case.key, picture(seen.result))
        if second is not None:
            again.append(judge_again(seen, second[seen.case.key], network))
        if order.spread is not None:
            moved.append(move(seen, network, order.spread))
    kind = kind_of(zip(cases, identities, strict=True))
    watched = None
    if chosen.watched:
        others = list(judge_cases(chosen.watched, network, "Cases for the cut-off judged"))
        watched = JudgedCohort.of(seen.case for seen in others)
        identities += [seen.marked.identity for seen in others]
    if split is not None:
        require_no_leak(identities, split)

    answers = JudgedCohort.of(judged)
    cutoff = Cutoff(manifest.cutoff_slices, manifest.threshold)
    compared: tuple[Comparison, ...] = ()
    if other is not None:
        again_by = JudgedCohort.of(seen.case for seen in judge_cases(chosen.cases, other, "Cases judged by the other"))
        pair = _named(manifest, answers), _named(other.manifest, again_by)
        compared = (
            compare(*pair, "patient", len(answers.patients)),
            compare(*pair, "series", len(answers.cases)),
        )
    return Evaluation(
        manifest=manifest,
        known=model.facts,
        used=network.used,
        cohort=_name(cohort.source),
        chosen=chosen,
        fingerprints={"cohort": cohort.fingerprint, **({"split": split.fingerprint()} if split else {})},
        learned_here=manifest.fingerprints.get("cohort") == cohort.fingerprint,
        kind=kind,
        looks=looks,
        judged=answers,
        watched=watched,
        measured=measure(answers, cutoff, watched, chosen.watched_words, order.prevalences),
        pictures=pictures,
        readers=study_readers(calls, answers) if calls is not None else None,
        placement=compare_placements(again) if second is not None else None,
        moved=simulation(moved, order.spread) if order.spread is not None else None,
        other=other.manifest if other is not None else None,
        compared=compared,
    )


def _name(source: Path) -> str:
    """The cohort's folder, or a table with a name of its own."""
    return (source.parent if source.name == TABLE_FILE else source).resolve().name  # unresolved, "." has no name


def _named(manifest: Manifest, judged: JudgedCohort) -> Answers:
    return Answers.of_model(f"{manifest.id} {manifest.version} ({manifest.sha256[:8]})", judged.cases)


def _photograph(key: str, image: Image.Image) -> Picture:
    return Picture.photograph(image, f"Strongest slice of {key} with ROI and heat map", f"Case {key}")
