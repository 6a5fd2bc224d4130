"""Starting the window."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QSize, QStandardPaths
from PySide6.QtWidgets import QApplication

from desktop.messages import Message, message
from desktop.reading.saved import Reading
from desktop.viewer.crash import watched
from desktop.viewer.qt_texts import QtTexts
from desktop.viewer.shutdown import orderly_shutdown
from desktop.viewer.style import dress
from desktop.viewer.window import MainWindow

LOG_FILE = "clivus-error.log"
_WANTED_SIZE, _FRAME = QSize(1600, 1000), QSize(40, 60)


def run(
    path: Path | None,
    model: Path | None,
    reading: Reading | None = None,
    *,
    analyse: bool = False,
    draw_head: Callable[[Path], Path] | None = None,
) -> int:
    """Show the window, open `path`, and stay until it is closed; the exit status.

    Args:
        path: a folder or file to open at once.
        model: a bundle's folder; the shipped one if None.
        reading: what was marked earlier on a series at `path`.
        analyse: whether to analyse `reading` without waiting for the reader.
        draw_head: see `MainWindow`.
    """
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("Clivus")
    dress(app)
    app.installTranslator(QtTexts(app))
    window = MainWindow(model, draw_head)
    before = sys.excepthook
    sys.excepthook = lambda kind, error, trace: tell_unexpected(window, error, trace)
    try:
        with watched(_data_folder()) as last_crash:
            return _stay(app, window, path, reading, analyse, last_crash)
    finally:
        sys.excepthook = before


def _stay(
    app: QApplication,
    window: MainWindow,
    path: Path | None,
    reading: Reading | None,
    analyse: bool,
    last_crash: Message | None,
) -> int:
    window.resize(_WANTED_SIZE.boundedTo(app.primaryScreen().availableSize() - _FRAME))
    if window.size() == _WANTED_SIZE:
        window.show()
    else:
        window.showMaximized()
    if last_crash is not None:
        window.notices.warned.emit(last_crash)
    if path is not None:
        window.open(path, reading=reading)
    if analyse:
        window.judging.analyse_when_ready()

    def end() -> None:
        window.end()
        app.exit()

    with orderly_shutdown(end):
        return app.exec()


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
