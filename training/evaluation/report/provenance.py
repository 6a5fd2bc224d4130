"""Which model, which cases, which program; and what a reader of the report must know of how it was made."""

from __future__ import annotations

from collections.abc import Iterator

from desktop.version import VERSION
from training.evaluation.cases.looks import Looks
from training.evaluation.figures.against import OtherModel
from training.evaluation.figures.evaluation import Evaluation
from training.evaluation.report.page import Block, Paragraph, Section, Table
from training.statistics import coverage


def sections(evaluation: Evaluation) -> Iterator[Section]:
    """The last section."""
    yield Section("How this was made", tuple(_blocks(evaluation)))


def _blocks(evaluation: Evaluation) -> Iterator[Block]:
    manifest, other = evaluation.manifest, evaluation.part(OtherModel)
    yield Paragraph(
        "Every case was judged by the functions that the window and `clivus read` use, on the marks of the cohort's "
        "readings. A patient is positive when any series is. The labels are the cohort's; this report cannot know "
        "whether they are true. Intervals of shares and AUCs covered the truth "
        f"{coverage.REPORTED} (docs/interval_coverage.md in Clivus' sources). Figures by series and slice "
        "treat a patient as one cluster. Coverage was not tested for subgroups, groups of the reliability curve, "
        "agreement of verdicts, and shares at a cut-off chosen on these cases, whose intervals ignore that choice. "
        'Intervals labelled "as in the paper" do not reach their nominal coverage.'
    )
    yield Table(
        ("what", "which"),
        (
            ("model", f"{manifest.id} {manifest.version}, {manifest.intended_use}"),
            ("model.onnx, SHA-256", manifest.sha256),
            ("cohort", f"{evaluation.cohort}, of {evaluation.base.kind}"),
            *((f"{name}, SHA-256", value) for name, value in evaluation.fingerprints.items()),
            ("cases", evaluation.chosen.words),
            ("looks at the test set", _looks(evaluation.looks)),
            ("evaluated, UTC", evaluation.time[:19]),
            *((("compared with, SHA-256", other.manifest.sha256),) if other else ()),
            ("cut-off", f"{evaluation.cutoff.run_words} at p ≥ {evaluation.cutoff.threshold:g}"),
            ("device", str(evaluation.used).upper()),
            ("program", f"Clivus {VERSION}"),
        ),
    )


def _looks(looks: Looks | None) -> str:
    if looks is None:
        return "none: no test patient was looked at"
    return (
        f"{looks.number}, {looks.same} of them at exactly these cases and marks, with {looks.models} "
        f"{'model' if looks.models == 1 else 'models'}"
    )
