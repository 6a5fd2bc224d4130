"""What a learned model learned from, how good it is, on whom it fails and whether it may be used, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from desktop.inference.manifest import Manifest, Metric
from desktop.inference.remarks import near_chance_line
from desktop.learning.chance import COIN, exact, rates_by_patient
from desktop.learning.cohort.population import PHANTOMS
from desktop.learning.figures import FOLDS, LEFT_OUT
from desktop.learning.result_file import CalledPatient, LearnedResult
from desktop.messages import Message, message, named
from desktop.report.model_facts import made_for
from desktop.report.wording import short_use_line

_SENSITIVITY, _SPECIFICITY, _AUC = named("sensitivity"), named("specificity"), "AUC"

_FIGURES = {
    ("patient", _SENSITIVITY): message("Patients with invasion that it found"),
    ("patient", _SPECIFICITY): message("Patients without invasion that it cleared"),
    ("patient", _AUC): message("AUC by patient"),
    ("series", _SENSITIVITY): message("Series of patients with invasion, called positive"),
    ("series", _SPECIFICITY): message("Series of patients without invasion, called negative"),
    ("series", _AUC): message("AUC by series"),
    ("slice", _SENSITIVITY): message("Slices with invasion, called positive"),
    ("slice", _SPECIFICITY): message("Slices without invasion, called negative"),
    ("slice", _AUC): message("AUC by slice"),
}
"""What is told, by the unit and the name in the manifest. Accuracy hangs on how many patients had invasion."""

SIDES = {FOLDS: message("in the folds"), LEFT_OUT: message("left out")}
"""Where a patient was judged, and a figure measured."""


@dataclass(frozen=True)
class Line:
    """A figure: what was counted, and how many of how many, or the area, with its interval, by side."""

    what: Message
    found: Mapping[str, Message]


@dataclass(frozen=True)
class LearnedPage:
    """What is told of a learned model.

    Attributes:
        called: its name.
        may_be_used: what for, or why not; the first sentence is the answer.
        cautioned: whether that answer is a caution.
        learned_from: in sentences.
        figures: patients first, then series, then slices.
        not_computed: figures that these patients do not give, in sentences.
        wrong: the patients that were called wrongly; None where only the model itself is there to tell.
        not_used: reasons why cases were not used, by key.
        project: id of the project whose patients they are; "" where that is not known.
    """

    called: str
    may_be_used: tuple[Message, ...]
    cautioned: bool
    learned_from: tuple[Message, ...]
    figures: tuple[Line, ...]
    not_computed: tuple[str, ...]
    wrong: tuple[CalledPatient, ...] | None
    not_used: Mapping[str, Message]
    project: str

    @staticmethod
    def of_model(manifest: Manifest, result: LearnedResult | None) -> LearnedPage:
        """The page of a model that was written.

        Args:
            result: None where its learning folder is not there any more; the model itself names no patient.
        """
        cohort, source = manifest.cohort, manifest.learned_from
        day = () if manifest.made_on is None else (message("Made on {day:%Y-%m-%d}.", day=manifest.made_on),)
        told = (*_learned_from(cohort), message("For: {cts}.", cts=made_for(manifest)), *day)
        return LearnedPage(
            called=manifest.called,
            may_be_used=tuple(_may_be_used(manifest)),
            cautioned=bool(manifest.near_chance) or manifest.intended_use == "demonstration",
            learned_from=(*told, *(_not_used(cohort) if result is None else (_network(result),))),
            figures=_figures(manifest.metrics),
            not_computed=() if result is None else result.not_computed,
            wrong=None if result is None else _wrong(result),
            not_used={} if result is None else result.cases_not_used,
            project="" if source is None else source.project,
        )

    @staticmethod
    def of_refused(result: LearnedResult) -> LearnedPage:
        """The page of a model that was not written, because it was not shown to be better than chance."""
        return LearnedPage(
            called=result.id,
            may_be_used=tuple(_why_not(result)),
            cautioned=True,
            learned_from=(*_learned_from(result.numbers), _network(result)),
            figures=_figures(result.metrics),
            not_computed=result.not_computed,
            wrong=_wrong(result),
            not_used=result.cases_not_used,
            project=result.project,
        )


def _may_be_used(manifest: Manifest) -> Iterator[Message]:
    yield short_use_line(manifest)
    if (remark := near_chance_line(manifest)) is not None:
        yield remark
        yield message("It was written all the same because that was asked for. More patients help.")
    elif manifest.cohort["kind"] == PHANTOMS:
        yield message(
            "It has learned from synthetic heads: its figures say nothing about patients, and of a real head it says "
            "nothing that could be relied on."
        )
    else:
        yield message(
            "In the folds it was shown to be better than chance, and no more is promised: read the intervals below, "
            "and look at the patients that it called wrongly."
        )


def _why_not(result: LearnedResult) -> Iterator[Message]:
    yield message(
        "It may not be used, and no model was written: it was not shown to be better than chance with these patients."
    )
    rates = rates_by_patient(result.metrics)
    for name in result.near_chance:
        if (rate := rates.get(name)) is None:
            yield message("How many of the patients it calls rightly could not be computed.")
            continue
        hits, of = _counted(rate)
        figures = {"hits": hits, "of": of, "low": 100 * exact(rate).low, "high": 100 * exact(rate).high}
        yield (
            message(
                "It found {hits} of {of} patients with invasion. With so few patients the true share may lie anywhere "
                "from {low:.0f} to {high:.0f} % (exact 95 % interval); its lower end has to be above {coin:.0f} %, "
                "what a tossed coin finds.",
                **figures,
                coin=100 * COIN,
            )
            if name == _SENSITIVITY
            else message(
                "It cleared {hits} of {of} patients without invasion. With so few patients the true share may lie "
                "anywhere from {low:.0f} to {high:.0f} % (exact 95 % interval); its lower end has to be above "
                "{coin:.0f} %, what a tossed coin clears.",
                **figures,
                coin=100 * COIN,
            )
        )
    yield message(
        "What helps is more settled patients of the kind that is short; from 30 of each kind on, figures begin to mean "
        "something. Look at the patients called wrongly as well: a wrong verdict, label, range or ROI among them costs "
        "most."
    )
    if result.kind == PHANTOMS:
        yield message("These were synthetic heads: nothing of this page says anything about patients.")


def _learned_from(numbers: Mapping[str, object]) -> Iterator[Message]:
    training, test = _counts(numbers.get("training")), _counts(numbers.get("test"))
    if {"patients", "positive_patients", "cases", "images"} <= training.keys():
        yield message(
            "Learned from {patients} patients, {positive_patients} of them with invasion: {images} slices of {cases} "
            "series.",
            **training,
        )
    if {"patients", "positive_patients", "cases"} <= test.keys():
        yield message(
            "Tested on {patients} other patients, who were left out of everything, {positive_patients} of them with "
            "invasion: {cases} series.",
            **test,
        )


def _counts(part: object) -> dict[str, int]:
    """The numbers of a side; other programs may count less."""
    return {name: count for name, count in part.items() if isinstance(count, int)} if isinstance(part, dict) else {}


def _not_used(cohort: Mapping[str, object]) -> Iterator[Message]:
    if isinstance(unused := cohort.get("cases_not_used"), int) and unused:
        yield message("Cases of the project that were not used: {number}.", number=unused)


def _network(result: LearnedResult) -> Message:
    return message(
        "The network is that of {model}, as it was; only its last layer was learned anew.", model=result.base
    )


def _figures(metrics: Sequence[Metric]) -> tuple[Line, ...]:
    found: dict[tuple[str, str, str], Message] = {
        (one.unit, _AUC if one.name.startswith(_AUC) else one.name, side): _with_interval(one)
        for one in metrics
        for side in SIDES
        if one.numbers.endswith(f", {side}")
    }
    lines = [
        Line(what, {side: found[*which, side] for side in SIDES if (*which, side) in found})
        for which, what in _FIGURES.items()
    ]
    return tuple(line for line in lines if line.found)


def _with_interval(metric: Metric) -> Message:
    if metric.name.startswith(_AUC):
        return message(
            "{value:.2f} (95 % CI {low:.2f} to {high:.2f})", value=metric.value, low=metric.low, high=metric.high
        )
    hits, of = _counted(metric)
    return message(
        "{hits} of {of} ({value:.0f} %, 95 % CI {low:.0f} to {high:.0f} %)",
        hits=hits,
        of=of,
        value=100 * metric.value,
        low=100 * metric.low,
        high=100 * metric.high,
    )


def _counted(metric: Metric) -> tuple[str, str]:
    """27 of 29, of what the figure says was counted: "27/29, folds"."""
    hits, _, of = metric.numbers.partition(",")[0].partition("/")
    return hits, of


def _wrong(result: LearnedResult) -> tuple[CalledPatient, ...]:
    return tuple(one for one in result.patients if one.called != one.positive)
