"""A text in a dialog of its own, to be read beside the work."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.viewer.panels.step import button

_SIZE_PX = (760, 600)
"""Within a screen of 1366 x 768."""


def show_text(parent: QWidget, title: str, text: str) -> None:
    """Show a text until it is closed."""
    page = QDialog(parent)
    page.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    page.setWindowTitle(title)
    told = QPlainTextEdit(text)
    told.setReadOnly(True)
    told.setAccessibleName(title)
    column = QVBoxLayout(page)
    column.addWidget(told, 1)
    column.addWidget(button(tr("Close"), tr("Close"), page.close), 0, Qt.AlignmentFlag.AlignRight)
    page.resize(*_SIZE_PX)
    page.show()


def show_card(parent: QWidget, model: str, card: str) -> None:
    """Show what the maker of a model says of it."""
    show_text(parent, model, card or tr("This model has no card."))
