"""One evaluation from the cases to everything that a report says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from desktop.cohort_table import TABLE_FILE
from desktop.inference.device import Device
from desktop.inference.network import Network
from desktop.inference.stability import Spread
from desktop.learning.cohort.members import Cohort
from desktop.learning.cohort.split import Split
from training.cohort.survey import read_cohort
from training.evaluation.cases.chosen import ChosenCases, Side, cases_to_show, choose_cases
from training.evaluation.cases.evaluated_model import open_model
from training.evaluation.cases.excluded import read_excluded
from training.evaluation.cases.judge import judge_cases
from training.evaluation.cases.judged import JudgedCohort
from training.evaluation.cases.looks import Look, looks_file, record_look
from training.evaluation.figures.against import AgainstPart
from training.evaluation.figures.base import BasePart
from training.evaluation.figures.evaluation import Evaluation
from training.evaluation.figures.flow import Flow
from training.evaluation.figures.part import Part
from training.evaluation.figures.placement import SecondPart
from training.evaluation.figures.readers import ReadersPart
from training.evaluation.figures.shifted import MovedPart

PREVALENCES = (0.05, 0.1, 0.2, 0.3, 0.5)
"""At which predictive values are given unless others are requested."""


@dataclass(frozen=True)
class Order:
    """What to evaluate, and what to compare it with.

    Attributes:
        model: a bundle's folder, a run's, or "shipped".
        cohort: a table or a folder of cases.
        split: its file, or None for all cases of a cohort that the model has nothing to do with.
        against: another model to compare with on the same cases.
        readers: a table or a folder of readers' calls.
        second: second readings, with other rectangles and ranges.
        spread: by which ROIs are moved at random, or None.
        prevalences: at which predictive values are given.
        shown: keys of cases whose slices are shown with both maps, besides those that are drawn at random.
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
    prevalences: tuple[float, ...] = PREVALENCES
    shown: tuple[str, ...] = ()


def evaluate(order: Order) -> Evaluation:
    """Judge and measure.

    What can be refused without opening an image is refused first; then a look at test patients is noted; then the
    cases are judged.

    Raises:
        ClivusError: model, cohort, split, readers or second readings cannot be used; the sentence says which and why.
    """
    with ExitStack() as opened:
        model = opened.enter_context(open_model(order.model, order.device))
        other = opened.enter_context(open_model(order.against, order.device)).network if order.against else None
        network, manifest = model.network, model.network.manifest
        cohort = read_cohort(order.cohort)
        chosen = choose_cases(cohort, order.split, order.side, manifest)
        excluded = read_excluded(cohort)
        parts = list(_comparisons(order, cohort, excluded, chosen, network, other))
        split = Split.load(order.split) if order.split else None
        base = BasePart(network, chosen, split, order.prevalences, cases_to_show(chosen, order.shown))
        flow = Flow.of(cohort, split, chosen.cases, excluded)
        models = [manifest, other.manifest] if other else [manifest]
        look = Look.now(chosen.cases, models)
        looks = record_look(looks_file(chosen.test_set), look) if chosen.test_set else None
        cases = []
        for series in judge_cases(chosen.cases, network):
            cases.append(series.case)
            for part in (base, *parts):
                part.see(series)
        judged = JudgedCohort.of(cases)
        return Evaluation(
            manifest=manifest,
            known=model.facts,
            used=network.used,
            cohort=_name(cohort.source),
            chosen=chosen,
            fingerprints={"cohort": cohort.fingerprint, **({"split": split.fingerprint()} if split else {})},
            learned_here=manifest.fingerprints.get("cohort") == cohort.fingerprint,
            time=look[0].time,
            looks=looks,
            flow=flow,
            base=base.finish(judged),
            comparisons=tuple(part.finish(judged) for part in parts),
        )


def _comparisons(
    order: Order,
    cohort: Cohort,
    excluded: Mapping[str, str],
    chosen: ChosenCases,
    network: Network,
    other: Network | None,
) -> Iterator[Part]:
    """The parts that were asked for besides the model's own figures, prepared."""
    if other is not None:
        theirs = choose_cases(cohort, order.split, order.side, other.manifest)
        yield AgainstPart.prepare(network.manifest, chosen, other, theirs)
    if order.readers:
        yield ReadersPart.prepare(order.readers, cohort.cases, excluded)
    if order.second:
        yield SecondPart.prepare(order.second, cohort.cases, chosen.cases, network)
    if order.spread:
        yield MovedPart(order.spread, network)


def _name(source: Path) -> str:
    """The cohort's folder, or a table with a name of its own."""
    return (source.parent if source.name == TABLE_FILE else source).resolve().name  # unresolved, "." has no name
