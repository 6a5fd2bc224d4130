"""Every text of the panels can be told from its ground; what is disabled is exempt (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QMenuBar,
    QProgressBar,
    QTabBar,
    QWidget,
)

from desktop.messages import message
from desktop.viewer.panels.help import HelpDialog
from desktop.viewer.theme import (
    CAUTION_TEXT,
    PANEL,
    PROGRESS_BAR,
    STEP_BADGES,
    TEXT,
    VERDICT_COLOURS,
    VERDICT_LINES,
)
from tests.viewer.contrast import ENOUGH, contrast, luminance

_ANTIALIASED = 0.95
"""Share of its contrast that the boldest pixel of a thin stroke has."""


@pytest.mark.parametrize(
    ("ground", "text"),
    [
        *VERDICT_COLOURS.values(),
        *((ground, CAUTION_TEXT) for ground, _ in VERDICT_COLOURS.values()),
        *((ground, text) for ground, text, _ in STEP_BADGES.values()),
        *((PANEL, colour) for colour in VERDICT_LINES.values()),
        (PROGRESS_BAR, TEXT),
    ],
)
def test_pairs_of_the_theme(ground, text):
    assert contrast(ground, text) >= ENOUGH


def seen_contrast(widget: QWidget, part: QRect | None = None) -> float:
    """Of the boldest pixel of a text against the colour that most of its ground has."""
    area = widget.rect() if part is None else part
    image = (
        widget.window()
        .grab(area.translated(widget.mapTo(widget.window(), QPoint())))
        .toImage()
        .convertToFormat(QImage.Format.Format_RGB32)
    )
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[..., 2::-1]
    colours, counts = np.unique(pixels.reshape(-1, 3), axis=0, return_counts=True)
    shades, ground = luminance(colours), luminance(colours[counts.argmax()])
    return float(((np.maximum(shades, ground) + 0.05) / (np.minimum(shades, ground) + 0.05)).max())


def pale(window: QWidget) -> list[str]:
    texts = (QLabel, QAbstractButton, QComboBox, QMenuBar, QProgressBar, QTabBar)
    found = []
    for widget in window.findChildren(QWidget):
        there = isinstance(widget, texts) and widget.isEnabled() and not widget.visibleRegion().isEmpty()
        if there and getattr(widget, "text", lambda: "always")() and seen_contrast(widget) < ENOUGH * _ANTIALIASED:
            found.append(f"{widget.accessibleName() or widget.text()}: {seen_contrast(widget):.2f}")
    return found


def test_as_painted(marked, headless):
    marked.case.accept(headless)
    marked.display.toggle_cautions()
    marked.message.warn(message("Open a folder with a head CT first."))
    assert pale(marked) == []


def test_as_painted_at_the_start(window):
    assert pale(window) == []
    window.actions_by_name["show_help"].trigger()
    dialog = window.findChild(HelpDialog)
    assert pale(dialog) == []
    dialog.close()


def test_the_choice_in_hand_as_painted(marked):
    answer = marked.report_step.answer
    answer.showPopup()
    QApplication.processEvents()
    row = answer.view().visualRect(answer.model().index(answer.currentIndex(), 0))
    assert seen_contrast(answer.view().viewport(), row) >= ENOUGH * _ANTIALIASED
    answer.hidePopup()
