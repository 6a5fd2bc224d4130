"""The further columns of a case, such as the T stage: those that the project has already, and a new one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.messages import tr
from desktop.project.cases import LONGEST_TEXT
from desktop.viewer.panels.step import words


class StrataDialog(QDialog):
    """One line for each column, so that the same thing has the same name in all cases."""

    def __init__(self, window: QWidget, key: str, names: Sequence[str], strata: Mapping[str, str]) -> None:
        super().__init__(window)
        self.setWindowTitle(tr("Further columns of case {case}", case=key))
        explained = words()
        explained.setText(
            tr(
                "They come out in the cohort, for subgroups, such as t_class with T3. Nothing that names the patient "
                "belongs here."
            )
        )
        self._values = {name: self._line(tr("Value of {name}", name=name), strata.get(name, "")) for name in names}
        self._new_name = self._line(tr("Name of a new column"), "")
        self._new_name.setPlaceholderText(tr("new column"))
        self._new_value = self._line(tr("Value of the new column"), "")
        self._new_value.setPlaceholderText(tr("its value"))
        form = QFormLayout()
        for name, line in self._values.items():
            form.addRow(name, line)
        form.addRow(self._new_name, self._new_value)
        choices = QDialogButtonBox.StandardButton
        buttons = QDialogButtonBox(choices.Ok | choices.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(explained)
        column.addLayout(form)
        column.addWidget(buttons)
        self.setMinimumWidth(420)

    def strata(self) -> dict[str, str]:
        """What was written: no value, no column."""
        found = {name: line.text().strip() for name, line in self._values.items()}
        new = self._new_name.text().strip()
        return found | ({new: self._new_value.text().strip()} if new else {})

    @staticmethod
    def _line(name: str, text: str) -> QLineEdit:
        line = QLineEdit(text)
        line.setMaxLength(LONGEST_TEXT)
        line.setAccessibleName(name)
        return line
