"""The whole window in every language: no English left anywhere, nothing cut off on a small screen."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFileDialog,
    QGraphicsTextItem,
    QGraphicsView,
    QLabel,
    QListWidget,
    QMenu,
    QMenuBar,
    QMessageBox,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QTabWidget,
    QToolButton,
    QWidget,
)

from desktop.messages import choose, language, message, offered
from desktop.reading.roi import Roi
from desktop.reading.run import Verdict
from desktop.viewer.desk.case import Marks
from desktop.viewer.panels.about import AboutDialog
from desktop.viewer.panels.help import HelpDialog
from desktop.viewer.panels.skipped import SkippedDialog
from desktop.viewer.panels.unsaved_work import UnsavedWork
from desktop.viewer.qt_texts import QtTexts
from desktop.viewer.style import dress

ASK = UnsavedWork.ask
PSEUDO = "en_XA"

KEYS = {
    *("Alt", "Backspace", "Ctrl", "Del", "Down", "End", "Esc", "Home"),
    *("Left", "Menu", "PgDown", "PgUp", "Return", "Right", "Shift", "Tab"),
}
DATA = {"CPU", "Clivus", "phantom", "resnet", "series", "letter", "txt", "json", "step", "Language", "English"}
"""What stands on keys, and names from files: neither is translated."""

TERMS = {"ROI", "PDF", "PACS", "DICOMDIR", "zip", "log", "odds", "logit", "result", "Hounsfield", "DICOM"}
"""Terms that other languages use as they are."""

ABOUT = {"Apache", "Jpn", "Linux", "Nakagawa", "Python", "Radiol", "doi", platform.system()}
"""Names on the About page."""

WORD, PATH = re.compile(r"[A-Za-z]{3,}"), re.compile(r"\S*/\S*")


@pytest.fixture(params=[PSEUDO, *(name for name in offered() if name != "en")])
def pseudo(request, qapp, monkeypatch) -> Iterator[None]:
    """Everything in the pseudo-language or another, Qt's own words too."""
    monkeypatch.delenv("CLIVUS_LANGUAGE")  # else the menu of languages says so
    assert choose({"CLIVUS_LANGUAGE": request.param}) is None
    dress(qapp)
    texts = QtTexts(qapp)
    qapp.installTranslator(texts)
    QLocale.setDefault(QLocale(request.param))  # Qt's names of kinds of files go by it
    yield
    qapp.removeTranslator(texts)
    QLocale.setDefault(QLocale.c())
    choose({"CLIVUS_LANGUAGE": "en"})
    dress(qapp)


@pytest.fixture
def read(pseudo, window, small_folder, drawn, qtbot):
    """The window with a case, a file that was skipped, marks, a result, the reader's verdict and a message."""
    folder = small_folder(PatientName="", PatientID="", ConvolutionKernel=None)
    (folder / "letter.txt").write_text("not an image")
    with qtbot.waitSignal(window.opening.opened, timeout=30000):
        window.open(folder)
    qtbot.waitUntil(lambda: not window.jobs._running)
    window.case.mark(Marks(Roi.everywhere(5, 5, 40, 50), 6.0, 21.0), "step")
    window.case.answer(Verdict.NEGATIVE)
    with qtbot.waitSignal(window.case.judged, timeout=30000):
        window.judging.analyse()
    qtbot.waitUntil(lambda: not window.jobs._running)
    window.actions_by_name["invert_window_drag"].trigger()
    QApplication.processEvents()
    return window


def english(texts) -> set[str]:
    """Words that nobody translated."""
    kept = KEYS | DATA | (set() if language() == PSEUDO else TERMS)
    return {word for text in texts for word in WORD.findall(PATH.sub("", text))} - kept


def texts_of(widget: QWidget) -> Iterator[str]:
    """All that a widget says, to eyes, to a resting mouse and to a screen reader."""
    yield from (widget.windowTitle(), widget.toolTip(), widget.accessibleName(), widget.accessibleDescription())
    yield from (action_text for action in widget.actions() for action_text in (action.text(), action.toolTip()))
    if isinstance(widget, QLabel | QPushButton | QToolButton):
        yield widget.text()
    elif isinstance(widget, QProgressBar):
        yield widget.format()
    elif isinstance(widget, QMenu):
        yield widget.title()
    elif isinstance(widget, QComboBox):
        yield from (widget.itemText(row) for row in range(widget.count()))
    elif isinstance(widget, QListWidget):
        for row in range(widget.count()):
            yield from (widget.item(row).text(), widget.item(row).toolTip())
    elif isinstance(widget, QTabWidget):
        for tab in range(widget.count()):
            yield from (widget.tabText(tab), widget.tabToolTip(tab))
    elif isinstance(widget, QPlainTextEdit):
        yield widget.toPlainText()
    elif isinstance(widget, QGraphicsView):
        for item in widget.scene().items():
            yield item.toolTip()
            if isinstance(item, QGraphicsTextItem):
                yield item.toPlainText()


