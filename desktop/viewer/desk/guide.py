"""Which of the schematic drawings is shown: the one of the step at hand, for readers who want them."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import QObject, Signal

from desktop.viewer.desk.case import Case


class Schematic(Enum):
    """What is drawn."""

    RANGE = "range"
    ROI = "ROI"


class Guide(QObject):
    """A drawing opens with its step and folds with it, unless the reader has said otherwise.

    Attributes:
        wanted: whether drawings open by themselves; what the reader did last in such a step says so, and it is kept.
        drawing: the one that is shown.
        asked: whether it is shown for what the reader did, rather than because a series was opened.
    """

    changed = Signal()

    def __init__(self, case: Case) -> None:
        super().__init__(case)
        self._case = case
        self.wanted = True
        self.drawing: Schematic | None = None
        self.asked = False
        self._at_hand: Schematic | None = None
        case.opened.connect(self._begin)
        case.marked.connect(self._follow)

    def _begin(self) -> None:
        self._at_hand = self._step_at_hand()
        self._draw(self._at_hand if self.wanted else None, asked=False)

    def _follow(self) -> None:
        """Not at every change of the marks: a drawing that the reader has opened stays while its step does."""
        at_hand = self._step_at_hand()
        if at_hand is not self._at_hand and not self._case.dragging:
            self._at_hand = at_hand
            self._draw(at_hand if self.wanted else None, asked=True)

    def _step_at_hand(self) -> Schematic | None:
        marks = self._case.marks
        if self._case.volume is None or (marks.span is not None and marks.roi is not None):
            return None
        return Schematic.RANGE if marks.span is None else Schematic.ROI

    @property
    def meant(self) -> Schematic:
        """The drawing that is meant where none is named: the one shown, or that of the step at hand."""
        return self.drawing or self._at_hand or Schematic.RANGE

    def toggle(self, drawing: Schematic | None = None) -> None:
        """Show a drawing, or fold it where it is shown."""
        drawing = drawing or self.meant
        shows = drawing is not self.drawing
        if self._at_hand is not None:  # a look at it afterwards says nothing of the next case
            self.wanted = shows
        self._draw(drawing if shows else None, asked=True)

    def _draw(self, drawing: Schematic | None, asked: bool) -> None:
        self.drawing, self.asked = drawing, asked
        self.changed.emit()
