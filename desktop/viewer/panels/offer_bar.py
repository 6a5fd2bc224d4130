"""Marks that an earlier session left unsaved: offered over the views, until the reader decides."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy

from desktop.messages import Message, message, tr
from desktop.reading.draft import Draft
from desktop.viewer.desk.autosave import Autosave
from desktop.viewer.panels.step import button
from desktop.viewer.theme import ACCENT, LINE, RAISED, TEXT


class OfferBar(QFrame):
    """It can wait: a reader who marks anew without deciding loses neither the old marks nor the new ones."""

    def __init__(self, autosave: Autosave) -> None:
        super().__init__()
        self.setObjectName("offer")
        self.label = QLabel()
        self.label.setWordWrap(True)
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.take = button(tr("Restore"), tr("Restore the unsaved marks"), autosave.take_over)
        self.take.setToolTip(tr("They replace what is marked now. Undo: Ctrl+Z."))
        self.discard = button(tr("Discard"), tr("Discard the unsaved marks"), autosave.discard)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 5, 8, 5)
        layout.addWidget(self.label, 1)
        layout.addWidget(self.take)
        layout.addWidget(self.discard)
        self.setStyleSheet(
            f"QFrame#offer {{ background: {RAISED}; border: 1px solid {LINE}; border-left: 3px solid {ACCENT}; }}"
            f"QFrame#offer QLabel {{ color: {TEXT}; background: transparent; }}"
        )
        autosave.offered.connect(self._show_offer)
        self.hide()

    def _show_offer(self, draft: Draft | None) -> None:
        if draft is not None:
            text = tr(
                "Marks of {kept_at:%Y-%m-%d, %H:%M} on this series were not saved: {contents}.",
                kept_at=draft.kept_at,
                contents=_contents(draft),
            )
            self.label.setText(text)
            self.setAccessibleName(text)
        self.setVisible(draft is not None)


def _contents(draft: Draft) -> list[Message]:
    ends = (draft.low_mm is not None) + (draft.high_mm is not None)
    parts = (
        (message("ROI"), draft.roi is not None),
        (message("range"), ends == 2),
        (message("one end of the range"), ends == 1),
        (message("your verdict"), draft.verdict is not None),
    )
    return [name for name, there in parts if there] or [message("all marks were removed")]
