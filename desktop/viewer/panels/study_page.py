"""A reader study in the worklist: which one is read, its cases, and how far the reader is."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QHeaderView, QVBoxLayout, QWidget

from desktop.messages import shown, tr
from desktop.project.answers import Given
from desktop.viewer.desk.answering import Answering
from desktop.viewer.panels.row_table import RowView
from desktop.viewer.panels.step import button, words
from desktop.viewer.panels.study_table import StudyTable


class StudyChooser(QComboBox):
    """The worklist, or one of the studies that the reader takes part in; not seen where there are none."""

    def __init__(self, answering: Answering) -> None:
        super().__init__()
        self._answering = answering
        self._listed: tuple[str, ...] = ()
        self.setAccessibleName(tr("Worklist, or a study"))
        self.setToolTip(tr("A study shows its cases in an order of your own, without names, and keeps your answers."))
        self.activated.connect(self._chosen)

    def refresh(self) -> None:
        """List the studies of the project and reader."""
        studies, chosen = self._answering.studies, self._answering.study
        names = tuple(study.name for study in studies)
        if names != self._listed:
            self._listed = names
            self.clear()
            self.addItem(tr("Worklist"))
            for study in studies:
                self.addItem(tr("Study: {name}", name=study.name))
        self.setVisible(bool(studies))
        self.setCurrentIndex(0 if chosen is None else 1 + names.index(chosen.name))

    def _chosen(self, row: int) -> None:
        studies = self._answering.studies
        self._answering.choose(studies[row - 1] if 0 < row <= len(studies) else None)
        self.refresh()


class StudyPage(QWidget):
    """What stands in the worklist's place while a study is read."""

    def __init__(self, answering: Answering) -> None:
        super().__init__()
        self._answering = answering
        self.sentence = words("heading")
        self.go_on = button(tr("Next open case"), tr("Open the next case without an answer"), answering.go_on)
        self.table = StudyTable()
        self.view = RowView(self.table, tr("Cases of the study"))
        self.view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        top = QHBoxLayout()
        top.addWidget(self.sentence, 1)
        top.addWidget(self.go_on)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(top)
        column.addWidget(self.view, 1)
        self.view.activated.connect(lambda index: answering.open_case(self.table.rows[index.row()][0]))

    @property
    def progress(self) -> str:
        """How many answers of the arm are given."""
        given = sum(state is Given.GIVEN for _, state in self.table.rows)
        return tr("{done} of {count} given", done=given, count=len(self.table.rows))

    def refresh(self) -> None:
        """List the cases anew, and go to the one on the desk, or to the first without an answer."""
        rows, current = self._answering.order(), self._answering.current
        self.table.show_rows(rows)
        self.sentence.setText(shown(self._answering.progress))
        self.go_on.setEnabled(self._answering.arm is not None)
        on_desk = next((row for row, (own, _) in enumerate(rows) if current is not None and own == current.id), None)
        waiting = next((row for row, (_, state) in enumerate(rows) if state is not Given.GIVEN), 0)
        self.view.choose(waiting if on_desk is None else on_desk)
