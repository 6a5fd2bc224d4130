"""The report's drawings, as SVG that looks the same everywhere and is the same every time."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

Doubles = npt.NDArray[np.float64]

# Okabe and Ito (2008): told apart by colour-blind readers and in grey print.
BLUE, ORANGE, GREEN, PURPLE, GREY = "#0072B2", "#D55E00", "#009E73", "#8B4A8B", "#6B6B6B"
READERS = (ORANGE, GREEN, PURPLE, "#B8860B", "#56B4E9", "#000000")
MARKERS = "osD^vP"

LONGEST_NAME = 40
"""Letters in a legend: a longer name would leave no room for the curve."""

_SQUARE, _WIDE, _LINE = (4.6, 4.4), (6.2, 3.4), 0.17
"""Inches: sizes of the axes with their labels, height of a line of a legend."""

_STYLE: dict[Any, Any] = {  # matplotlib types its keys one by one
    "font.size": 9.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10.0,
    "legend.fontsize": 8.0,
    "legend.frameon": False,
    "svg.fonttype": "path",
    "svg.hashsalt": "clivus",
}

_styled = matplotlib.rc_context(_STYLE)


@dataclass(frozen=True, eq=False)
class Curve:
    """An ROC curve: shares of negatives and of positives called positive, from (0, 0) to (1, 1)."""

    name: str
    false_positive: Doubles
    true_positive: Doubles


@dataclass(frozen=True)
class Point:
    """One way of calling cases, as a point in the ROC plane."""

    name: str
    false_positive: float
    true_positive: float


def legible(name: str) -> bool:
    """Can a legend hold this name: not too long, and without letters that the font lacks?"""
    return len(name) <= LONGEST_NAME and drawable(name)


def drawable(text: str) -> bool:
    """Has the font all letters of this text?"""
    font = get_font(findfont(FontProperties()))
    return all(font.get_char_index(ord(sign)) for sign in text)


@_styled
def roc(unit: str, curves: Sequence[Curve], cutoff: Point | None, readers: Sequence[Point] = ()) -> str:
    """ROC curves by a unit, with the model's cut-off and readers as points."""
    figure, axes = _new(_SQUARE, 2 + len(curves) + len(readers))
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.8, linestyle=":", label="chance")
    for number, curve in enumerate(curves):
        axes.plot(
            curve.false_positive,
            curve.true_positive,
            color=(BLUE, GREY)[min(number, 1)],
            linewidth=2.0 - 0.8 * min(number, 1),
            label=curve.name,
        )
    if cutoff is not None:
        axes.plot(
            [cutoff.false_positive],
            [cutoff.true_positive],
            "*",
            color=BLUE,
            markersize=13,
            label=cutoff.name,
            clip_on=False,
        )
    for number, reader in enumerate(readers):
        axes.plot(
            [reader.false_positive],
            [reader.true_positive],
            MARKERS[number % len(MARKERS)],
            color=READERS[number % len(READERS)],
            markersize=7,
            markeredgecolor="white",
            label=reader.name.replace("$", r"\$"),  # between two of them matplotlib would read a formula
            clip_on=False,
        )
    return _roc_svg(figure, axes, unit)


def _roc_svg(figure: Figure, axes: Axes, unit: str) -> str:
    """The drawing, with the axes of every ROC curve."""
    axes.set(
        xlabel=f"1 - specificity, by {unit}",
        ylabel=f"sensitivity, by {unit}",
        xlim=(-0.02, 1.02),
        ylim=(-0.02, 1.02),
        aspect="equal",
    )
    figure.legend(loc="outside lower center")
    return _svg(figure)


@_styled
def run_lengths(positive: Sequence[int], negative: Sequence[int], cutoff: int | None) -> str:
    """How long the runs of positive and of negative series are.

    Args:
        cutoff: a line is drawn there; None where it differs from series to series.
    """
    figure, axes = _new(_WIDE)
    most = max((*positive, *negative, cutoff or 0))
    bins = np.arange(most + 1)
    for runs, name, colour, shift in (
        (negative, "negative series", BLUE, -0.2),
        (positive, "positive series", ORANGE, 0.2),
    ):
        heights = np.bincount(np.array(runs, dtype=np.int64), minlength=most + 1)
        axes.bar(bins + shift, heights, 0.38, color=colour, label=f"{name} ({len(runs)})")
    if cutoff is not None:
        axes.axvline(cutoff - 0.5, color=GREY, linewidth=1.0, linestyle="--")
        axes.annotate(
            f"positive from {cutoff}",
            (cutoff - 0.45, 1.0),
            xycoords=("data", "axes fraction"),
            va="top",
            fontsize=8,
            color=GREY,
        )
    axes.set(xlabel="longest run of adjacent positive slices", ylabel="series")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(loc="upper right", bbox_to_anchor=(1.0, 0.92))
    return _svg(figure)


