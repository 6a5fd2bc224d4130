"""Which model, which cases, which program; and what a reader of the report must know of how it was made."""

from __future__ import annotations

from collections.abc import Iterator

from desktop.version import VERSION
from training.evaluation.evaluation import Evaluation
from training.evaluation.report.page import Block, Paragraph, Section, Table


def sections(found: Evaluation) -> Iterator[Section]:
    """The last section."""
    yield Section("How this was made", tuple(_blocks(found)))


def _blocks(found: Evaluation) -> Iterator[Block]:
    manifest = found.manifest
    yield Paragraph(
        "Every case was judged by the functions that the window and `clivus read` use, on the marks of the cohort's "
        "readings. A patient is positive when any series is. The labels are the cohort's; this report cannot know "
        "whether they are true. Each interval is the one that, by simulation, covers the truth in 93 % of cohorts or "
        "more at 30 and at 300 patients (docs/interval_coverage.md in Clivus' sources); figures by series and slice "
        "take a patient as one cluster."
    )
    yield Table(
        ("what", "which"),
        (
            ("model", f"{manifest.id} {manifest.version}, {manifest.intended_use}"),
            ("model.onnx, SHA-256", manifest.sha256),
            ("cohort", f"{found.cohort}, of {found.kind}"),
            *((f"{name}, SHA-256", value) for name, value in found.fingerprints.items()),
            ("cases", found.chosen.words),
            ("looks at these cases", f"{found.looks.number}, by {found.looks.models} model(s), this one included"),
            ("cut-off", f"{found.cutoff.slices} adjacent slices at p >= {found.cutoff.threshold:g}"),
            ("device", str(found.used).upper()),
            ("program", f"Clivus {VERSION}"),
        ),
    )
