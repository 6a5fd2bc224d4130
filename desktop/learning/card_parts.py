"""What every model card tells in the same words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from desktop.inference.manifest import HEAD_FILE, MODEL_FILE, Manifest, Metric
from desktop.learning.guidelines.bundle_facts import facts_of_bundle
from desktop.learning.guidelines.facts import Fact


@dataclass(frozen=True)
class StatedFigures:
    """What an evaluation found of a network on cases that it had not seen, as card and manifest state it.

    Attributes:
        sha256: of the model.onnx that was evaluated.
        cases: which, in words.
        subgroups: of series, each by its column and value, with the positive and the negative ones called correctly.
    """

    sha256: str
    cases: str
    metrics: tuple[Metric, ...]
    subgroups: tuple[tuple[str, str, str], ...]


def subgroup_table(figures: StatedFigures) -> Iterable[str]:
    """Series by subgroup, and the blank line after them; nothing where there are no subgroups."""
    if figures.subgroups:
        yield "| series | positive, called positive | negative, called negative |"
        yield "|---|---|---|"
        yield from (f"| {' | '.join(row)} |" for row in figures.subgroups)
        yield ""


def metric_table(manifest: Manifest) -> Iterable[str]:
    """The figures with their units and intervals, and the blank line after them."""
    yield "| figure | unit | value | 95 % interval | numbers | interval by |"
    yield "|---|---|---|---|---|---|"
    for metric in manifest.metrics:
        yield (
            f"| {metric.name} | {metric.unit} | {metric.value:.3f} | {metric.low:.3f}-{metric.high:.3f} "
            f"| {metric.numbers} | {metric.method} |"
        )
    yield ""


def provenance(manifest: Manifest, seconds: Mapping[str, float]) -> Iterable[str]:
    """Time taken by each step, if it is told; tools, first weights, licence and fingerprints."""
    facts = facts_of_bundle(manifest)
    if seconds:
        yield f"Time taken: {', '.join(f'{name} {value:.0f} s' for name, value in seconds.items())}."
        yield ""
    yield facts[Fact.SOFTWARE]
    yield ""
    yield f"{facts[Fact.FIRST_WEIGHTS]} "
    yield facts[Fact.LICENCE]
    yield from ("", "| fingerprint (SHA-256) | |", "|---|---|")
    yield from (f"| {name} | `{manifest.files[name]}` |" for name in (MODEL_FILE, HEAD_FILE) if name in manifest.files)
    for name, value in manifest.fingerprints.items():
        yield f"| {name} | `{value}` |"
    yield ""
