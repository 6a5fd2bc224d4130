"""What every step looks like: a number, a name and its contents."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.messages import tr


class Step(QFrame):
    """One step; subclasses fill `body`."""

    grows = False
    """Whether it takes a share of the spare height. Those that do keep longer texts from moving the other steps."""

    must_be_seen = Signal(QWidget)
    """Carries a part of it that the reader must not miss."""

    def __init__(self, number: int, name: str) -> None:
        super().__init__()
        self.setProperty("role", "step")
        self.setAccessibleName(tr("Step {number}: {name}", number=number, name=name))
        self.heading = QLabel(f"{number}  {name}")
        self.heading.setProperty("role", "heading")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(10, 5, 10, 7)
        self.body.setSpacing(4)
        self.body.addWidget(self.heading)


def words(role: str = "quiet") -> QLabel:
    """A label that wraps."""
    label = QLabel()
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return label


def show_value(label: QLabel, name: str, value: str) -> None:
    """Show a value; a screen reader says what it is the value of, too."""
    label.setText(value)
    label.setAccessibleName(tr("{name}: {value}", name=name, value=value))


def button(text: str, name: str, clicked: Callable[[], object]) -> QPushButton:
    """A button that a click does not give the focus: the arrow keys stay with the views."""
    widget = QPushButton(text)
    widget.setAccessibleName(name)
    widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    widget.clicked.connect(lambda: clicked())
    return widget
