"""What every step looks like: a number or a tick, a name, one sentence and its contents."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout

from desktop.messages import Message, shown, tr
from desktop.viewer.desk.course import StepState
from desktop.viewer.theme import STEP_BADGES

_BADGE_PX = 20


class Step(QFrame):
    """One step; subclasses fill `body`, and may put a button beside the `top`'s name."""

    def __init__(self, number: int, name: str) -> None:
        super().__init__()
        self.setProperty("role", "step")
        self._number, self._name = number, name
        self.state: StepState | None = None
        self.badge, self.heading = QLabel(), QLabel(name)
        self.badge.setFixedSize(_BADGE_PX, _BADGE_PX)
        self.badge.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.heading.setProperty("role", "heading")
        self.top = QHBoxLayout()
        self.top.setSpacing(7)
        self.top.addWidget(self.badge)
        self.top.addWidget(self.heading, 1)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(10, 5, 10, 7)
        self.body.setSpacing(4)
        self.body.addLayout(self.top)
        self.show_state(StepState.TO_DO)

    def show_state(self, state: StepState) -> None:
        """Show whether the step is done, or what the reader should do now."""
        if state is self.state:
            return
        self.state = state
        self.badge.setText("✓" if state is StepState.DONE else str(self._number))
        ground, text, edge = STEP_BADGES[state.value]
        self.badge.setStyleSheet(
            f"background: {ground}; color: {text}; border: 1px solid {edge}; border-radius: {_BADGE_PX // 2}px;"
        )
        self.setAccessibleName(
            tr("Step {number}: {name}, {state}", number=self._number, name=self._name, state=state.label)
        )


class _Words(QLabel):
    """A label that wraps and keeps all of its lines: Qt guesses their number by the words, and Japanese has none."""

    def setText(self, text: str) -> None:  # noqa: N802
        super().setText(text)
        self._keep_lines()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._keep_lines()

    def _keep_lines(self) -> None:
        self.setMinimumHeight(max(0, self.heightForWidth(self.width())) if self.text() else 0)


def words(role: str = "quiet") -> QLabel:
    """A label that wraps."""
    label = _Words()
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return label


def show_value(label: QLabel, name: str, value: str) -> None:
    """Show a value; a screen reader says what it is the value of, too."""
    label.setText(value)
    label.setAccessibleName(tr("{name}: {value}", name=name, value=value))


def show_failing(label: QLabel, failing: Sequence[Message]) -> None:
    """Show what stands against a mark; nothing while nothing does."""
    label.setText("\n".join(map(shown, failing)))
    label.setVisible(bool(failing))


def put_text(widget: QPushButton, text: str, purpose: str) -> None:
    """Put a text, with its key behind two spaces, on a button; a screen reader says it with what the button is for."""
    widget.setText(text)
    own = text.split("  ")[0].rstrip(" …")
    told = own.casefold() in purpose.casefold()
    widget.setAccessibleName(purpose if told else tr("{button}: {purpose}", button=own, purpose=purpose))


def button(text: str, purpose: str, clicked: Callable[[], object]) -> QPushButton:
    """A button that a click does not give the focus: the arrow keys stay with the views."""
    widget = QPushButton()
    put_text(widget, text, purpose)
    widget.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    widget.clicked.connect(lambda: clicked())
    return widget
