"""A window on the desk, a hand that works it with real events, and a watch for anything left behind."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QMessageBox, QWidget

from desktop.imaging.reformat import ReformatGeometry
from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.imaging.volume import Volume, load
from desktop.inference.analyse import analyse
from desktop.inference.result import Result
from desktop.project import cases, entries
from desktop.project.adding import add_all
from desktop.project.cases import Case
from desktop.project.database import Project
from desktop.project.places import Places
from desktop.reading.region import Region
from desktop.reading.roi import Roi
from desktop.viewer.desk import saving
from desktop.viewer.desk.case import Marks
from desktop.viewer.desk.judging import Judging
from desktop.viewer.desk.second_reader import SecondReader
from desktop.viewer.panels.learn_dialog import LearnDialog
from desktop.viewer.panels.unsaved_work import UnsavedWork
from desktop.viewer.pictures import halo
from desktop.viewer.pictures.axial_view import AxialView
from desktop.viewer.pictures.range import End, RangeHandle
from desktop.viewer.pictures.reformat_view import ReformatView
from desktop.viewer.pictures.roi import RoiRectangle
from desktop.viewer.style import dress
from desktop.viewer.window import MainWindow

SMALL_ROWS, SMALL_COLUMNS, SMALL_SLICES = 80, 60, 12
ROW_MM, COLUMN_MM = 1.0, 2.0


@pytest.fixture(autouse=True)
def nothing_left_behind(qapp: QApplication) -> Iterator[None]:
    """Fail a test that leaves a thread, a running timer or a window."""
    threads = set(threading.enumerate())
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.processEvents()
    left = [thread.name for thread in threading.enumerate() if thread not in threads]
    assert not left, f"threads left: {left}"
    assert not [w for w in qapp.topLevelWidgets() if w.isVisible()], "windows left"
    # By type, not isinstance: some of torch's objects warn when asked for their class.
    timers = [o for o in gc.get_objects() if type(o) is QTimer and shiboken6.isValid(o) and o.isActive()]
    assert not timers, f"timers left: {timers}"


@pytest.fixture(scope="module", autouse=True)
def collected_here(qapp: QApplication) -> Iterator[None]:
    """What windows leave to Python's collector goes before tests of other rooms have threads that would collect it."""
    yield
    gc.collect()


@pytest.fixture(autouse=True)
def nothing_asked(monkeypatch) -> None:
    """What a test has marked is thrown away without a question, and learning stops; test_unsaved_work.py and
    test_learning.py ask."""
    monkeypatch.setattr(UnsavedWork, "ask", lambda self: QMessageBox.StandardButton.Discard)
    monkeypatch.setattr(LearnDialog, "ask_to_stop", lambda self: True)


@pytest.fixture(autouse=True)
def places(monkeypatch, tmp_path) -> Path:
    """This computer's own data, in place of the tester's."""
    monkeypatch.setattr("desktop.viewer.window.local_data_folder", lambda: tmp_path / "local")
    return tmp_path / "local"


@pytest.fixture(scope="session", autouse=True)
def every_saved_result_fits_its_schema(fits_schema) -> Iterator[None]:
    """Whichever test saves a reading with a result also tests that it is what the schema says."""
    made = saving.result_document
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(saving, "result_document", lambda *about: fits_schema("result-1", made(*about)))
        yield


@pytest.fixture(autouse=True)
def drafts(monkeypatch, tmp_path) -> Path:
    """Where unsaved marks are kept in place of the tester's own folder."""
    folder = tmp_path / "drafts"
    monkeypatch.setattr("desktop.viewer.window.drafts_folder", lambda: folder)
    return folder


@pytest.fixture(autouse=True)
def readings(monkeypatch, tmp_path) -> Path:
    """Where readings are kept in place of the tester's own folder."""
    folder = tmp_path / "kept readings"
    monkeypatch.setattr("desktop.viewer.window.readings_folder", lambda: folder)
    return folder


@pytest.fixture(autouse=True)
def settings(monkeypatch, tmp_path) -> Path:
    """Where the reader's choices are kept in place of the tester's own file."""
    file = tmp_path / "settings" / "settings.json"
    monkeypatch.setattr("desktop.viewer.window.settings_file", lambda: file)
    return file


