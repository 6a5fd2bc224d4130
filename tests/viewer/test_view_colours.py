"""Each view has a colour, and so has what shows in the other views where it lies."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor, QImage

from desktop.report.heat import evidence_colours
from desktop.viewer.theme import MARKED, SUGGESTED, VIEW_COLOURS


def has(view, of: str) -> bool:
    """Whether a colour is somewhere in a view, smoothed against black or grey, too."""
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)[..., 2::-1].astype(float)
    colour = np.array(QColor(VIEW_COLOURS[of]).getRgb()[:3], float)
    # What is drawn over a grey is a mixture: its differences between the channels are the colour's, scaled.
    hue, own = pixels - pixels.min(axis=-1, keepdims=True), colour - colour.min()
    share = (hue @ own) / (own @ own)
    return bool(((share > 0.3) & (np.abs(hue - share[..., None] * own).max(axis=-1) < 8)).any())


def test_edges_marks_and_lines_have_the_colour_of_the_view_that_they_stand_for(desk):
    views = desk.views
    for name in VIEW_COLOURS:
        assert has(getattr(views, name), name), "the edge of the view"
    for other in ("sagittal", "coronal"):
        assert has(views.axial, other), "the marks at its edges"
        assert has(getattr(views, other), "axial"), "the line of the slice on screen"
    assert not has(views.sagittal, "coronal")
    desk.display.show_crosshair(True)
    assert has(views.sagittal, "coronal"), "where the other reformat lies"
    assert has(views.coronal, "sagittal")


def test_a_mark_cannot_be_taken_for_the_heat_map():
    """What a reader marked had the very blue of evidence against invasion."""
    colours = evidence_colours(np.linspace(-1, 1, 101, dtype=np.float32), 1.0, 1.0)
    hues = {QColor(*map(int, colour[:3])).hue() for colour in colours if colour[3]}
    for mark in (MARKED, SUGGESTED):
        own = QColor(mark).hue()
        assert all(min((own - hue) % 360, (hue - own) % 360) > 45 for hue in hues)
