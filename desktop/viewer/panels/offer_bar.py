"""Marks that an earlier session left unsaved: offered above the views, until the reader decides."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy

from desktop.reading.draft import Draft
from desktop.viewer.panels.step import button
from desktop.viewer.theme import ACCENT, RAISED, TEXT


class OfferBar(QFrame):
    """Nothing waits for it: whoever marks anew without deciding loses neither the old marks nor the new ones."""

    def __init__(self, take_over: Callable[[], object], discard: Callable[[], object]) -> None:
        super().__init__()
        self.setObjectName("offer")
        self.setAccessibleName("Unsaved marks")
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.take = button("Take over", "Take the unsaved marks over", take_over)
        self.take.setToolTip("Puts them in the place of what is marked now. Ctrl+Z takes this back.")
        self.discard = button("Discard", "Discard the unsaved marks", discard)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 5, 8, 5)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.take)
        layout.addWidget(self.discard)
        self.setStyleSheet(
            f"QFrame#offer {{ background: {RAISED}; border-left: 3px solid {ACCENT}; }}"
            f"QFrame#offer QLabel {{ color: {TEXT}; background: transparent; }}"
        )
        self.hide()

    def show_offer(self, draft: Draft | None) -> None:
        """Offer these marks; None for nothing."""
        if draft is not None:
            text = f"Marks of {draft.kept_at:%Y-%m-%d, %H:%M} on this series were not saved: {_contents(draft)}."
            self.label.setText(text)
            self.setAccessibleDescription(text)
        self.setVisible(draft is not None)


def _contents(draft: Draft) -> str:
    ends = (draft.low_mm is not None) + (draft.high_mm is not None)
    parts = {
        "ROI": draft.roi is not None,
        "range": ends == 2,
        "one end of the range": ends == 1,
        "your verdict": draft.verdict is not None,
    }
    return ", ".join(name for name, there in parts.items() if there) or "none of them is left"