@_styled
def reliability(
    unit: str, predicted: Sequence[float], observed: Sequence[tuple[float, float, float]], counts: Sequence[int]
) -> str:
    """Observed share of positives, with its interval, against the probability given; a point for each group."""
    figure, axes = _new(_SQUARE, 1)
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.8, linestyle=":", label="perfectly calibrated")
    shares = [share for share, _, _ in observed]
    reach = [[share - low for share, low, _ in observed], [high - share for share, _, high in observed]]
    axes.errorbar(predicted, shares, yerr=reach, fmt="o-", color=BLUE, ecolor=GREY, elinewidth=0.8, linewidth=1.2)
    for x, (y, _, _), count in zip(predicted, observed, counts, strict=True):
        axes.annotate(str(count), (x, y), textcoords="offset points", xytext=(5, -10), fontsize=7)
    axes.set(
        xlabel=f"probability given (mean of each group), by {unit}",
        ylabel=f"share that is positive, by {unit}",
        xlim=(-0.03, 1.06),
        ylim=(-0.07, 1.03),
        aspect="equal",
    )
    figure.legend(loc="outside lower center")
    return _svg(figure)


@_styled
def decision_curve(unit: str, thresholds: Doubles, model: Doubles, everyone: Doubles) -> str:
    """Net benefit over the probability from which one would act (Vickers and Elkin 2006)."""
    figure, axes = _new(_WIDE)
    axes.plot(thresholds, model, color=BLUE, linewidth=2.0, label="model")
    axes.plot(thresholds, everyone, color=ORANGE, linewidth=1.2, label="treat all as positive")
    axes.axhline(0.0, color=GREY, linewidth=1.2, label="treat none as positive")
    top = max(model.max(), everyone.max(), 0.01)
    axes.set(
        xlabel="threshold probability", ylabel=f"net benefit, by {unit}", xlim=(0, 1), ylim=(-0.15 * top, 1.1 * top)
    )
    axes.legend(loc="upper right")
    return _svg(figure)


@_styled
def predictive_values(prevalences: Sequence[float], ppv: Sequence[float], npv: Sequence[float], here: float) -> str:
    """PPV and NPV over the share of patients who have an invasion."""
    figure, axes = _new(_WIDE, 1)
    axes.plot(prevalences, ppv, color=ORANGE, linewidth=2.0, label="PPV")
    axes.plot(prevalences, npv, color=BLUE, linewidth=2.0, linestyle="--", label="NPV")
    axes.axvline(here, color=GREY, linewidth=1.0, linestyle=":")
    axes.annotate(f"here {here:.2f}", (here + 0.01, 0.5), fontsize=8, color=GREY)
    axes.set(xlabel="prevalence, by patient", ylabel="predictive value", xlim=(0, 1), ylim=(0, 1.03))
    figure.legend(loc="outside lower center", ncols=2)
    return _svg(figure)


def shortened(text: str, otherwise: str) -> str:
    """A text that a box has room and letters for.

    Args:
        otherwise: what stands there where the font lacks a letter.
    """
    if not drawable(text):
        return otherwise
    return text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 1] + "…"


@dataclass(frozen=True)
class Step:
    """A box of a flow chart, and the box of those who leave at it, if any."""

    text: str
    aside: str = ""


