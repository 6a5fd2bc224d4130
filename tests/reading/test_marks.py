"""ROI, range and the saved reading."""

import json
import os
import tracemalloc

import pytest

from desktop.reading.quoting import quoted
from desktop.reading.roi import KeyRectangle, PositionRange, RangeRefused, Roi, RoiRefused
from desktop.reading.run import Verdict
from desktop.reading.saved import Reading, ReadingRefused


@pytest.mark.parametrize("rectangle", [(-1, 0, 5, 5), (0, -0.5, 5, 5), (6, 0, 5, 5), (0, 6, 5, 5)])
def test_an_roi_outside_the_slice_is_refused(rectangle):
    with pytest.raises(RoiRefused, match="reaches outside the slice of 10 x 10 pixels"):
        Roi.everywhere(*rectangle).require_inside(10, 10)


def test_between_key_rectangles_the_roi_is_interpolated_in_mm_and_beyond_them_the_nearest_counts():
    low, high = KeyRectangle(-10.0, 100, 200, 50, 40), KeyRectangle(30.0, 120, 180, 60, 30)
    roi = Roi.of([high, low])
    assert roi.keys == (low, high)
    assert roi.at(0.0) == pytest.approx((105, 195, 52.5, 37.5))
    assert roi.at(20.0) == pytest.approx((115, 185, 57.5, 32.5))
    assert (roi.at(-10.0), roi.at(30.0)) == (low.rectangle, high.rectangle)
    assert (roi.at(-50.0), roi.at(99.0)) == (low.rectangle, high.rectangle)


def test_one_rectangle_and_several_equal_ones_are_the_same_to_the_last_bit():
    rectangle = (0.1, 0.2, 1 / 3, 0.7)
    several = Roi.of(KeyRectangle(position, *rectangle) for position in (-7.3, 1.1, 9.9))
    for position in (-20, -7.3, -3.3, 0.7, 1.1, 5.55, 40):
        assert several.at(position) == Roi.everywhere(*rectangle).at(position) == rectangle


def test_a_drag_moves_one_rectangle_everywhere_and_one_of_several_on_its_slice_only():
    roi = Roi.everywhere(10, 10, 20, 20, position_mm=5.0)
    assert roi.with_rectangle(40.0, (11, 10, 20, 20)) == Roi.everywhere(11, 10, 20, 20, position_mm=40.0)
    two = roi.with_key(25.0, (30, 10, 20, 20))
    assert (two.at(5.0)[0], two.at(15.0)[0], two.at(25.0)[0]) == (10, 20, 30)
    moved = two.with_rectangle(25.004, (50, 10, 20, 20))
    assert [key.column for key in moved.keys] == [10, 50], "the key of this slice is replaced"
    three = two.with_rectangle(15.0, (0, 10, 20, 20))
    assert [key.column for key in three.keys] == [10, 0, 30]
    assert three.without_key(15.0) == two
    assert roi.without_key(5.0) == roi, "the last one stays"


def test_key_rectangles_that_cannot_be_are_refused():
    with pytest.raises(RoiRefused, match="has no rectangle"):
        Roi(())
    key = KeyRectangle(3.0, 1, 1, 5, 5)
    with pytest.raises(RoiRefused, match="at 3 and then at 3 mm"):
        Roi.of((key, key))
    with pytest.raises(RoiRefused, match="not a rectangle"):
        KeyRectangle(float("nan"), 1, 1, 5, 5)
    with pytest.raises(RoiRefused, match="columns 8 to 13"):
        Roi.of((key, KeyRectangle(9.0, 8, 1, 5, 5))).require_inside(10, 10)


def test_an_empty_roi_and_a_turned_range_cannot_be_built():
    with pytest.raises(RoiRefused):
        Roi.everywhere(0, 0, 0, 5)
    with pytest.raises(RoiRefused):
        Roi.everywhere(0, 0, float("nan"), 5)
    with pytest.raises(RoiRefused):
        Roi.everywhere(float("nan"), 0, 5, 5)
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
    marks = Roi.everywhere(1.5, 2, 30, 40), PositionRange(-5, 6.5)
    reading = Reading("1.2.3", *marks, {"1.2.3.4": True}, Verdict.NEGATIVE, {"score": 0.5}, "1.2.3.4", 7)
    path = tmp_path / "reading.json"
    reading.save(path)
    assert Reading.load(path) == reading
    assert [item.name for item in tmp_path.iterdir()] == ["reading.json"]
    content = path.read_bytes()
    path.write_bytes(b"\xef\xbb\xbf" + content)
    assert Reading.load(path) == reading, "some editors put a mark before the text"


