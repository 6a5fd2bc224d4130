"""What a model's description remarks on the model itself, in sentences for window, reports, cards and commands."""

from __future__ import annotations

from desktop.inference.manifest import Manifest
from desktop.inference.maps import Localisation, MapFacts
from desktop.messages import Message, message

_NEAR_CHANCE = {
    frozenset({"sensitivity"}): message(
        "This model's training did not show that it finds more than half of the invasions."
    ),
    frozenset({"specificity"}): message(
        "This model's training did not show that it clears more than half of the patients without invasion."
    ),
    frozenset({"sensitivity", "specificity"}): message(
        "This model's training did not show that it finds more than half of the invasions, or clears more than half of "
        "the patients without one."
    ),
}


def near_chance_line(manifest: Manifest) -> Message | None:
    """What training did not show of a model that was exported all the same; None for any other."""
    return _NEAR_CHANCE[frozenset(manifest.near_chance)] if manifest.near_chance else None


def localisation_line(facts: MapFacts | None) -> Message:
    """How far the maps of a model are off."""
    if facts is None or facts.localisation is None:
        return message("How far the maps of this model are off was not measured.")
    measured = facts.localisation
    return message(
        "The maps of this model are off by {error:.1f} mm (median), on average {front_back} and {left_right} "
        "({number} patches planted in training crops).",
        error=measured.error_mm,
        front_back=_front_back(measured),
        left_right=_left_right(measured),
        number=measured.patches,
    )


def _front_back(measured: Localisation) -> Message:
    if measured.rows_mm < 0:
        return message("{mm:.1f} mm to the front", mm=-measured.rows_mm)
    return message("{mm:.1f} mm to the back", mm=measured.rows_mm)


def _left_right(measured: Localisation) -> Message:
    if measured.columns_mm < 0:
        return message("{mm:.1f} mm to the patient's right", mm=-measured.columns_mm)
    return message("{mm:.1f} mm to the patient's left", mm=measured.columns_mm)