def everything(window: QWidget) -> Iterator[str]:
    for widget in (window, *window.findChildren(QWidget)):
        yield from texts_of(widget)


def test_no_english_is_left(read, drawn):
    for view in read.views.ct_views:
        view.grab()
    read.views.plots.grab()
    assert not english(everything(read))
    assert not english(drawn)
    read.display.hide_heat(True)
    read.display.go_to(0)
    for tool in ("distance", "angle", "ellipse"):
        read.display.use_tool(tool)
        read.views.axial.grab()
    read.case.mark(Marks(), "step")
    for view in read.views.ct_views:
        view.grab()
    assert not english(everything(read))
    assert not english(drawn)


def test_no_english_is_left_before_anything_is_open(pseudo, window):
    assert not english(everything(window))


def test_no_english_is_left_in_dialogs(read, qtbot, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    read.actions_by_name["show_help"].trigger()
    read.series_step._show_skipped.click()
    read.actions_by_name["show_about"].trigger()
    about = read.findChild(AboutDialog)
    libraries = about.findChild(QPlainTextEdit).toPlainText()
    assert english(everything(about)) <= {*WORD.findall(libraries), *ABOUT}
    about.close()
    for kind in (HelpDialog, SkippedDialog):
        dialog = read.findChild(kind)
        assert not english(everything(dialog))
        assert not list(cut_off(dialog))
        assert dialog.width() <= read.width()
        dialog.close()
    said: list[str] = []

    def listen() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QMessageBox | QFileDialog)
        said.extend(everything(dialog))
        dialog.reject()

    monkeypatch.setattr(UnsavedWork, "ask", ASK)
    QTimer.singleShot(50, listen)
    assert not read.unsaved_work.may_go()
    for opening in ("open_folder", "open_files", "save_reading_as"):
        QTimer.singleShot(300, listen)
        read.actions_by_name[opening].trigger()
    monkeypatch.setattr(UnsavedWork, "ask", lambda self: QMessageBox.StandardButton.Discard)
    assert not english(said) - {"tmp", "root", "reading"}


def cut_off(window: QWidget) -> Iterator[str]:
    """Texts with less room than they need."""
    for widget in window.findChildren(QWidget):
        if not widget.isVisible():
            continue
        if isinstance(widget, QLabel) and widget.text():
            room = widget.contentsRect()
            metrics = widget.fontMetrics()
            if widget.wordWrap():
                needed = metrics.boundingRect(room, int(widget.alignment() | 0x1000), widget.text())  # TextWordWrap
                if needed.height() > room.height() + 1 or needed.width() > room.width() + 1:
                    yield widget.text()
            elif metrics.size(0, widget.text()).width() > room.width() + 1:
                yield widget.text()
        elif isinstance(widget, QPushButton | QComboBox | QMenuBar) and widget.sizeHint().width() > widget.width():
            yield getattr(widget, "text", widget.accessibleName)()
        elif isinstance(widget, QProgressBar):
            if widget.fontMetrics().horizontalAdvance(widget.text()) > widget.width():
                yield widget.text()
        elif isinstance(widget, QListWidget):
            for row in range(widget.count()):
                item, room = widget.item(row), widget.visualItemRect(widget.item(row))
                if widget.sizeHintForRow(row) > room.height():
                    yield item.text()
        elif isinstance(widget, QTabWidget) and widget.tabBar().sizeHint().width() > widget.width():
            yield widget.tabText(0)
        elif isinstance(widget, QGraphicsView):
            for item in widget.scene().items():
                if isinstance(item, QGraphicsTextItem) and item.isVisible() and item.toPlainText():
                    margin = int(item.document().documentMargin()) + 1
                    room = widget.mapFromScene(item.sceneBoundingRect()).boundingRect()
                    if not widget.rect().contains(room.adjusted(margin, margin, -margin, -margin)):
                        yield item.toPlainText()


def test_nothing_is_cut_off(read):
    assert (read.width(), read.height()) == (1366, 768)
    assert not list(cut_off(read))
    for tab in range(read.views.plots.count()):
        read.views.plots.setCurrentIndex(tab)
        QApplication.processEvents()
        assert not list(cut_off(read))
    read.message.warn(message("Open a folder with a head CT first."))
    read.opening.changed.emit()
    QApplication.processEvents()
    assert not list(cut_off(read))
    read.case.mark(Marks(Roi.everywhere(5, 5, 10, 10)), "step")
    QApplication.processEvents()
    assert not list(cut_off(read))
    assert (read.width(), read.height()) == (1366, 768)
