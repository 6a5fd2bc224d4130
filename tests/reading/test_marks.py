"""ROI, range and the saved reading."""

import json
import os

import pytest

from desktop.reading.roi import PositionRange, RangeRefused, Roi, RoiRefused
from desktop.reading.run import Verdict
from desktop.reading.saved import Reading, ReadingRefused


def test_area_is_in_square_centimetres():
    assert Roi(0, 0, 100, 72).area_cm2(row_mm=0.5, column_mm=0.5) == pytest.approx(18)


@pytest.mark.parametrize("rectangle", [(-1, 0, 5, 5), (0, -0.5, 5, 5), (6, 0, 5, 5), (0, 6, 5, 5)])
def test_an_roi_outside_the_slice_is_refused(rectangle):
    with pytest.raises(RoiRefused, match="reaches outside the slice of 10 x 10 pixels"):
        Roi(*rectangle).require_inside(10, 10)


def test_an_empty_roi_and_a_turned_range_cannot_be_built():
    with pytest.raises(RoiRefused):
        Roi(0, 0, 0, 5)
    with pytest.raises(RoiRefused):
        Roi(0, 0, float("nan"), 5)
    with pytest.raises(RoiRefused):
        Roi(float("nan"), 0, 5, 5)
    with pytest.raises(RangeRefused):
        PositionRange(0, float("inf"))
    with pytest.raises(RangeRefused, match="the lower first"):
        PositionRange(5, 4)


def test_the_range_holds_its_ends_despite_rounding():
    span = PositionRange(-10.0, 20.0)
    assert span.contains(-10.004)
    assert span.contains(20.004)
    assert not span.contains(20.1)


def test_a_saved_reading_comes_back_whole(tmp_path):
    reading = Reading("1.2.3", Roi(1.5, 2, 30, 40), PositionRange(-5, 6.5), {"1.2.3.4": True}, Verdict.NEGATIVE)
    path = tmp_path / "reading.json"
    reading.save(path)
    assert Reading.load(path) == reading
    assert [item.name for item in tmp_path.iterdir()] == ["reading.json"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "cannot be opened"),
        ("[]", "not complete"),
        ('{"schema": "clivus-reading/9"}', "'clivus-reading/1' is expected"),
        ('{"schema": "clivus-reading/1", "series": "1"}', "not complete"),
    ],
)
def test_a_damaged_reading_is_refused(tmp_path, text, says):
    path = tmp_path / "reading.json"
    path.write_text(text)
    with pytest.raises(ReadingRefused, match=says):
        Reading.load(path)
    with pytest.raises(ReadingRefused, match="cannot be opened"):
        Reading.load(tmp_path / "absent.json")


def test_a_reading_with_an_impossible_roi_is_refused(tmp_path):
    path = tmp_path / "reading.json"
    Reading("1.2.3", Roi(1, 2, 3, 4), PositionRange(0, 1)).save(path)
    data = json.loads(path.read_text())
    data["roi"]["width"] = -3
    path.write_text(json.dumps(data))
    with pytest.raises(RoiRefused):
        Reading.load(path)


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("slice_labels", {"1.2": "false"}, "true and false"),
        ("range_mm", ["0", "1"], "something else than numbers"),
        ("range_mm", [0, True], "something else than numbers"),
        ("range_mm", [0, 10**400], "OverflowError"),
        ("verdict", "perhaps", "not complete"),
    ],
)
def test_a_reading_is_taken_as_it_stands_or_not_at_all(tmp_path, key, value, says):
    """Text was taken for numbers, and "false" for true."""
    path = tmp_path / "reading.json"
    Reading("1.2.3", Roi(1, 2, 3, 4), PositionRange(0, 1)).save(path)
    path.write_text(json.dumps(json.loads(path.read_text()) | {key: value}))
    with pytest.raises(ReadingRefused, match=says):
        Reading.load(path)


def test_a_reading_that_nests_without_end_is_refused(tmp_path):
    path = tmp_path / "reading.json"
    path.write_text("[" * 100_000)
    with pytest.raises(ReadingRefused, match="not JSON"):
        Reading.load(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ReadingRefused, match="not a file"):
        Reading.load(tmp_path / "pipe")
