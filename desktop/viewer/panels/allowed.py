"""Which commands a reader study takes away, and which it brings: keys, menus and tool bar follow."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QAction

from desktop.viewer.desk.answering import Answering
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.terms import Terms
from desktop.viewer.panels.shortcuts import SHORTCUTS, Where

_NOT_IN_STUDIES = {
    "open_folder",
    "open_files",
    "open_reading",
    "save_reading",
    "save_reading_as",
    "save_report",
    "learn_model",
    "watch_model",
    "toggle_patient",
    "toggle_schematic",
    "toggle_landmarks",
    "accept_suggestion",
    "set_range_high",
    "set_range_low",
    "label_positive",
    "label_negative",
    "label_all_positive",
    "label_all_negative",
    "toggle_key_slice",
    "verdict_positive",
    "verdict_negative",
    "verdict_indeterminate",
    "analyse",
}
"""What opens anything else, says whose CT it is, marks, labels or saves. The aided arm analyses by itself."""

_OF_THE_MODEL = {
    "open_model",
    "use_shipped_model",
    "hide_heat",
    "toggle_paper_map",
    "toggle_moves",
    "toggle_cautions",
}

_OF_THE_ROI = {
    "roi_front",
    "roi_back",
    "roi_left",
    "roi_right",
    "roi_wider",
    "roi_narrower",
    "roi_longer",
    "roi_shorter",
    "toggle_key_rectangle",
}

_OF_RECTANGLES = "give_answer"


def _allowed(name: str, terms: Terms) -> bool:
    if name in _OF_THE_MODEL:
        return terms.model_answers
    if name in _OF_THE_ROI:
        return terms.roi_is_placed
    return name not in _NOT_IN_STUDIES or not terms.in_study


def follow_study(actions: Mapping[str, QAction], case: Case, answering: Answering) -> None:
    """Commands are enabled as the terms of the case on the desk have it."""
    of_studies = {shortcut.name for shortcut in SHORTCUTS if shortcut.where is Where.STUDY}
    changeable = _NOT_IN_STUDIES | _OF_THE_MODEL | _OF_THE_ROI

    def refresh() -> None:
        for name in changeable:
            actions[name].setEnabled(_allowed(name, case.terms))
        for name in of_studies:
            is_asked = case.terms is not Terms.RECTANGLES or name == _OF_RECTANGLES
            actions[name].setEnabled(answering.answer is not None and is_asked)

    answering.changed.connect(refresh)
    refresh()
