"""An evaluation as metrics.json and as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from desktop.inference.manifest import Manifest
from desktop.learning.statistics.estimate import Undefined
from desktop.learning.statistics.reported import Reported
from desktop.version import VERSION
from training.evaluation.figures.against import OtherModel
from training.evaluation.figures.evaluation import Evaluation
from training.evaluation.figures.performance import Performance, Shares
from training.evaluation.figures.placement import PlacementComparison
from training.evaluation.figures.readers import ReaderStudy
from training.evaluation.figures.shifted import Simulation
from training.evaluation.report.plain import plain

SCHEMA = "clivus-evaluation/1"

Rows = list[dict[str, str]]

SHARES = ("accuracy", "sensitivity", "specificity", "ppv", "npv")


def document(evaluation: Evaluation) -> dict[str, Any]:
    """The object of metrics.json; every figure with its unit, its interval and how that was made."""
    manifest, measured, other = evaluation.manifest, evaluation.measured, evaluation.part(OtherModel)
    return {
        "schema": SCHEMA,
        "program": f"Clivus {VERSION}",
        "time": evaluation.time,
        "intended_use": f"{manifest.intended_use}, not for clinical use",
        "model": _model(manifest),
        "device": str(evaluation.used),
        "cohort": {
            "name": evaluation.cohort,
            "kind": evaluation.base.kind,
            "cases": evaluation.chosen.words,
            "fingerprints": dict(evaluation.fingerprints),
            "model_learned_from_others_of_it": evaluation.learned_here,
            "patients": len(evaluation.judged.patients),
            "series": len(evaluation.judged.cases),
            "slices": sum(len(case.slices) for case in evaluation.judged.cases),
        },
        "flow": plain(evaluation.flow),
        "characteristics": plain(evaluation.base.characteristics),
        "looks": plain(evaluation.looks),
        "cutoff": plain(evaluation.cutoff),
        "without_verdict": plain(measured.undecided),
        "figures": [plain(unit) for unit in measured.units],
        "cutoffs_by_patient": plain(measured.cutoffs),
        "decision_curve_by_patient": plain(measured.decision),
        "predictive_values_by_patient": plain(measured.prevalences),
        "patients_needed": plain(measured.needed),
        "subgroups_by_series": plain(measured.subgroups),
        "misread": [case.key for case in evaluation.judged.cases if case.misread],
        "indeterminate": [
            {"case": case.key, "reasons": list(case.reasons)} for case in evaluation.judged.cases if case.reasons
        ],
        "other_model": None if other is None else _model(other.manifest) | {"compared": plain(other.compared)},
        "readers": plain(evaluation.part(ReaderStudy)),
        "second_readings": plain(evaluation.part(PlacementComparison)),
        "moved_rectangles": plain(evaluation.part(Simulation)),
    }


def _model(manifest: Manifest) -> dict[str, Any]:
    return {"id": manifest.id, "version": manifest.version, "sha256": manifest.sha256}


def measures(evaluation: Evaluation) -> Rows:
    """Every figure of the model, a row each."""
    rows: Rows = []
    for unit in evaluation.measured.units:
        rows += _of(unit.performance, "run length" if unit.by_score is not None else "probability")
        if unit.by_score is not None:
            rows.append(_row(unit.unit, f"AUC by {evaluation.cutoff.score_name}", unit.by_score.estimate))
        own = unit.calibration
        for name, figure in (("intercept", own.intercept), ("slope", own.slope), ("Brier score", own.brier)):
            rows.append(_row(unit.unit, f"calibration {name}" if name != "Brier score" else name, figure))
    for one in evaluation.measured.prevalences:
        for name, figure in (("PPV", one.ppv), ("NPV", one.npv)):
            rows.append(_row("patient", f"{name} at prevalence {one.prevalence:g}", figure))
    return rows


def _of(performance: Performance, ranked_by: str) -> Iterable[dict[str, str]]:
    for name in SHARES:
        share = getattr(performance.shares, name)
        yield _row(
            performance.shares.unit, name if len(name) > 3 else name.upper(), share.estimate, f"{share.hits}/{share.of}"
        )
    kinds = f"{performance.shares.positive} positive, {performance.shares.negative} negative"
    yield _row(performance.auc.unit, f"AUC by {ranked_by}", performance.auc.estimate, kinds)


def _row(unit: str, name: str, figure: Reported | Undefined, numbers: str = "") -> dict[str, str]:
    missing = isinstance(figure, Undefined)
    return {
        "unit": unit,
        "figure": name,
        "value": "" if isinstance(figure, Undefined) else f"{figure.value:.6f}",
        "low": "" if isinstance(figure, Undefined) else f"{figure.low:.6f}",
        "high": "" if isinstance(figure, Undefined) else f"{figure.high:.6f}",
        "numbers": numbers,
        "interval_by": "" if isinstance(figure, Undefined) else figure.method,
        "remark": str(figure) if missing else "",
    }


def patients(evaluation: Evaluation) -> Rows:
    """A row for each patient."""
    return [
        {
            "patient": patient.key,
            "label": _label(patient.positive),
            "verdict": str(patient.verdict),
            "contrast": patient.phase,
            "series": str(len(patient.cases)),
            "run_slices": str(patient.run_slices),
            f"{evaluation.cutoff.score_name}": f"{patient.score:.6f}",
        }
        for patient in evaluation.judged.patients
    ]


def series(evaluation: Evaluation) -> Rows:
    """A row for each series."""
    return [
        {
            "case": case.key,
            "patient": case.patient,
            "label": _label(case.positive),
            "verdict": str(case.verdict),
            "contrast": case.phase,
            "run_slices": str(case.run.slices),
            "run_mm": f"{case.run.mm:.2f}",
            f"{evaluation.cutoff.score_name}": f"{case.score:.6f}",
            "slices": str(len(case.slices)),
            "spacing_mm": f"{case.spacing_mm:.3f}",
            "roi_cm2": f"{case.area_cm2:.2f}",
            "reasons": " ".join(case.reasons),
        }
        for case in evaluation.judged.cases
    ]


def slices(evaluation: Evaluation) -> Rows:
    """A row for each slice."""
    return [
        {
            "case": case.key,
            "patient": case.patient,
            "sop_instance_uid": item.sop_instance_uid,
            "position_mm": f"{item.position_mm:.3f}",
            "label": _label(item.invaded),
            "logit": f"{item.logit:.6f}",
            "probability": f"{item.probability:.6f}",
        }
        for case in evaluation.judged.cases
        for item in case.slices
    ]


def tables(evaluation: Evaluation) -> Iterator[tuple[str, Rows]]:
    """Every table by its file's name."""
    yield "measures.csv", measures(evaluation)
    yield "patients.csv", patients(evaluation)
    yield "series.csv", series(evaluation)
    yield "slices.csv", slices(evaluation)
    if readers := evaluation.part(ReaderStudy):
        yield (
            "readers.csv",
            [
                {"reader": reader.name} | row
                for reader in readers.readers
                for own in (reader.by_patient, reader.by_series)
                for row in _of(own, "confidence" if reader.by_confidence else "call")
            ],
        )
    if moved := evaluation.part(Simulation):
        yield (
            "moved_rectangles.csv",
            [
                {
                    "case": case.key,
                    "label": _label(case.positive),
                    "verdict_as_marked": str(case.verdict),
                    "draws": str(case.draws),
                    "same_verdict": str(case.same),
                    "score_as_marked": f"{case.score:.6f}",
                    "score_median_shift": f"{case.score_shift.median:.6f}",
                }
                for case in moved.cases
            ],
        )
    if placement := evaluation.part(PlacementComparison):
        yield (
            "second_readings.csv",
            [
                {
                    "case": case.key,
                    "label": _label(case.positive),
                    "first_verdict": str(case.first.verdict),
                    "second_verdict": str(case.second.verdict),
                    "dice": f"{case.overlap.dice:.4f}",
                    "centre_mm": f"{case.overlap.centre_mm:.2f}",
                    "area_ratio": f"{case.overlap.area_ratio:.4f}",
                }
                for case in placement.cases
            ],
        )


def _label(positive: bool) -> str:
    return "positive" if positive else "negative"


def confusion(shares: Shares) -> tuple[int, int, int, int]:
    """True positives, false negatives, false positives, true negatives."""
    hit, cleared = shares.sensitivity, shares.specificity
    return hit.hits, hit.of - hit.hits, cleared.of - cleared.hits, cleared.hits
