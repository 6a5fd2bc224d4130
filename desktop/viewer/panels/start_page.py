"""What is seen while nothing is open: how to begin."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QLabel, QMenu, QPushButton, QVBoxLayout

from desktop.messages import shown, tr
from desktop.quoting import quoted
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.last_work import LastWork
from desktop.viewer.desk.opening import Opening
from desktop.viewer.desk.trying import Trying
from desktop.viewer.panels.choosing import Choosing
from desktop.viewer.panels.icons import icon
from desktop.viewer.panels.languages import NAME as LANGUAGES
from desktop.viewer.panels.step import button, put_text
from desktop.viewer.panels.worklist import Worklist
from desktop.viewer.theme import LINE, PANEL


class StartPage(QFrame):
    """Open, go on, drop here, or try a synthetic head; it lies over the empty views."""

    def __init__(
        self,
        case: Case,
        opening: Opening,
        choosing: Choosing,
        last: LastWork | None,
        worklist: Worklist,
        last_project: Path | None,
        trying: Trying | None,
        languages: QMenu,
    ) -> None:
        super().__init__()
        self._case, self._opening, self._trying = case, opening, trying
        self.setObjectName("start")
        self.setAccessibleName(tr("Start page"))
        self.setStyleSheet(
            f"QFrame#start {{ background: {PANEL}; border: 1px solid {LINE}; border-radius: 8px; }}"
            "QFrame#start QPushButton { padding: 7px 14px; text-align: left; }"
        )
        title, use = QLabel("Clivus"), QLabel(tr("Demonstration, not for clinical use."))
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.9)
        font.setBold(True)
        title.setFont(font)
        use.setProperty("role", "quiet")
        self.buttons: list[QPushButton] = [
            button(
                tr("Open a folder with a head CT …  {key}", key="Ctrl+O"), tr("Open a folder"), choosing.open_folder
            ),
            button(
                tr("Open files, a disc or a zip archive …  {key}", key="Ctrl+Alt+O"),
                tr("Open files, a disc or a zip archive"),
                choosing.open_files,
            ),
        ]
        if last is not None:
            text = shown(last.text)
            self.buttons.insert(0, button(text, text, lambda: choosing.open_last(last)))
        if last_project is not None:
            text = tr("Go on with the project {name} …", name=quoted(last_project.stem))
            self.buttons.insert(0, button(text, text, lambda: worklist.open_at(last_project)))
        if trying is not None:
            self.buttons.append(button(tr("Try a synthetic head"), tr("Try a synthetic head"), trying.start))
            trying.changed.connect(self._refresh)
        drop = QLabel(
            tr(
                "Or drop a folder, files, an archive, a saved reading, a project\n"
                "or a model on the window. F1 shows all keys."
            )
        )
        drop.setProperty("role", "quiet")
        self.languages = QPushButton(icon("language"), LANGUAGES)
        self.languages.setMenu(languages)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 20, 28, 22)
        column.setSpacing(8)
        for widget in (title, use, *self.buttons, drop, self.languages):
            column.addWidget(widget)
        for signal in (case.opened, opening.changed, opening.previewed):
            signal.connect(self._refresh)
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.buttons[0].setFocus()

    def _refresh(self) -> None:
        nothing = self._case.volume is None and not self._opening.busy
        self.setVisible(nothing and not self._case.terms.in_study)
        if self._trying is not None:
            self.buttons[-1].setEnabled(not self._trying.busy)
            waiting = tr("The synthetic head is being drawn …")
            text = waiting if self._trying.busy else tr("Try a synthetic head")
            put_text(self.buttons[-1], text, text)
