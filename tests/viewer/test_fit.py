"""The views open on the body, not on the matrix around it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QApplication


@pytest.fixture
def far(window, volume):
    """A head that fills a third of its slices, on the desk."""
    rows, columns = volume.hu.shape[1:]
    hu = np.full((len(volume.hu), 2 * rows, 2 * columns), -1000, np.int16)
    hu[:, rows : 2 * rows, columns // 4 : columns // 4 + columns] = volume.hu
    geometry = replace(volume.geometry, rows=2 * rows, columns=2 * columns)
    window.case.open(replace(volume, hu=hu, geometry=geometry))
    QApplication.processEvents()
    return window


def shares(view):
    """Of the view's width and height that the body takes, and its centre's distance from the view's, in pixels."""
    body = view.screen_rect(view.wanted_mm())
    away = body.center() - view.rect().center()
    return max(body.width() / view.width(), body.height() / view.height()), abs(away.x()) + abs(away.y())


def test_every_view_shows_the_body_as_large_as_it_can(far, hand):
    for view in far.views.ct_views:
        share, away = shares(view)
        assert share == pytest.approx(0.98, abs=0.01)
        assert away < 3
    axial, geometry = far.views.axial, far.case.volume.geometry
    whole = QRectF(0, 0, geometry.columns * geometry.column_mm, geometry.rows * geometry.row_mm)
    assert axial.screen_rect(whole).width() > 1.5 * axial.screen_rect(axial.wanted_mm()).width()
    far.views.axial.zoom_at(far.views.axial.rect().center().toPointF(), 3.0)
    hand.key(far, Qt.Key.Key_F)
    assert shares(far.views.axial)[0] == pytest.approx(0.98, abs=0.01)
