"""The ROC of the paper's CNN by series, drawn; loads matplotlib."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from training.drawings import BLUE, GREEN, GREY, ORANGE
from training.paper.cnn_curve import Point
from training.paper.printed import Reader
from training.paper.reproduction import Reproduction

SIDE_INCHES, DOTS_PER_INCH = 6.4, 150

READERS: dict[Reader, tuple[str, str, dict[str, Any]]] = {
    "senior": (ORANGE, "s", {"xytext": (10, 0), "va": "center"}),
    "junior": (GREEN, "^", {"xytext": (0, -10), "va": "top", "ha": "center"}),
}
"""Colour and marker of each, and where its label stands free of others."""

_STYLE: dict[Any, Any] = {  # matplotlib types its keys one by one
    "font.size": 10.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "svg.fonttype": "path",
    "svg.hashsalt": "clivus",
}


@matplotlib.rc_context(_STYLE)
def draw_roc(reproduction: Reproduction, folder: Path) -> None:
    """Write roc.svg and roc.png; the same reproduction gives the same bytes.

    Raises:
        OSError: they cannot be written.
    """
    figure = Figure(figsize=(SIDE_INCHES, SIDE_INCHES), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=1.0, linestyle=":", label="chance, AUC 0.5")
    _curve(axes, reproduction)
    for reader in READERS:
        _reader(axes, reproduction, reader)
    axes.set(
        xlabel="false-positive rate, by series",
        ylabel="true-positive rate (sensitivity), by series",
        xlim=(-0.02, 1.02),
        ylim=(-0.02, 1.02),
        aspect="equal",
    )
    axes.set_title(
        "Nakagawa et al. 2024: ROC reconstructed from run lengths\n"
        f"{reproduction.curve[0].positives} positive and {reproduction.curve[0].negatives} negative series",
        fontsize=11,
    )
    axes.legend(loc="lower right")
    figure.savefig(folder / "roc.svg", metadata={"Date": None, "Creator": None})
    figure.savefig(folder / "roc.png", metadata={"Software": None}, dpi=DOTS_PER_INCH)


def _curve(axes: Axes, reproduction: Reproduction) -> None:
    across = [0.0, *(point.false_positive_rate for point in reproduction.curve)]
    up = [0.0, *(point.sensitivity for point in reproduction.curve)]
    axes.plot(
        across,
        up,
        color=BLUE,
        linewidth=2.0,
        label=f"CNN, by its run: AUC {reproduction.auc('CNN'):.3f}",
        clip_on=False,
    )
    for point in reproduction.curve:
        chosen = point == max(reproduction.curve, key=lambda point: point.youden)
        axes.plot(
            [point.false_positive_rate],
            [point.sensitivity],
            "*" if chosen else "o",
            color=BLUE,
            markersize=16 if chosen else 7,
            markeredgecolor="white",
            label=f"cut-off of the paper: a run of {point.cutoff} or more" if chosen else None,
            clip_on=False,
            zorder=3,
        )
        if point.cutoff:  # at 0 everything is positive: no cut-off
            _label(axes, point, f"run ≥ {point.cutoff}", {"xytext": (10, -8), "va": "top"}, BLUE)


def _reader(axes: Axes, reproduction: Reproduction, reader: Reader) -> None:
    point, (colour, marker, place) = reproduction.readers[reader], READERS[reader]
    axes.plot(
        [point.false_positive_rate],
        [point.sensitivity],
        marker,
        color=colour,
        markersize=10,
        markeredgecolor="white",
        label=f"{reader} reader, calls: AUC {reproduction.auc(reader):.3f}",
        zorder=3,
    )
    _label(axes, point, f"{reader} reader", place, colour)


def _label(axes: Axes, point: Point, name: str, place: dict[str, Any], colour: str) -> None:
    right = point.negatives - point.alarms
    axes.annotate(
        f"{name}\n{point.hits}/{point.positives} and {right}/{point.negatives} right",
        (point.false_positive_rate, point.sensitivity),
        textcoords="offset points",
        color=colour,
        fontsize=9,
        **place,
    )
