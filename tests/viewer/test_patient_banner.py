"""Whose head it is: in the corner of the picture, beside the series where there are several patients, or nowhere."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from desktop.imaging.patient_words import patient_texts
from desktop.imaging.series import Patient
from desktop.reading.roi import Roi
from desktop.viewer.window import MainWindow


@pytest.mark.parametrize(
    ("patient", "texts"),
    [
        (
            Patient("QUIRK^ZOEYX", "47115", "19500131"),
            ["QUIRK, ZOEYX", "47115", "born 1950-01-31"],
        ),
        (Patient("Doe^Jane^Ann^Dr.^PhD", "", ""), ["Doe, Jane Ann Dr. PhD"]),
        (Patient("Yamada^Tarou=山田^太郎=やまだ^たろう", "1", ""), ["Yamada, Tarou (山田 太郎)", "1"]),
        (Patient("=王^小明", "1", ""), ["王 小明", "1"]),
        (Patient("==やまだ^たろう", "", "1950.01.31"), ["やまだ たろう", "born 1950-01-31"]),
        (Patient("MONO", " 7 ", "around 1950"), ["MONO", "7", "born around 1950"]),
        (Patient("", "", ""), ["(no name)"]),
        (Patient("A\n\u202eB^C\0", "", ""), ["A  B, C "]),
    ],
)
def test_names_are_readable(patient, texts):
    assert patient_texts(patient) == texts


def test_a_name_is_in_the_corner_and_nowhere_else(window, small_folder, hand, qtbot, drawn, tmp_path, caplog, capsys):
    """A reader must see whose CT is open; what leaves the screen must not tell."""
    names = {"PatientName": "QUIRK^ZOEYX", "PatientID": "47115", "PatientBirthDate": "19500131"}
    with qtbot.waitSignal(window.opening.opened):
        window.open(small_folder(**names))
    qtbot.waitUntil(lambda: not window.jobs._running)
    drawn.clear()
    window.views.axial.grab()
    assert any("QUIRK, ZOEYX · 47115 · born 1950-01-31" in text for text in drawn)
    drawn.clear()
    window.views.sagittal.grab()
    assert not told(drawn)
    window.views.enlarge(window.views.sagittal)
    window.views.sagittal.grab()
    assert told(drawn)  # the axial view is not there to tell
    window.views.enlarge(window.views.sagittal)
    hand.key(window, Qt.Key.Key_I)
    drawn.clear()
    window.views.axial.grab()
    assert not told(drawn)
    hand.key(window, Qt.Key.Key_I)
    mark = window.case.marks.with_roi(Roi.everywhere(5, 5, 40, 50)).with_low(6.0).with_high(21.0)
    window.case.mark(mark, "Marks")
    with qtbot.waitSignal(window.case.judged, timeout=30000):
        window.judging.analyse()
    window.saving.save_reading(tmp_path / "out.json")
    window.saving.save_report(tmp_path / "report")
    qtbot.waitUntil(lambda: "Report saved" in window.message.label.text(), timeout=20000)
    corners = [view.accessibleDescription() for view in (window.views.axial, window.views.preview)]
    assert all(told([corner]) for corner in corners), "a screen reader reads what is in the corner"
    assert not told({*said(window)} - {*corners})
    for file in (tmp_path / "out.json", *(tmp_path / "report").iterdir()):
        assert not any(name in file.read_bytes() for name in (b"QUIRK", b"ZOEYX", b"47115", b"19500131"))
    assert not told([caplog.text, *capsys.readouterr(), *QApplication.arguments()])


def said(window):
    """All texts of all widgets, for eyes, for a resting mouse and for a screen reader."""
    for widget in (window, *window.findChildren(QWidget)):
        yield from (widget.windowTitle(), widget.toolTip(), widget.accessibleName(), widget.accessibleDescription())
        if hasattr(widget, "text") and callable(widget.text):
            yield widget.text()
    for action in window.actions():
        yield from (action.text(), action.toolTip())
    yield from listed(window)


def listed(window):
    """All texts of the list of series."""
    items = [window.series_step.list.item(row) for row in range(window.series_step.list.count())]
    for item in items:
        yield from (item.text(), item.toolTip(), item.data(Qt.ItemDataRole.AccessibleTextRole))


def told(texts):
    return [text for text in texts if any(name in text for name in ("QUIRK", "ZOEYX", "47115", "1950"))]


def test_long_names_take_lines_of_their_own(window, small_folder, qtbot, drawn):
    names = {"PatientName": "Wolfeschlegelsteinhausenbergerdorff^Hubert Blaine", "PatientID": "4" * 60}
    with qtbot.waitSignal(window.opening.opened):
        window.open(small_folder(**names))
    drawn.clear()
    window.views.axial.grab()
    lines = next(text for text in drawn if "Hubert" in text).split("\n")
    assert " ".join(lines).startswith("Wolfeschlegelsteinhausenbergerdorff, Hubert Blaine")
    widest = max(window.views.axial.fontMetrics().horizontalAdvance(line) for line in lines)
    assert widest < window.views.axial.width() / 2  # clear of the letter in the middle
    assert "series a" in lines


def test_ct_of_several_patients_is_told(window, small_folder, qtbot, tmp_path):
    folder = small_folder("a", "1.2.3", PatientName="QUIRK^ZOEYX")
    for file in small_folder("c", "1.2.9", slices=5, PatientName="ROE^RICHARD").iterdir():
        file.rename(folder / f"c{file.name}")
    with qtbot.waitSignal(window.opening.opened):
        window.open(folder)
    assert window.message.label.text() == (
        "This source holds CT of 2 patients: check the name in the corner of the axial view."
    )
    qtbot.waitUntil(lambda: not window.jobs._running)


@pytest.fixture
def two_patients(small_folder):
    """A folder with a series of each; the name of one is too long for a line of the list."""
    folder = small_folder("a", "1.2.3", PatientName="QUIRK^ZOEYX", PatientID="47115", PatientBirthDate="19500131")
    for file in small_folder("c", "1.2.9", 5, PatientName=LONG, PatientID="471150").iterdir():
        file.rename(folder / f"c{file.name}")
    return folder


LONG = "Wolfeschlegelsteinhausenbergerdorff^QUIRK Blaine"


def test_of_several_patients_each_entry_says_whose_it_is(window, two_patients, qtbot):
    with qtbot.waitSignal(window.opening.opened):
        window.open(two_patients)
    qtbot.waitUntil(lambda: not window.jobs._running)
    entries = window.series_step.list
    first, second = (entries.item(row) for row in range(entries.count()))
    assert first.text().splitlines()[0] == "QUIRK, ZOEYX · 47115"
    shown = second.text().splitlines()[0]
    beginning, end = shown.split("…")
    assert beginning.startswith("Wolfesch")
    assert end.endswith("471150")
    whole = "Wolfeschlegelsteinhausenbergerdorff, QUIRK Blaine · 471150"
    assert second.toolTip().splitlines()[0] == whole
    assert second.data(Qt.ItemDataRole.AccessibleTextRole).splitlines()[0] == whole
    metrics, place = entries.fontMetrics(), entries.visualItemRect(second)
    assert metrics.horizontalAdvance(shown) < place.width() - entries.iconSize().width()
    assert place.height() >= entries.sizeHintForRow(1)  # nothing of it is cut off


def test_a_hidden_banner_hides_the_patient_everywhere_and_at_the_next_start(
    window, two_patients, hand, qtbot, drawn, settings
):
    with qtbot.waitSignal(window.opening.opened):
        window.open(two_patients)
    qtbot.waitUntil(lambda: not window.jobs._running)
    assert told(said(window))
    assert window.actions_by_name["toggle_patient"].isChecked()
    hand.key(window, Qt.Key.Key_B)
    assert not window.actions_by_name["toggle_patient"].isChecked()
    assert not told(said(window))
    drawn.clear()
    window.views.preview.show_slice(window.case.volume)
    window.views.preview.grab()
    assert any("patient hidden" in text for text in drawn)
    for view in window.views.ct_views:
        window.views.enlarge(view)
        view.grab()
        assert any("patient hidden" in text for text in drawn)
        assert not told(drawn)
        drawn.clear()
        window.views.enlarge(view)
    window.grab()
    assert not told(drawn)
    hand.key(window, Qt.Key.Key_B)
    window.views.axial.grab()
    assert told(drawn)
    assert told(listed(window))
    hand.key(window, Qt.Key.Key_B)
    assert not told(listed(window))
    window.end()
    assert '"patient_shown": false' in settings.read_text()
    again = MainWindow()
    try:
        assert not again.display.patient_shown
        assert not again.actions_by_name["toggle_patient"].isChecked()
    finally:
        again.close()
        again.deleteLater()
