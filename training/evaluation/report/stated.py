"""From an evaluation's folder to what a bundle states of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from desktop.errors import InputRefused
from desktop.inference.manifest import Metric
from desktop.learning.card_parts import StatedFigures
from desktop.messages import message
from desktop.reading.run import Cutoff
from desktop.strict_json import NotStrict, from_json
from training.evaluation.report.document import SCHEMA
from training.evaluation.report.folder import METRICS_FILE

_SHARES = ("accuracy", "sensitivity", "specificity")


class EvaluationRefused(InputRefused):
    """A folder that holds no evaluation, or one that is not as it was written."""


def read_figures(folder: Path) -> StatedFigures:
    """The figures of an evaluation that card and manifest of the model state.

    Raises:
        EvaluationRefused: there is none in the folder, or it is damaged.
    """
    path = folder / METRICS_FILE
    try:
        content = from_json(path.read_bytes())
        if content["schema"] != SCHEMA:
            raise ValueError
        cohort, score = content["cohort"], Cutoff(**content["cutoff"]).score_name
        side = "test" if content["looks"] else "validation"
        return StatedFigures(
            sha256=content["model"]["sha256"],
            cases=f"{cohort['cases']} of a cohort of {cohort['kind']}: {cohort['patients']} patients, "
            f"{cohort['series']} series, {cohort['slices']} slices",
            metrics=tuple(metric for unit in content["figures"] for metric in _metrics(unit, score, side)),
            subgroups=tuple(_subgroup(group) for group in content["subgroups_by_series"]),
        )
    except (OSError, NotStrict, KeyError, TypeError, ValueError):
        raise EvaluationRefused(
            message(
                "There is no whole evaluation in {folder}: give the folder that `clivus-train evaluate` wrote.",
                folder=folder,
            )
        ) from None


def _metrics(unit: dict[str, Any], score: str, side: str) -> Iterator[Metric]:
    """Those of one unit that can be computed."""
    shares = unit["performance"]["shares"]
    kinds = f"{shares['positive']} positive, {shares['negative']} negative"
    areas = {"AUC by probability" if unit["by_score"] is None else "AUC by run length": unit["performance"]["auc"]}
    if unit["by_score"] is not None:
        areas[f"AUC by score {score}"] = unit["by_score"]
    figures = [(name, area["estimate"], kinds) for name, area in areas.items()]
    figures += [(name, shares[name]["estimate"], f"{shares[name]['hits']}/{shares[name]['of']}") for name in _SHARES]
    for name, figure, numbers in figures:
        if "value" in figure:
            yield Metric(name=name, **figure, numbers=f"{numbers}, {side}")


def _subgroup(group: dict[str, Any]) -> tuple[str, str, str]:
    called = [
        f"{share['hits']}/{share['of']}" if (share := group[name]) is not None else f"too few ({group[kind]})"
        for name, kind in (("sensitivity", "positive"), ("specificity", "negative"))
    ]
    return f"{group['column']}: {group['value']}", called[0], called[1]
