"""A step's drawing of the landmarks, which one click folds away and brings back."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.messages import tr
from desktop.viewer.desk.guide import Guide, Schematic
from desktop.viewer.panels.step import Step, button


class SchematicFold:
    """The drawing at the end of a step with what is said of it, and the button in the step's heading."""

    def __init__(self, step: Step, which: Schematic, guide: Guide, *parts: QWidget) -> None:
        self._which, self._parts, self._guide = which, parts, guide
        self.button = button("", "", lambda: guide.toggle(which))
        self.button.setToolTip(tr("A drawing of the landmarks"))
        step.top.addWidget(self.button)
        for part in parts:
            step.body.addWidget(part)
        guide.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        unfolded = self._guide.drawing is self._which
        for part in self._parts:
            part.setVisible(unfolded)
        key = "  W" if self._guide.meant is self._which else ""
        where = tr("Where?")
        self.button.setText(f"{where}  {'▾' if unfolded else '▸'}{key}")
        fold, show = tr("Fold the drawing of the landmarks"), tr("Show the drawing of the landmarks")
        self.button.setAccessibleName(f"{where} {fold if unfolded else show}")
