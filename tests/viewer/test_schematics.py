"""The drawings of the landmarks: when they are shown, where in them the slice lies, and what they say in words."""

from __future__ import annotations

import pytest
from pydicom import dcmread
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFontMetricsF
from PySide6.QtWidgets import QApplication

from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.imaging.volume import load
from desktop.reading.roi import Roi
from desktop.viewer.desk.case import Marks
from desktop.viewer.pictures.schematics.fitting import fitted
from desktop.viewer.pictures.schematics.sagittal import LOWER_MM, UPPER_MM
from desktop.viewer.theme import MARKED, SLICE_LINE, SUGGESTED
from desktop.viewer.window import MainWindow

Key = Qt.Key
RANGE_MM = LOWER_MM - UPPER_MM


def mark(desk, hand, low, high):
    desk.display.go_to(low)
    hand.key(desk, Key.Key_BracketLeft)
    desk.display.go_to(high)
    hand.key(desk, Key.Key_BracketRight)


def lines(schematic, colour):
    """How far down, in mm of the drawing, lines of a colour cross it near its left margin."""
    image, back = schematic.grab().toImage(), schematic.placed.inverted()[0]
    ratio, wanted = image.devicePixelRatio(), QColor(colour)
    rows = [
        row
        for row in range(2, image.height() - 2)
        if sum(abs(a - b) for a, b in zip(image.pixelColor(2, row).getRgb(), wanted.getRgb(), strict=True)) < 60
    ]
    return [back.map(QPointF(0, (row + 0.5) / ratio)).y() for row in rows]


def test_the_line_goes_with_the_wheel_between_the_ends_and_beyond_them(desk, hand):
    schematic = desk.range_step.schematic
    mark(desk, hand, 2, 8)  # 6 to 24 mm, drawn 24 mm long
    desk.guide.toggle(desk.guide.meant)
    desk.range_step.fold.button.click()
    desk.views.axial.setFocus()
    assert schematic.isVisible()
    said = []
    for _ in range(10):
        said.append((schematic.line_mm - UPPER_MM, desk.range_step.place.text()))
        assert any(abs(at - schematic.line_mm) < 1 for at in lines(schematic, SLICE_LINE))
        assert schematic.accessibleName() == f"Drawing of the range: {desk.range_step.place.text()}"
        assert desk.range_step.place.accessibleName() == f"Slice on screen: {desk.range_step.place.text()}"
        hand.wheel(desk.views.axial, -120)
    assert [fallen for fallen, _ in said] == pytest.approx([0, 4, 8, 12, 16, 20, 24, 27, 30, 30])
    upper, lower = "the base of the sphenoid sinus", "the lower end of the clivus"
    assert [words for _, words in said] == [
        f"Slice 9: at {upper}",
        f"Slice 8: 3.0 mm below {upper}",
        f"Slice 7: 6.0 mm below {upper}",
        f"Slice 6: 9.0 mm below {upper}",
        f"Slice 5: 6.0 mm above {lower}",
        f"Slice 4: 3.0 mm above {lower}",
        f"Slice 3: at {lower}",
        f"Slice 2: 3.0 mm below {lower}",
        f"Slice 1: 6.0 mm below {lower}",
        f"Slice 1: 6.0 mm below {lower}",
    ]
    for _ in range(10):
        hand.key(desk, Key.Key_Up)
    assert schematic.line_mm == pytest.approx(UPPER_MM - 6)
    assert desk.range_step.place.text() == f"Slice 11: 6.0 mm above {upper}"