@pytest.fixture(autouse=True)
def resting_second_reader(monkeypatch) -> None:
    """The stability of a verdict is measured in test_second_reader.py alone: it takes twenty times as long."""
    monkeypatch.setattr(SecondReader, "_wanted", lambda self: None)


@pytest.fixture(autouse=True)
def nothing_ahead(monkeypatch) -> None:
    """What is judged before anybody asks is tested in test_judging_ahead.py alone."""
    monkeypatch.setattr(Judging, "_rest", lambda self: None)


@pytest.fixture
def window(qtbot, network, monkeypatch) -> Iterator[MainWindow]:
    """The main window, with the session's network instead of one opened anew each time."""
    monkeypatch.setattr(Judging, "open_model", lambda self, folder: self._model_opened(network))
    yield from _shown(qtbot, MainWindow())


@pytest.fixture
def window_without_model(qtbot, tmp_path) -> Iterator[MainWindow]:
    """The main window given a bundle that does not exist."""
    yield from _shown(qtbot, MainWindow(tmp_path / "no bundle"))


def _shown(qtbot, window: MainWindow) -> Iterator[MainWindow]:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    dress(application)
    window.resize(1366, 768)
    window.show()
    qtbot.waitExposed(window)
    qtbot.waitUntil(lambda: bool(window.views.ct_views))
    window.activateWindow()
    window.views.axial.setFocus()
    yield window
    window.close()
    window.deleteLater()


@pytest.fixture
def small_folder(write_slice, tmp_path) -> Callable[..., Path]:
    """A function that writes a small series: oblong pixels, a different value at every voxel corner."""

    def write(name: str = "a", uid: str = "1.2.3", slices: int = SMALL_SLICES, **attributes: object) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        rng = np.random.default_rng(len(name))
        for number in range(slices):
            pixels = rng.integers(0, 60, (SMALL_ROWS, SMALL_COLUMNS)).astype(np.int16)
            pixels[:6], pixels[-6:] = -1000, 900  # air and bone, as in a head: else these are no Hounsfield units
            values = {
                "SeriesInstanceUID": uid,
                "SeriesDescription": f"series {name}",
                "PixelSpacing": [ROW_MM, COLUMN_MM],
                "ImagePositionPatient": [-60.0, -40.0, 3.0 * number],
            } | attributes
            write_slice(folder / f"{number}", pixels, number=int(f"{number}{abs(hash(uid)) % 1000:03d}"), **values)
        return folder

    return write


@pytest.fixture
def small(small_folder) -> Volume:
    """A small series, loaded."""
    return load(scan(Source.open(small_folder())).series[0])


@pytest.fixture
def desk(window, small) -> MainWindow:
    """The window with the small series on it."""
    window.case.open(small)
    QApplication.processEvents()
    return window


@pytest.fixture(scope="session")
def marks(phantom) -> Marks:
    """The phantom's true marks."""
    return Marks(Roi.everywhere(*phantom.truth.roi_px), *phantom.truth.range_mm)


@pytest.fixture(scope="session")
def headless(volume, marks, network) -> Result:
    """What the command finds by them."""
    return analyse(Region(volume, marks.roi, marks.span), network)


@pytest.fixture
def marked(window, volume, marks) -> MainWindow:
    """The phantom on the desk with ROI and range marked."""
    window.case.open(volume)
    window.case.mark(marks, "Marks of the truth")
    return window


@pytest.fixture
def project(places, study, tmp_path) -> Iterator[Project]:
    """A project of one case, on a share of its own."""
    (tmp_path / "share").mkdir(exist_ok=True)
    with Project.create(tmp_path / "share/d.clivus") as made:
        entries.add_reader(made, "A")
        add_all(made, study, scan(Source.open(study)), Places(places / "places.json"))
        yield made


@pytest.fixture
def case(project) -> Case:
    """The case of that project."""
    return cases.find(project, "P001-1")


@pytest.fixture
def opened(window, project, volume) -> Iterator[Callable[..., MainWindow]]:
    """A function that opens the project for a reader, with its case on the desk."""

    def begin(reader="A"):
        assert window.department.open(project.path, reader)
        window.case.open(volume)
        return window

    yield begin
    window.department.close()