def test_a_reading_saved_before_there_were_frames_is_read(tmp_path):
    path = tmp_path / "reading.json"
    Reading("1.2.3", Roi.everywhere(1, 2, 3, 4), PositionRange(0, 1), sop_instance_uid="1.2.3.4", frame=0).save(path)
    data = json.loads(path.read_text())
    del data["frame"]
    path.write_text(json.dumps(data))
    older = Reading.load(path)
    assert (older.sop_instance_uid, older.frame, older.names_slice) == ("1.2.3.4", None, False)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "cannot be opened"),
        ("[]", "it holds no named fields"),
        ("7", "it holds no named fields"),
        ("{}", "schema is missing"),
        ('{"schema": 1}', "schema is no text"),
        ('{"schema": "clivus-reading/9"}', '"clivus-reading/9", "clivus-reading/1" is expected'),
        ('{"schema": "clivus-reading/1", "series": "1"}', "roi is missing"),
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
    Reading("1.2.3", Roi.everywhere(1, 2, 3, 4), PositionRange(0, 1)).save(path)
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
        ("range_mm", [0, 10**400], "range_mm holds a number beyond all measure"),
        ("range_mm", [0, 1, 2], "range_mm is no list of two numbers"),
        ("range_mm", 5, "range_mm is no list of two numbers"),
        ("roi", [1, 2, 3, 4], "roi holds no named fields"),
        ("roi", {"column": 1, "row": 2, "width": 3}, "height is missing"),
        ("roi", {"column": 1, "row": 2, "width": 3, "height": "4"}, "height holds something else than numbers"),
        ("slice_labels", ["1.2"], "slice_labels holds no named fields"),
        ("series", ["1.2"], "series is no text"),
        ("sop_instance_uid", 12, "sop_instance_uid is no text"),
        ("frame", -1, "frame is no whole number"),
        ("frame", True, "frame is no whole number"),
        ("frame", 1.0, "frame is no whole number"),
        ("verdict", "perhaps", "verdict is none of positive, negative, indeterminate"),
        ("verdict", [], "verdict is none of"),
        ("result", "positive", "result holds no named fields"),
    ],
)
def test_a_reading_is_taken_as_it_stands_or_not_at_all(tmp_path, key, value, says):
    """Text was taken for numbers, and "false" for true."""
    path = tmp_path / "reading.json"
    Reading("1.2.3", Roi.everywhere(1, 2, 3, 4), PositionRange(0, 1)).save(path)
    path.write_text(json.dumps(json.loads(path.read_text()) | {key: value}))
    with pytest.raises(ReadingRefused, match=says) as caught:
        Reading.load(path)
    assert "Error" not in str(caught.value)
    assert "object" not in str(caught.value)


def test_a_file_too_large_for_a_reading_is_not_read(tmp_path):
    """Gigabytes of nothing were read and decoded first."""
    path = tmp_path / "reading.json"
    with path.open("wb") as stream:
        stream.truncate(3 * 2**30)
    tracemalloc.start()
    with pytest.raises(ReadingRefused, match="larger than 16 MiB"):
        Reading.load(path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 64 * 2**20


def test_what_a_file_says_is_quoted_within_bounds(tmp_path):
    path = tmp_path / "reading.json"
    path.write_text(json.dumps({"schema": "\x1b[31m\n" * 100_000}))
    with pytest.raises(ReadingRefused) as caught:
        Reading.load(path)
    assert len(str(caught.value)) < 300 + len(str(path))
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.2.3", "1.2.3"),
        ("x" * 64, "x" * 64),
        ("x" * 65, "x" * 64 + "..."),
        ("x" * 10**6, "x" * 64 + "..."),
        ("\x1b[1mé\ud800\n", "[1mé"),
        ("\0" * 1000, "..."),
    ],
)
def test_quoted(text, expected):
    assert quoted(text) == expected


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
