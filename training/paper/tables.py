"""The reproduction for programs: one JSON object, two tables."""

from __future__ import annotations

import json
from dataclasses import asdict

from desktop.csv_text import csv_text
from training.paper.cnn_curve import Point
from training.paper.printed import Reader
from training.paper.reproduction import Reproduction
from training.paper.row import PrintedVsRecomputed

SCHEMA = "clivus-paper/1"

_OF_ROW = ("part", "reader", "figure", "unit", "fraction", "method", "see")
_OF_FIGURE = ("printed", "recomputed", "exact", "matches", "expected")


def as_json(reproduction: Reproduction) -> str:
    """One object: rows, searches, rates in one unit, findings, ROC."""
    record = {
        "schema": SCHEMA,
        "reproduced": not reproduction.failures,
        "failures": reproduction.failures,
        "rows": [asdict(row) for row in reproduction.rows],
        "searches": [asdict(search) | {"holds": search.holds} for search in reproduction.searches],
        "one_unit": [asdict(rate) for rate in reproduction.one_unit],
        "findings": [asdict(finding) for finding in reproduction.findings],
        "roc": [{"reader": reader, "unit": "series", **values} for reader, values in _roc(reproduction)],
    }
    return json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def rows_csv(reproduction: Reproduction) -> str:
    """Every row, value and interval side by side."""
    heads = [*_OF_ROW, *_OF_FIGURE, *(f"interval_{name}" for name in _OF_FIGURE)]
    return csv_text(
        heads,
        (
            [*(getattr(row, name) for name in _OF_ROW), *_beside(row.value), *_beside(row.interval)]
            for row in reproduction.rows
        ),
    )


def roc_csv(reproduction: Reproduction) -> str:
    """The ROC by series: the points of the CNN's curve after (0, 0), and one for each reader."""
    points = _roc(reproduction)
    return csv_text(["reader", *points[0][1]], ([reader, *values.values()] for reader, values in points))


def _roc(reproduction: Reproduction) -> list[tuple[Reader, dict[str, float]]]:
    points: list[tuple[Reader, Point]] = [("CNN", point) for point in reproduction.curve]
    return [
        (
            reader,
            asdict(point) | {"false_positive_rate": point.false_positive_rate, "sensitivity": point.sensitivity},
        )
        for reader, point in (*points, *reproduction.readers.items())
    ]


def _beside(figure: PrintedVsRecomputed | None) -> list[str]:
    if figure is None:
        return [""] * len(_OF_FIGURE)
    exact = " ".join(map(str, figure.exact))
    return [figure.printed, figure.recomputed, exact, _yes(figure.matches), _yes(figure.expected)]


def _yes(so: bool) -> str:
    return "yes" if so else "no"
