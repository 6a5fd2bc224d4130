"""`clivus suggest`: range, ROI and landmarks from the anatomy, without a window."""

from __future__ import annotations

from pathlib import Path

from desktop.headless.series_choice import choose_series
from desktop.imaging.scan import scan_for_images
from desktop.imaging.sources import Source
from desktop.imaging.volume import Volume, load
from desktop.messages import Message, message, shown, tr
from desktop.suggestion import NoSuggestion, Suggestion, suggest


def suggest_for(path: Path, wanted: str | None) -> tuple[Volume, Suggestion | NoSuggestion]:
    """What is suggested for a series.

    Args:
        wanted: the series' name; None where only one can be meant.

    Raises:
        ClivusError: the series cannot be found or read.
    """
    with Source.open(path) as source:
        volume = load(choose_series(scan_for_images(source), wanted))
    try:
        return volume, suggest(volume)
    except NoSuggestion as error:
        return volume, error


def suggestion_text(volume: Volume, found: Suggestion | NoSuggestion) -> str:
    """The same for people."""
    if isinstance(found, NoSuggestion):
        return shown(found.message)
    inside, middle = found.range.indices(volume.geometry.positions_mm), found.range.middle_mm
    column, row, width, height = found.roi.at(middle)
    lines: list[Message] = [
        message(
            "Range: {low:.1f} to {high:.1f} mm, {count} slices.",
            low=found.range.low_mm,
            high=found.range.high_mm,
            count=len(inside),
        ),
        message(
            "ROI at {position:.1f} mm: column {column:.0f}, row {row:.0f}, {width:.0f} x {height:.0f} pixels.",
            position=middle,
            column=column,
            row=row,
            width=width,
            height=height,
        ),
        *found.cautions,
    ]
    use = tr("Look at it in the window before anything is judged by it.")
    return "\n".join([volume.series.name, *map(shown, lines), use])
