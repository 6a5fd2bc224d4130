"""The files that were skipped, each with the reason."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.imaging.series import Skipped
from desktop.messages import tr


class SkippedDialog(QDialog):
    """A list to read and to copy from; it can stay open during the work."""

    def __init__(self, skipped: Sequence[Skipped], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Skipped files"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(640, 320)
        text = QPlainTextEdit(
            "\n".join(tr("{file}: {reason}", file=item.shown, reason=item.reason) for item in skipped)
        )
        text.setAccessibleName(tr("Skipped files"))
        text.setReadOnly(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.addWidget(text)
        layout.addWidget(buttons)