class Hand:
    """Mouse, wheel and keys, as events through Qt; and where on a view they find what they are meant for."""

    def __init__(self) -> None:
        self._held = Qt.MouseButton.NoButton

    def wheel(
        self,
        widget: QWidget,
        units: int,
        modifiers=Qt.KeyboardModifier.NoModifier,
        pixels: int = 0,
        at: QPointF | None = None,
    ) -> None:
        widget = _target(widget)
        at = QPointF(widget.rect().center()) if at is None else at
        event = QWheelEvent(
            at,
            widget.mapToGlobal(at),
            QPoint(0, pixels),
            QPoint(0, units),
            Qt.MouseButton.NoButton,
            modifiers,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, event)

    def move(self, widget: QWidget, to: QPointF | QPoint, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
        widget, at, none = _target(widget), QPointF(to), Qt.MouseButton.NoButton
        event = QMouseEvent(QEvent.Type.MouseMove, at, widget.mapToGlobal(at), none, self._held, modifiers)
        QApplication.sendEvent(widget, event)

    def press(self, widget: QWidget, at: QPointF | QPoint, button=Qt.MouseButton.LeftButton) -> None:
        if self._held:  # QTest knows of one button only
            self._held |= button
            self._second_button(QEvent.Type.MouseButtonPress, widget, at, button)
        else:
            self._held = button
            QTest.mousePress(_target(widget), button, pos=QPointF(at).toPoint())

    def release(self, widget: QWidget, at: QPointF | QPoint, button=Qt.MouseButton.LeftButton) -> None:
        self._held &= ~button
        if self._held:
            self._second_button(QEvent.Type.MouseButtonRelease, widget, at, button)
        else:
            QTest.mouseRelease(_target(widget), button, pos=QPointF(at).toPoint())

    def _second_button(self, kind: QEvent.Type, widget: QWidget, at: QPointF | QPoint, button) -> None:
        widget, place = _target(widget), QPointF(at)
        none = Qt.KeyboardModifier.NoModifier
        event = QMouseEvent(kind, place, widget.mapToGlobal(place), button, self._held, none)
        QApplication.sendEvent(widget, event)

    def lose_the_release(self) -> None:
        """The button goes up over something else, which has just come up."""
        self._held = Qt.MouseButton.NoButton

    def click(self, widget: QWidget, at: QPointF | QPoint, button=Qt.MouseButton.LeftButton) -> None:
        self.press(widget, at, button)
        self.release(widget, at, button)

    def double_click(self, widget: QWidget, at: QPointF | QPoint | None = None) -> None:
        place = QPointF(widget.rect().center() if at is None else at).toPoint()
        self.click(widget, place)
        QTest.mouseDClick(_target(widget), Qt.MouseButton.LeftButton, pos=place)
        QTest.mouseRelease(_target(widget), Qt.MouseButton.LeftButton, pos=place)

    def drag(self, widget: QWidget, start, end, button=Qt.MouseButton.LeftButton) -> None:
        first, last = QPointF(start).toPoint(), QPointF(end).toPoint()
        self.press(widget, first, button)
        for step in range(1, 5):
            self.move(widget, first + (last - first) * step / 4)
        self.release(widget, last, button)

    def key(self, window: QWidget, key, modifiers=Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(QApplication.focusWidget() or window, key, modifiers)

    # Where things are

    def at(self, axial: AxialView, column: float, row: float) -> QPointF:
        """Pixel of the axial view; column and row count from the image's outer corner."""
        geometry = axial.display.volume.geometry
        return axial.to_screen(column * geometry.column_mm, row * geometry.row_mm)

    def roi(self, axial: AxialView) -> QRectF:
        return self.item(axial, RoiRectangle).shown

    def level(self, view: ReformatView, position_mm: float) -> float:
        """Height of a position in a reformat."""
        cut = ReformatGeometry.of(view.display.volume, view.direction)
        return view.to_screen(0, cut.y_of(position_mm)).y()

    def handle(self, view: ReformatView, end: End) -> QRectF:
        return next(item.area for item in view.items() if isinstance(item, RangeHandle) and item.end is end)

    def item(self, view, kind):
        """The one visible item of a kind in a view."""
        (found,) = (item for item in view.items() if isinstance(item, kind) and item.isVisible())
        return found


def _target(widget: QWidget) -> QWidget:
    """Where the system sends the mouse."""
    return widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def drawn(monkeypatch) -> list[str]:
    """The texts drawn over the pictures from now on."""
    texts, draw = [], halo._haloed
    monkeypatch.setattr(halo, "_haloed", lambda text, *looks: (texts.append(text), draw(text, *looks))[1])
    return texts
