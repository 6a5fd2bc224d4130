"""Choosing the language of the window, by somebody who may not be able to read the one that is shown."""

from __future__ import annotations

import os

from PySide6.QtCore import QLocale, QObject, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QMessageBox, QWidget

from desktop.messages import OWN_VARIABLE, find, language, message, offered, tr
from desktop.viewer.desk.autosave import Autosave
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.notices import Notices
from desktop.viewer.desk.opening import Opening
from desktop.viewer.fonts import can_draw
from desktop.viewer.panels.kept_settings import KeptSettings

NAME = "Language / 言語 / 语言"
"""The same in every language, so that everybody finds it."""

THE_SYSTEMS = ""
"""Stands for the language of the system."""


def own_name(language: str) -> str:
    """What those who speak a language call it."""
    return "English" if language == "en" else QLocale(language).nativeLanguageName()


class LanguageMenu(QMenu):
    """The languages, each by its own name, and the system's first."""

    chosen = Signal(str)
    """Carries a language as `offered` names it, or `THE_SYSTEMS`."""

    def __init__(self, kept: str, window: QWidget) -> None:
        super().__init__(f"&{NAME}", window)
        forced = os.environ.get(OWN_VARIABLE)
        if forced:
            reason = tr("{variable} is {language}, and decides", variable=OWN_VARIABLE, language=forced)
            self.addAction(reason).setEnabled(False)
            self.addSeparator()
        self._group = QActionGroup(self)
        self._add(THE_SYSTEMS, tr("As the system"), kept)
        self.addSeparator()
        for one in offered():
            drawn = can_draw(one)
            name = own_name(one) if drawn else QLocale.languageToString(QLocale(one).language())
            text = name if drawn else tr("{language}: no font (apt install fonts-noto-cjk)", language=name)
            self._add(one, text, kept, there=drawn)
        self._group.setDisabled(bool(forced))

    def _add(self, one: str, text: str, kept: str, there: bool = True) -> None:
        action = self.addAction(text)
        action.setCheckable(True)
        action.setChecked(one == kept)
        action.setData(one)
        action.setEnabled(there)
        action.triggered.connect(lambda: self.chosen.emit(one))
        self._group.addAction(action)


class LanguageChange(QObject):
    """Keeps the choice, and has the window built again in that language: at once while nothing is open, and otherwise
    when the reader agrees, now or at the next start. Every widget has its texts from when it was made."""

    wanted = Signal(str)
    """The window is to be built again, in this language."""

    def __init__(
        self,
        settings: KeptSettings,
        case: Case,
        opening: Opening,
        autosave: Autosave,
        notices: Notices,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._settings, self._case, self._opening = settings, case, opening
        self._autosave, self._notices, self._window = autosave, notices, window

    def choose(self, chosen: str) -> None:
        """Keep this choice and show it."""
        self._settings.language = chosen
        self._settings.save()
        if find(os.environ, chosen).language == language():
            return
        open_now = self._case.volume is not None or self._opening.busy
        if open_now and not self.ask(chosen):
            return
        if not self._autosave.keep_now():
            self._notices.warned.emit(
                message("The window stays as it is, because unsaved marks could not be kept: save the reading first.")
            )
            return
        self.wanted.emit(chosen)

    def ask(self, chosen: str) -> bool:
        """Whether the window may be built again now; asks in the language that was chosen."""
        found = find(os.environ, chosen)
        text = message(
            "{language} is shown once the window is opened again. The series comes back, and what is not saved can be "
            "restored.",
            language=own_name(found.language),
        )
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(NAME)
        box.setText(text.rendered(found.catalogue))
        now, later = message("Open the window again"), message("At the next start")
        agreed = box.addButton(now.rendered(found.catalogue), QMessageBox.ButtonRole.AcceptRole)
        box.setEscapeButton(box.addButton(later.rendered(found.catalogue), QMessageBox.ButtonRole.RejectRole))
        box.setDefaultButton(agreed)
        box.exec()
        box.deleteLater()
        return box.clickedButton() is agreed