def test_without_a_range_there_is_no_line_and_with_one_end_it_goes_by_mm(desk, hand):
    schematic = desk.range_step.schematic
    assert desk.guide.drawing is desk.guide.meant
    assert schematic.line_mm is None
    assert not lines(schematic, SLICE_LINE)
    assert not lines(schematic, MARKED)
    assert desk.range_step.place.text() == "The slice is shown here once an end of the range is set."
    desk.display.go_to(4)
    hand.key(desk, Key.Key_BracketLeft)
    assert schematic.line_mm == LOWER_MM
    desk.display.go_to(6)
    assert schematic.line_mm == LOWER_MM - 6
    hand.key(desk, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    hand.key(desk, Key.Key_BracketRight)
    desk.display.go_to(0)
    assert schematic.line_mm == UPPER_MM + 18
    desk.case.mark(Marks(low_mm=18.0, high_mm=18.0), "one slice")
    desk.display.go_to(6)
    assert UPPER_MM < schematic.line_mm < LOWER_MM


def test_a_slice_far_beyond_is_an_arrow_at_the_margin(desk, hand):
    desk.case.mark(Marks(low_mm=-300.0, high_mm=-280.0), "far below")
    desk.range_step.fold.button.click()
    schematic = desk.range_step.schematic
    assert schematic.line_mm < 0
    assert not lines(schematic, SLICE_LINE)
    image = schematic.grab().toImage()
    assert image.pixelColor(image.width() // 2, round(7 * image.devicePixelRatio())) == QColor(SLICE_LINE)
    assert desk.range_step.place.text().endswith("mm above the base of the sphenoid sinus")


def test_what_is_suggested_is_drawn_as_suggested(window, volume, qtbot, hand):
    window.case.open(volume)
    qtbot.waitUntil(lambda: window.case.suggestion is not None, timeout=30000)
    schematic = window.range_step.schematic
    ends = lines(schematic, SUGGESTED)
    assert any(abs(at - UPPER_MM) < 1 for at in ends)
    assert any(abs(at - LOWER_MM) < 1 for at in ends)
    assert UPPER_MM < schematic.line_mm < LOWER_MM
    assert window.range_step.place.text().endswith(", as suggested")
    hand.key(window, Key.Key_A)
    assert not window.range_step.place.text().endswith(", as suggested")
    window.range_step.fold.button.click()
    assert not lines(schematic, SUGGESTED)
    assert lines(schematic, MARKED)


@pytest.mark.parametrize(
    ("step", "orientation"),
    [
        ((0, 0, -3), [1, 0, 0, 0, 1, 0]),
        ((0, 0, 3), [-1, 0, 0, 0, -1, 0]),
        ((0, 0, 3), [1, 0, 0, 0, 0.9396926, 0.3420201]),
        ((0, 0, -3), [1, 0, 0, 0, 0.9396926, -0.3420201]),
    ],
    ids=["from the head down", "prone", "tilted", "tilted, from the head down"],
)
def test_towards_the_head_is_up_in_stacks_of_every_kind(window, small_folder, hand, step, orientation):
    folder = small_folder()
    for number, file in enumerate(sorted(folder.iterdir(), key=lambda file: int(file.name))):
        dataset = dcmread(file)
        dataset.ImagePositionPatient = [-60.0, -40.0, step[2] * number]
        dataset.ImageOrientationPatient = orientation
        dataset.save_as(file)
    window.case.open(load(scan(Source.open(folder)).series[0]))
    mark(window, hand, 3, 8)
    schematic, positions = window.range_step.schematic, window.case.volume.geometry.positions_mm
    assert schematic.line_mm == UPPER_MM
    before = schematic.line_mm
    for index in (9, 10):
        hand.wheel(window.views.axial, 120)
        assert window.display.index == index
        assert schematic.line_mm == pytest.approx(UPPER_MM - (positions[index] - positions[8]))
        assert schematic.line_mm < before
        before = schematic.line_mm
    window.display.go_to(3)
    assert schematic.line_mm == LOWER_MM
    heights = [window.case.volume.geometry.to_patient(index, 0, 0)[2] for index in (0, 11)]
    assert heights[0] < heights[1]


def test_a_drawing_opens_with_its_step_and_folds_with_it(desk, hand):
    range_step, roi_step = desk.range_step, desk.roi_step

    def shown():
        return range_step.schematic.isVisible(), roi_step.schematic.isVisible()

    assert shown() == (True, False)
    mark(desk, hand, 2, 8)
    assert shown() == (False, True)
    desk.case.mark(desk.case.marks.with_roi(Roi.everywhere(5, 5, 40, 50)), "ROI")
    assert shown() == (False, False)
    roi_step.fold.button.click()
    assert shown() == (False, True)
    range_step.fold.button.click()
    assert shown() == (True, False)
    assert range_step.fold.button.accessibleName() == "Where? Fold the drawing of the landmarks"
    hand.key(desk, Key.Key_W)
    assert shown() == (False, False)
    assert "W" in range_step.fold.button.text()
    assert "W" not in roi_step.fold.button.text().replace("Where", "")
    hand.key(desk, Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert shown() == (False, True)


def test_folded_drawings_stay_folded_at_the_next_start(desk, hand, settings):
    hand.key(desk, Key.Key_W)
    assert desk.guide.drawing is None
    mark(desk, hand, 2, 8)
    assert desk.guide.drawing is None
    desk.end()
    assert '"schematics_shown": false' in settings.read_text()
    again = MainWindow()
    try:
        assert not again.guide.wanted
    finally:
        again.close()
        again.deleteLater()


def test_settings_of_an_earlier_version_are_still_read(settings, desk):
    desk.end()
    text = settings.read_text()
    earlier = ["patient_shown", "schematics_shown"]
    for name in earlier:
        text = "\n".join(line for line in text.splitlines() if name not in line)
    head, _, tail = text.rpartition(",") if text.rstrip("}\n ").endswith(",") else (text, "", "")
    settings.write_text(head + tail if tail else head)
    again = MainWindow()
    try:
        assert not again.message.label.text()
        assert again.display.patient_shown
        assert again.guide.wanted
    finally:
        again.close()
        again.deleteLater()


@pytest.mark.parametrize("step", ["range_step", "roi_step"])
def test_on_a_small_screen_the_drawing_is_seen_whole_with_result_and_report(desk, hand, step):
    assert (desk.width(), desk.height()) == (1366, 768)
    assert desk.series_step.list.visibleRegion().boundingRect() == desk.series_step.list.rect()  # it was just opened
    if step == "roi_step":
        mark(desk, hand, 2, 8)
    else:
        desk.range_step.fold.button.click()
        hand.key(desk, Key.Key_W)
    QApplication.processEvents()
    schematic = getattr(desk, step).schematic
    assert schematic.visibleRegion().boundingRect() == schematic.rect()
    for other in (desk.result_step, desk.report_step):
        assert other.visibleRegion().boundingRect() == other.rect()


def test_the_edges_of_the_rectangle_are_named_by_their_landmarks(desk, hand, drawn):
    mark(desk, hand, 2, 8)
    drawn.clear()
    desk.roi_step.schematic.grab()
    names = [text.replace("\n", " ") for text in drawn]
    assert "pterygoid process" in names
    assert "posterior end of the clivus" in names
    assert "internal carotid arteries" in names
    for name in ("pterygoid process", "posterior end of the clivus", "internal carotid arteries"):
        assert name in desk.roi_step.schematic.accessibleDescription()
    drawn.clear()
    desk.range_step.schematic.grab()
    assert {"base of the sphenoid sinus", "lower end of the clivus"} <= set(drawn)


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("clivus", False),
        ("innere Halsschlagadern", False),
        ("内頸動脈", False),
        ("蝶形骨洞の底部から斜台の下端まで", False),
        ("Keilbeinhöhlenbodenvorderwandbegrenzungslinie", True),
    ],
)
def test_names_stay_in_their_room_in_any_language(window, text, cut):
    lines, font = fitted(text, window.font(), 90, 56)
    metrics = QFontMetricsF(font)
    assert all(metrics.horizontalAdvance(line) <= 90 for line in lines.split("\n"))
    assert metrics.size(0, lines).height() <= 56 + metrics.descent()
    assert ("…" in lines) is cut
    assert font.pointSizeF() >= 0.8 * window.font().pointSizeF()
