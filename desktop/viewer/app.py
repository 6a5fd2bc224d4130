"""Starting the window."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QLocale, QSize, QStandardPaths
from PySide6.QtWidgets import QApplication

from desktop.memory import keep_few_heaps
from desktop.messages import OWN_VARIABLE, Message, choose, language, message
from desktop.scripts import no_font
from desktop.viewer.crash import watched
from desktop.viewer.desk.start import Start
from desktop.viewer.early_model import EarlyModel
from desktop.viewer.fonts import can_draw
from desktop.viewer.qt_texts import QtTexts
from desktop.viewer.quick_imports import quick_imports
from desktop.viewer.shutdown import orderly_shutdown
from desktop.viewer.style import dress

if TYPE_CHECKING:  # imported later: its parts take a third of a second, in which the model of a case is opened
    from desktop.viewer.window import MainWindow

LOG_FILE = "clivus-error.log"
_WANTED_SIZE, _FRAME = QSize(1600, 1000), QSize(40, 60)


def run(start: Start, draw_head: Callable[[Path], Path] | None = None) -> int:
    """Show the window, and stay until it is closed; the exit status.

    Args:
        start: what to begin with.
        draw_head: see `MainWindow`.
    """
    keep_few_heaps()
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("Clivus")
    again: _Again | None = _Again(start)
    status = 0
    while again is not None:
        status, again = _show_window(app, again, draw_head)
    return status


@dataclass(frozen=True)
class _Again:
    """What the next window begins with; the first has neither a former language nor a former place on the screen."""

    start: Start
    place: QByteArray | None = None


def _show_window(
    app: QApplication, wanted: _Again, draw_head: Callable[[Path], Path] | None
) -> tuple[int, _Again | None]:
    """One window from its beginning to its end; the exit status, and what the reader wants to see again in another
    language."""
    model = EarlyModel(wanted.start.model) if wanted.start.with_case else wanted.start.model
    with quick_imports():  # ends before there is a window, which collects garbage in its own way
        from desktop.viewer.window import MainWindow

    undrawn = None
    if not can_draw(language()):
        undrawn = no_font(language())
        choose({OWN_VARIABLE: "en"})
    dress(app)
    QLocale.setDefault(QLocale(language()))
    texts = QtTexts(app)
    app.installTranslator(texts)
    window = MainWindow(model, draw_head)
    before = sys.excepthook
    sys.excepthook = lambda kind, error, trace: tell_unexpected(window, error, trace)
    try:
        with watched(_data_folder()) as last_crash:
            return _stay(app, window, wanted, [told for told in (last_crash, undrawn) if told is not None])
    finally:
        sys.excepthook = before
        app.removeTranslator(texts)
        window.deleteLater()


def _stay(app: QApplication, window: MainWindow, wanted: _Again, told: list[Message]) -> tuple[int, _Again | None]:
    again: list[_Again] = []

    def end() -> None:
        window.end()
        app.exit()

    def end_for(chosen: str) -> None:
        again.append(_Again(window.as_it_is(), window.saveGeometry()))
        choose(os.environ, chosen)
        end()

    if wanted.place is not None:
        window.restoreGeometry(wanted.place)
        window.show()
    else:
        window.resize(_WANTED_SIZE.boundedTo(app.primaryScreen().availableSize() - _FRAME))
        if window.size() == _WANTED_SIZE:
            window.show()
        else:
            window.showMaximized()
    for text in told:
        window.notices.warned.emit(text)
    window.begin(wanted.start)
    window.language.wanted.connect(end_for)
    with orderly_shutdown(end):
        status = app.exec()
    window.hide()
    return status, again[0] if again else None


def _data_folder() -> Path:
    """This user's own, for what is of this computer only."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppLocalDataLocation))


def _kinds(error: BaseException | None) -> list[str]:
    """The error's kind, and those of the errors that led to it with the places they came from."""
    if error is None:
        return []
    before = error.__cause__ or error.__context__
    return [
        f"{type(error).__qualname__}\n",
        *(["after:\n", *traceback.format_tb(before.__traceback__)] if before is not None else []),
        *_kinds(before),
    ]


def tell_unexpected(window: MainWindow, error: BaseException, trace: TracebackType | None) -> None:
    """Report an unforeseen error: a sentence for the reader, the details for whoever mends it."""
    # Without the errors' own words: they may quote a path or a header, and with it the patient's name.
    text = "".join(["Traceback (most recent call last):\n", *traceback.format_tb(trace), *_kinds(error)])
    log = _data_folder() / LOG_FILE
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(text, encoding="utf-8")
        details = message("Details: {log}", log=log)
    except OSError:
        details = message("Details are on the console.")
    print(text, details, sep="\n", file=sys.stderr)
    warning = message(
        "Something unexpected happened ({kind}). Check what is on screen, save the reading and start Clivus again. "
        "{details}",
        kind=type(error).__name__,
        details=details,
    )
    window.notices.warned.emit(warning)
