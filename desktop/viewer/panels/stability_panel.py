"""Below the verdict: how far the measuring of its stability is, and what it found in detail."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.inference.stability import Stability
from desktop.messages import Message, counted, message, shown, tr
from desktop.reading.run import Verdict
from desktop.viewer.desk.background import progress_text
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.display import Display
from desktop.viewer.desk.second_reader import SecondReader
from desktop.viewer.panels.step import button, put_text, words
from desktop.viewer.theme import VERDICT_LINES

_COUNTED = {
    Verdict.POSITIVE: ("━━", message("positive")),
    Verdict.NEGATIVE: ("╍╍", message("negative")),
    Verdict.INDETERMINATE: ("┉┉", message("indeterminate")),
}
"""The line that rectangles of a verdict are drawn with, and its name."""


class StabilityPanel(QWidget):
    """One line with a button; nothing where there is no verdict whose stability could be measured."""

    def __init__(self, case: Case, display: Display, second_reader: SecondReader) -> None:
        super().__init__()
        self._case, self._display, self._second_reader = case, display, second_reader
        self.line, self.details = words(), words()
        self.counts = {verdict: words() for verdict in Verdict}
        self.stop = button(tr("Stop"), tr("Stop measuring the stability"), second_reader.stop)
        self.measure = button(tr("Measure"), tr("Measure the stability"), second_reader.measure)
        self.show_moves = button(tr("Show rectangles"), tr("The ROI as a second reader might place it"), self._toggle)
        self.show_moves.setCheckable(True)
        row = QHBoxLayout()
        row.addWidget(self.line, 1)
        for widget in (self.stop, self.measure, self.show_moves):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        for verdict, label in self.counts.items():
            label.setStyleSheet(f"color: {VERDICT_LINES[verdict]};")
            column.addWidget(label)
        column.addWidget(self.details)
        second_reader.progressed.connect(self._progressed)
        for signal in (second_reader.changed, case.marked, case.judged, case.stability_known, display.changed):
            signal.connect(self._refresh)
        self._refresh()

    def _toggle(self) -> None:
        self._display.toggle_moves()

    def _progressed(self, stage: Message, done: int, total: int) -> None:
        self.line.setText(shown(progress_text(stage, done, total)))

    def _refresh(self) -> None:
        busy, declined, stability = self._second_reader.busy, self._second_reader.declined, self._case.stability
        detailed = stability is not None and self._display.moves_shown
        self.setVisible(busy or declined or stability is not None)
        begins = busy and self.stop.isHidden()
        self.stop.setVisible(busy)
        self.measure.setVisible(declined and not busy)
        self.show_moves.setVisible(stability is not None)
        self.show_moves.setChecked(detailed)
        shown_or_not = tr("Hide rectangles") if detailed else tr("Show rectangles")
        put_text(self.show_moves, shown_or_not, tr("The ROI as a second reader might place it"))
        if begins:
            self.line.setText(tr("The stability is being measured."))
        elif not busy:
            self.line.setText(tr("The stability was not measured.") if declined else "")
        for label in (*self.counts.values(), self.details):
            label.setVisible(detailed)
        if stability is not None and detailed:
            self._show(stability)

    def _show(self, stability: Stability) -> None:
        for verdict, (line, name) in _COUNTED.items():
            self.counts[verdict].setText(f"{line}  {stability.count(verdict)} {shown(name)}")
        self.details.setText("\n".join(map(shown, details(stability))))


def details(stability: Stability) -> list[Message]:
    """Runs and scores as marked and moved, a line each."""
    result = stability.result
    runs, scores = [draw.run.slices for draw in stability.draws], [draw.score for draw in stability.draws]
    lines = [
        counted(
            "Runs of {least} to {number} slice; as marked {marked}.",
            "Runs of {least} to {number} slices; as marked {marked}.",
            max(runs),
            least=min(runs),
            marked=result.run.slices,
        ),
        message(
            "Scores of {least:.3f} to {most:.3f}; as marked {marked:.3f}.",
            least=min(scores),
            most=max(scores),
            marked=result.score,
        ),
    ]
    if stability.held_inside:
        lines.append(
            counted(
                "{number} rectangle reached outside the slice and was pushed back.",
                "{number} rectangles reached outside the slice and were pushed back.",
                stability.held_inside,
            )
        )
    return lines