@_styled
def flow(steps: Sequence[Step]) -> str:
    """A flow chart: one box below the other, and at the right of each whoever does not go on (STARD 2015)."""
    heights = [max(step.text.count("\n"), step.aside.count("\n")) + 2.2 for step in steps]
    figure = Figure(figsize=(_WIDE[0] * 1.15, sum(heights) * _LINE + 0.42 * (len(steps) - 1) + 0.1))
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    inches = figure.get_figheight()
    axes.set(xlim=(0, 1), ylim=(0, inches))
    axes.axis("off")
    top = inches - 0.05
    for number, (step, lines) in enumerate(zip(steps, heights, strict=True)):
        height = lines * _LINE
        middle = top - height / 2
        _box(axes, 0.01, middle, 0.5, height, step.text, BLUE)
        if step.aside:
            _box(axes, 0.58, middle, 0.41, height, step.aside, GREY)
            _arrow(axes, (0.51, middle), (0.58, middle))
        if number + 1 < len(steps):
            _arrow(axes, (0.26, top - height), (0.26, top - height - 0.42))
        top -= height + 0.42
    return _svg(figure)


def _box(axes: Axes, left: float, middle: float, width: float, height: float, text: str, colour: str) -> None:
    axes.add_patch(Rectangle((left, middle - height / 2), width, height, fill=False, edgecolor=colour, linewidth=1.2))
    axes.text(left + 0.012, middle, text.replace("$", r"\$"), va="center", ha="left", fontsize=8.5, linespacing=1.35)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.annotate(
        "", end, start, arrowprops={"arrowstyle": "-|>", "color": GREY, "linewidth": 1.0, "shrinkA": 0, "shrinkB": 0}
    )


@dataclass(frozen=True)
class Moved:
    """The score of one series as marked, and the ends of what 95 % of the moved rectangles give."""

    positive: bool
    marked: float
    low: float
    high: float


@_styled
def moved_scores(cases: Sequence[Moved], score: str, threshold: float) -> str:
    """Every series' score as marked and over moved rectangles, in the order of the scores."""
    figure, axes = _new(_WIDE, 1)
    ordered = sorted(cases, key=lambda case: case.marked)
    for positive, colour, name in ((False, BLUE, "negative series"), (True, ORANGE, "positive series")):
        places = [place for place, case in enumerate(ordered, start=1) if case.positive is positive]
        own = [ordered[place - 1] for place in places]
        axes.vlines(places, [case.low for case in own], [case.high for case in own], color=colour, linewidth=1.0)
        axes.plot(
            places, [case.marked for case in own], "o" if positive else "s", color=colour, markersize=3.5, label=name
        )
    axes.axhline(threshold, color=GREY, linewidth=1.0, linestyle="--", label=f"threshold {threshold:g}")
    axes.set(xlabel="series, in the order of their scores", ylabel=score, ylim=(-0.03, 1.03))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    figure.legend(loc="outside lower center", ncols=3)
    return _svg(figure)


@_styled
def placements(unit: str, curves: Sequence[Curve]) -> str:
    """The ROC curves of the model on the marks of two readers (the paper's Figure 7)."""
    figure, axes = _new(_SQUARE, 1 + len(curves))
    axes.plot([0, 1], [0, 1], color=GREY, linewidth=0.8, linestyle=":", label="chance")
    for curve, colour, line in zip(curves, (BLUE, ORANGE), ("-", "--"), strict=True):
        axes.plot(curve.false_positive, curve.true_positive, line, color=colour, linewidth=2.0, label=curve.name)
    return _roc_svg(figure, axes, unit)


@_styled
def learning_curve(
    patients: Sequence[int], areas: Sequence[tuple[float, float, float]], levels: Sequence[str], unit: str
) -> str:
    """The AUC of patients left out, with the range of repeated draws, over how many patients are learned from."""
    figure, axes = _new(_WIDE)
    values = [area for area, _, _ in areas]
    axes.fill_between(patients, [low for _, low, _ in areas], [high for _, _, high in areas], color=BLUE, alpha=0.15)
    axes.plot(patients, values, "o-", color=BLUE, linewidth=1.6)
    for place, value, level in zip(patients, values, levels, strict=True):
        axes.annotate(level, (place, value), textcoords="offset points", xytext=(4, -11), fontsize=7)
    axes.set(xlabel="patients learned from", ylabel=f"AUC of patients left out, by {unit}", ylim=(None, 1.02))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    return _svg(figure)


def _new(size: tuple[float, float], lines_below: int = 0) -> tuple[Figure, Axes]:
    """A figure with room for a legend below the axes, where no curve runs through it."""
    width, height = size
    figure = Figure(figsize=(width, height + lines_below * _LINE), layout="constrained")
    return figure, figure.subplots()


def _svg(figure: Figure) -> str:
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return text.getvalue()
