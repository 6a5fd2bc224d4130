"""How far an operation is, with a way to cancel it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from desktop.messages import Message, shown, tr
from desktop.viewer.desk.background import progress_text
from desktop.viewer.panels.announcing import announce
from desktop.viewer.panels.step import button


class Progress(QWidget):
    """A bar and a button; there only while the operation goes on."""

    def __init__(self, name: str, cancel_name: str, cancel: Callable[[], object]) -> None:
        super().__init__()
        self.bar, self.cancel = QProgressBar(), button(tr("Cancel"), cancel_name, cancel)
        self.bar.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.bar, 1)
        row.addWidget(self.cancel)
        self.hide()

    def show_busy(self, busy: bool) -> None:
        """The operation has begun or goes on; or it has ended."""
        if busy and self.isHidden():
            self.bar.setRange(0, 0)
            self.bar.setFormat(tr("starting"))
        elif not busy and not self.isHidden():
            announce(self, tr("{progress}: ended", progress=self.bar.accessibleName()))
        self.setVisible(busy)

    def show_progress(self, stage: Message, done: int, total: int) -> None:
        """What is being done, how much of it is done, and how much there is."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.bar.setFormat(shown(progress_text(stage, done, total)))
        self.bar.setAccessibleDescription(self.bar.text())
