"""All findings, in the order of the report."""

from __future__ import annotations

from training.paper.cases import Study
from training.paper.findings.cutoff import (
    chosen_on_test,
    false_positive_slices,
    run_in_mm,
    slice_specificity,
    specificity_at_one,
)
from training.paper.findings.finding import Finding
from training.paper.findings.intervals import beyond_one, copied_interval, wald_intervals
from training.paper.findings.significance import barely, by_patient, from_one_point
from training.paper.findings.training_set import not_stated, siblings, stem
from training.paper.findings.units import units_mixed
from training.paper.printed import Paper

_FINDINGS = (
    units_mixed,
    wald_intervals,
    beyond_one,
    copied_interval,
    by_patient,
    barely,
    from_one_point,
    chosen_on_test,
    specificity_at_one,
    slice_specificity,
    false_positive_slices,
    run_in_mm,
    siblings,
    stem,
    not_stated,
)


def all_findings(paper: Paper, study: Study) -> tuple[Finding, ...]:
    """Every finding, computed."""
    return tuple(find(paper, study) for find in _FINDINGS)
