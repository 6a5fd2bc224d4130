"""Before the case is replaced or the window closes: unsaved work is offered to be saved."""

from __future__ import annotations

from PySide6.QtWidgets import QMessageBox, QWidget

from desktop.messages import tr
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.saving import Saving


class UnsavedWork:
    """Asks once, and only if there is something to lose."""

    def __init__(self, case: Case, saving: Saving, window: QWidget) -> None:
        self._case, self._saving, self._window = case, saving, window
        self._given_up: tuple[object, ...] = ()

    def may_go(self) -> bool:
        """Whether the case may be closed; asks if marks, answer or result would be lost."""
        case = self._case
        state = (case.volume, case.done, case.result)
        given_up = len(self._given_up) == len(state) and all(a is b for a, b in zip(state, self._given_up, strict=True))
        if not case.unsaved or given_up:
            return True
        button = self.ask()
        if button == QMessageBox.StandardButton.Save:
            return self._saving.keep_reading()
        if button == QMessageBox.StandardButton.Discard:
            self._given_up = state
            return True
        return False

    def ask(self) -> int:
        """Save, Discard or Cancel; Save only if there is all that a saved reading holds."""
        choices = QMessageBox.StandardButton
        whole = self._case.reading(None) is not None
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle("Clivus")
        box.setText(tr("The reading of this series is not saved."))
        box.setInformativeText(
            tr("Saving keeps ROI, range, your verdict and the result.")
            if whole
            else tr("It cannot be saved yet, because the ROI or an end of the range is not set.")
        )
        box.setStandardButtons(
            (choices.Save | choices.Discard | choices.Cancel) if whole else (choices.Discard | choices.Cancel)
        )
        box.setDefaultButton(choices.Save if whole else choices.Cancel)
        box.setEscapeButton(choices.Cancel)
        chosen = box.exec()
        box.deleteLater()
        return chosen
