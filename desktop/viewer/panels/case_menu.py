"""The menu of a case in the worklist: what is said of it beside reading it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from desktop.messages import message, shown, tr
from desktop.project.cases import Case
from desktop.viewer.desk.case_notes import CaseNotes
from desktop.viewer.panels.strata_dialog import StrataDialog

_MRI = (
    (True, message("&Available")),
    (False, message("&Not available")),
    (None, message("Not &stated")),
)


class CaseMenu:
    """Made anew for each case that it is asked for."""

    def __init__(self, notes: CaseNotes, open_case: Callable[[str], object], window: QWidget) -> None:
        self._notes, self._open_case, self._window = notes, open_case, window

    def show(self, own: str, where: QPoint) -> None:
        """Show the menu of a case, by its id, at a point of the screen."""
        case = self._notes.case(own)
        if case is None:
            return
        menu = QMenu(self._window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("&Open"), lambda: self._open_case(own))
        menu.addSeparator()
        if case.excluded:
            menu.addAction(tr("Take &in again"), lambda: self._notes.exclude(case, ""))
        else:
            menu.addAction(tr("E&xclude …"), lambda: self._exclude(case))
        self._add_mri(menu.addMenu(tr("&MRI")), case)
        menu.addAction(tr("&Further columns, such as T stage …"), lambda: self._ask_strata(case))
        for patient in self._notes.same_person(case):
            text = tr("Same &patient as {patient}: make it one", patient=patient)
            menu.addAction(text, partial(self._notes.join, case, patient))
        menu.popup(where)

    def _add_mri(self, menu: QMenu, case: Case) -> None:
        group = QActionGroup(menu)
        for there, text in _MRI:
            action = menu.addAction(shown(text), partial(self._notes.set_mri, case, there))
            action.setCheckable(True)
            action.setChecked(case.mri is there)
            group.addAction(action)

    def _exclude(self, case: Case) -> None:
        """Ask why: a reason that was given before is best said in the same words."""
        usual = (tr("slices thicker than 4 mm"), tr("no MRI"))  # the paper's
        reasons = list(dict.fromkeys((*self._notes.reasons(), *usual)))
        title = tr("Exclude case {case}", case=case.key)
        reason, given = QInputDialog.getItem(
            self._window,
            title,
            tr("Why, as the cohort will tell it; nothing that names the patient:"),
            reasons,
            0,
            True,
        )
        if given and reason.strip():
            self._notes.exclude(case, reason.strip())

    def _ask_strata(self, case: Case) -> None:
        dialog = StrataDialog(self._window, case.key, self._notes.strata_names(), case.strata)
        if dialog.exec() == StrataDialog.DialogCode.Accepted:
            self._notes.set_strata(case, dialog.strata())
        dialog.deleteLater()
