"""An evaluation as metrics.json and as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from desktop.inference.manifest import Manifest
from desktop.version import VERSION
from training.evaluation.figures.against import OtherModel
from training.evaluation.figures.evaluation import Evaluation
from training.evaluation.figures.performance import Performance, Shares
from training.evaluation.figures.placement import PlacementComparison
from training.evaluation.figures.readers import ReaderStudy
from training.evaluation.figures.shifted import Simulation
from training.evaluation.report.plain import plain
from training.statistics.estimate import Estimate, Undefined
from training.statistics.reported import Reported, Unit, as_reported

SCHEMA = "clivus-evaluation/1"

Rows = list[dict[str, str]]

SHARES = ("accuracy", "sensitivity", "specificity", "ppv", "npv")


def document(found: Evaluation) -> dict[str, Any]:
    """The object of metrics.json; every figure with its unit, its interval and how that was made."""
    manifest, measured, other = found.manifest, found.measured, found.part(OtherModel)
    return {
        "schema": SCHEMA,
        "program": f"Clivus {VERSION}",
        "time": found.looks.time,
        "intended_use": f"{manifest.intended_use}, not for clinical use",
        "model": _model(manifest),
        "device": str(found.used),
        "cohort": {
            "name": found.cohort,
            "kind": found.base.kind,
            "cases": found.chosen.words,
            "fingerprints": dict(found.fingerprints),
            "model_learned_from_others_of_it": found.learned_here,
            "patients": len(found.judged.patients),
            "series": len(found.judged.cases),
            "slices": sum(len(case.slices) for case in found.judged.cases),
        },
        "looks": plain(found.looks),
        "cutoff": plain(found.cutoff),
        "figures": [plain(unit) for unit in measured.units],
        "cutoffs_by_patient": plain(measured.cutoffs),
        "decision_curve_by_patient": plain(measured.decision),
        "predictive_values_by_patient": plain(measured.prevalences),
        "patients_needed": plain(measured.needed),
        "subgroups_by_series": plain(measured.subgroups),
        "misread": [case.key for case in found.judged.cases if case.misread],
        "indeterminate": [
            {"case": case.key, "reasons": list(case.reasons)} for case in found.judged.cases if case.reasons
        ],
        "other_model": None if other is None else _model(other.manifest) | {"compared": plain(other.compared)},
        "readers": plain(found.part(ReaderStudy)),
        "second_readings": plain(found.part(PlacementComparison)),
        "moved_rectangles": plain(found.part(Simulation)),
    }


def _model(manifest: Manifest) -> dict[str, Any]:
    return {"id": manifest.id, "version": manifest.version, "sha256": manifest.sha256}


def measures(found: Evaluation) -> Rows:
    """Every figure of the model, a row each."""
    rows: Rows = []
    for unit in found.measured.units:
        rows += _of(unit.performance, "run length" if unit.by_score is not None else "probability")
        if unit.by_score is not None:
            rows.append(_row(unit.unit, f"AUC by s_{found.cutoff.slices}", unit.by_score.estimate))
        rows += [_for_comparison(unit.unit, method, figure) for method, figure in unit.by_other_methods.items()]
        own = unit.calibration
        for name, figure in (("intercept", own.intercept), ("slope", own.slope), ("Brier score", own.brier)):
            rows.append(_row(unit.unit, f"calibration {name}" if name != "Brier score" else name, figure))
    for one in found.measured.prevalences:
        for name, figure in (("PPV", one.ppv), ("NPV", one.npv)):
            rows.append(_row("patient", f"{name} at prevalence {one.prevalence:g}", figure))
    return rows


def _of(found: Performance, ranked_by: str) -> Iterable[dict[str, str]]:
    for name in SHARES:
        share = getattr(found.shares, name)
        yield _row(
            found.shares.unit, name if len(name) > 3 else name.upper(), share.estimate, f"{share.hits}/{share.of}"
        )
    kinds = f"{found.shares.positive} positive, {found.shares.negative} negative"
    yield _row(found.auc.unit, f"AUC by {ranked_by}", found.auc.estimate, kinds)


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


def _for_comparison(unit: Unit, method: str, found: Estimate | Undefined) -> dict[str, str]:
    return _row(unit, "AUC by run length, for comparison only", as_reported(unit, found, method))


def patients(found: Evaluation) -> Rows:
    """A row for each patient."""
    return [
        {
            "patient": patient.key,
            "label": _label(patient.positive),
            "verdict": str(patient.verdict),
            "contrast": patient.phase,
            "series": str(len(patient.cases)),
            "run_slices": str(patient.run_slices),
            f"s_{found.cutoff.slices}": f"{patient.score:.6f}",
        }
        for patient in found.judged.patients
    ]


def series(found: Evaluation) -> Rows:
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
            f"s_{found.cutoff.slices}": f"{case.score:.6f}",
            "slices": str(len(case.slices)),
            "spacing_mm": f"{case.spacing_mm:.3f}",
            "roi_cm2": f"{case.area_cm2:.2f}",
            "reasons": " ".join(case.reasons),
        }
        for case in found.judged.cases
    ]


def slices(found: Evaluation) -> Rows:
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
        for case in found.judged.cases
        for item in case.slices
    ]


def tables(found: Evaluation) -> Iterator[tuple[str, Rows]]:
    """Every table by its file's name."""
    yield "measures.csv", measures(found)
    yield "patients.csv", patients(found)
    yield "series.csv", series(found)
    yield "slices.csv", slices(found)
    if readers := found.part(ReaderStudy):
        yield (
            "readers.csv",
            [
                {"reader": reader.name} | row
                for reader in readers.readers
                for own in (reader.by_patient, reader.by_series)
                for row in _of(own, "confidence" if reader.by_confidence else "call")
            ],
        )
    if moved := found.part(Simulation):
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
    if placement := found.part(PlacementComparison):
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
