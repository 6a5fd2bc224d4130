"""Entries of the list of series: each is read to its end, however wide the list is."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QApplication, QListWidgetItem, QVBoxLayout, QWidget

from desktop.viewer.panels.series_step import SeriesList
from desktop.viewer.style import dress
from desktop.viewer.theme import THUMBNAIL_PX

WIDTHS = range(260, 321, 6)
REASON = "15 slices\nnot suitable: Slices are too thick (6 mm), so that faint invasion is averaged away; choose a "


@pytest.fixture
def listed(qtbot, qapp) -> tuple[QWidget, SeriesList]:
    dress(qapp)
    place, listed = QWidget(), SeriesList()
    qtbot.addWidget(place)
    QVBoxLayout(place).addWidget(listed)
    thumbnail = QPixmap(THUMBNAIL_PX, THUMBNAIL_PX)
    thumbnail.fill()
    listed.addItem(QListWidgetItem(QIcon(thumbnail), REASON + "reconstruction of 4 mm or less."))
    listed.filled()
    place.resize(340, 400)
    place.show()
    return place, listed


@pytest.mark.parametrize("width", WIDTHS)
def test_the_last_word_is_drawn_and_not_scrolled_to(listed, width):
    place, series = listed
    place.resize(width, 400)
    for _ in range(3):
        QApplication.processEvents()
    assert series.verticalScrollBar().maximum() == 0
    before = series.grab().toImage()
    series.item(0).setText(REASON + "reconstruction of 4 mm or more.")
    QApplication.processEvents()
    assert series.grab().toImage() != before
