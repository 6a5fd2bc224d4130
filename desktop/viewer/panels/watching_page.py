"""The page on which a department sees how its models answer over time, and whether that changes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QHeaderView, QVBoxLayout, QWidget

from desktop.messages import message, shown, tr
from desktop.project.watching import Month, Watched
from desktop.report.model_over_time import agreement_line, drift_line, heading
from desktop.viewer.desk.model_watch import ModelWatch
from desktop.viewer.panels.row_table import RowTable, RowView
from desktop.viewer.panels.step import button, words

_SIZE_PX = 860, 620
"""Within a screen of 1366 x 768."""

FEWEST_SHOWN = 5
"""Cases of a month of which more than their number is shown: of one or two, a reader who has yet to answer would learn
what the model answered."""

_DASH = "–"


class MonthsTable(RowTable[Month]):
    """A row for each month."""

    columns = (
        message("Month"),
        message("Cases"),
        message("Positive"),
        message("No verdict"),
        message("Unusual heads"),
        message("Unlike the training"),
        message("Distance, median"),
        message("Readers agree"),
    )

    def show_months(self, months: Sequence[Month]) -> None:
        """Show these months, the latest first."""
        self.beginResetModel()
        self.rows = list(reversed(months))
        self.endResetModel()

    def cell(self, number: int, column: int) -> str:
        one = self.rows[number]
        distance = _DASH if one.distance is None else f"{one.distance:.2f}"
        agreed = shown(message("{agreed} of {answered}", agreed=one.agreed, answered=one.answered))
        known = [str(one.positive), str(one.indeterminate), str(one.unusual), str(one.unknown), distance, agreed]
        if one.cases < FEWEST_SHOWN:
            known = [_DASH] * len(known)
        return [one.month, str(one.cases), *known][column]


class WatchingPage(QDialog):
    """It can stay open during the work; opened again, it looks anew."""

    def __init__(self, watch: ModelWatch, parent: QWidget) -> None:
        super().__init__(parent)
        self._watch = watch
        self._watched: list[Watched] = []
        self.setWindowTitle(tr("The model over time"))
        self.models = QComboBox()
        self.models.setAccessibleName(tr("Model"))
        self.drift, self.findings = words("heading"), words()
        self.findings.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.table = MonthsTable()
        self.view = RowView(self.table, tr("Months"))
        self.view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.view.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self.few = words()
        self.few.setText(
            tr(
                "Of a month with fewer than {fewest} cases only their number is shown, so that nobody learns the "
                "model's answer to a case before giving an own one.",
                fewest=FEWEST_SHOWN,
            )
        )
        self.close_it = button(tr("Close"), tr("Close"), self.close)
        self._plot_place = QVBoxLayout()
        end = QHBoxLayout()
        end.addWidget(self.few, 1)
        end.addWidget(self.close_it, 0, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 14, 18, 12)
        column.setSpacing(8)
        for part in (self.models, self.drift, self.findings):
            column.addWidget(part)
        column.addLayout(self._plot_place)
        column.addWidget(self.view, 1)
        column.addLayout(end)
        self.resize(*_SIZE_PX)
        self.models.currentIndexChanged.connect(self._show_one)
        watch.found.connect(self._show_all)

    def open_on(self) -> None:
        """Look, and show what was found."""
        self._watch.look()
        self._show_all(self._watched if self._watch.possible else [])
        self.show()
        self.raise_()
        self.activateWindow()

    def _show_all(self, watched: list[Watched]) -> None:
        self._watched = watched
        chosen = max(0, self.models.currentIndex())
        self.models.blockSignals(True)
        self.models.clear()
        self.models.addItems([shown(heading(one)) for one in watched])
        self.models.blockSignals(False)
        self.models.setCurrentIndex(min(chosen, len(watched) - 1))
        self._show_one()

    def _show_one(self) -> None:
        number = self.models.currentIndex()
        there = 0 <= number < len(self._watched)
        for part in (self.models, self.findings, self.view, self.few):
            part.setVisible(there)
        if not there:
            self._take_plot_away()
            self.drift.setText(tr("No model has read a case of this project: let it read all cases in the worklist."))
            return
        watched = self._watched[number]
        self.drift.setText(shown(drift_line(watched)))
        self.findings.setText("\n".join(map(shown, (agreement_line(watched), *watched.told))))
        self.table.show_months(watched.months)
        self.view.setAccessibleDescription(self.drift.text())
        self._show_plot([one for one in watched.months if one.cases >= FEWEST_SHOWN])

    def _show_plot(self, months: Sequence[Month]) -> None:
        self._take_plot_away()
        if not months:
            return
        from desktop.viewer.pictures.months import MonthsPlot  # half a second, which the first window has no use for

        plot = MonthsPlot()
        plot.show_months(months)
        self._plot_place.addWidget(plot)

    def _take_plot_away(self) -> None:
        while (item := self._plot_place.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
