"""The saved reading, of this schema and of the former one."""

import json
import os
import tracemalloc

import pytest

from desktop.messages import Message
from desktop.reading.measurement import Angle, Distance, Ellipse
from desktop.reading.origin import Origin
from desktop.reading.roi import KeyRectangle, PositionRange, Roi, RoiRefused
from desktop.reading.run import Verdict
from desktop.reading.saved import Reading, ReadingRefused

MOVING = Roi.of((KeyRectangle(-5, 1.5, 2, 30, 40), KeyRectangle(6.5, 3, 2, 30, 44)))

FORMER = {
    "schema": "clivus-reading/1",
    "series": "1.2.3",
    "sop_instance_uid": "1.2.3.4",
    "frame": 7,
    "roi": {"column": 1.5, "row": 2, "width": 30, "height": 40},
    "range_mm": [-5, 6.5],
    "slice_labels": {"1.2.3.4": True, "1.2.3.5": False},
    "verdict": "negative",
    "result": {"score": 0.5},
}


def write(path, **changes):
    """A reading as an editor might leave it."""
    Reading("1.2.3", Roi.everywhere(1, 2, 3, 4), PositionRange(0, 1)).save(path)
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    return path


def test_a_saved_reading_comes_back_whole(tmp_path):
    labels = {("1.2.3.4", 0): True, ("1.2.3.4", 1): False}
    measured = (
        Distance((1.0, -2.5, 3.0), (4.0, 5.0, 6.0)),
        Distance((1.0, -2.5, 3.0), (4.0, 5.0, 7.0)),
        Angle((1.0, -2.5, 3.0), (4.0, 5.0, 6.0), (0.1, 0.2, 0.3)),
        Ellipse((1.0, -2.5, 3.0), (1 / 3, 0.0, 0.1), (0.0, 6.0, 0.0)),
    )
    reading = Reading(
        "1.2.3", MOVING, PositionRange(-5, 6.5), labels, Verdict.NEGATIVE, {"score": 0.5}, "1.2.3.4", 7, measured
    )
    path = tmp_path / "reading.json"
    reading.save(path)
    assert Reading.load(path) == reading
    assert [item.name for item in tmp_path.iterdir()] == ["reading.json"]
    content = path.read_bytes()
    path.write_bytes(b"\xef\xbb\xbf" + content)
    assert Reading.load(path) == reading, "some editors put a mark before the text"


def test_a_reading_from_before_angles_and_ellipses_is_read(tmp_path):
    """Also where a drag that came back to where it began had been kept as a line of no length."""
    path = write(tmp_path / "reading.json", measurements=[LINE, {"start_mm": [1, 2, 3], "end_mm": [1, 2, 3]}])
    content = json.loads(path.read_text())
    del content["angles"], content["ellipses"]
    path.write_text(json.dumps(content))
    assert Reading.load(path).measurements == (Distance((0.0, 0.0, 0.0), (1.0, 2.0, 3.0)),)


@pytest.mark.parametrize(
    ("origin", "confirmed"),
    [
        (Origin(), True),
        (Origin("moved", "marked"), True),
        (Origin("suggested", "marked"), False),
        (Origin(labels="T stage T3"), False),
        (Origin("suggested", "suggested", "T stage T3", "reader A"), True),
        (Origin("suggested", "suggested", accepted=True), True),
        (Origin("suggested", "moved", "T stage T3", accepted=True), False),
    ],
)
def test_only_what_a_reader_stands_for_counts(tmp_path, origin, confirmed):
    path = tmp_path / "reading.json"
    Reading("1.2.3", MOVING, PositionRange(-5, 6.5), origin=origin).save(path)
    reading = Reading.load(path)
    assert reading.origin == origin
    if confirmed:
        assert reading.require_confirmed(path) is reading
    else:
        with pytest.raises(ReadingRefused, match="not confirmed by a reader"):
            reading.require_confirmed(path)


def test_a_reading_without_an_origin_was_marked_by_a_reader(tmp_path):
    path = write(tmp_path / "reading.json", origin=None)
    assert Reading.load(path).origin == Origin()
    with pytest.raises(ReadingRefused, match=r"range.*must be marked or suggested or moved"):
        Reading.load(write(path, origin={"range": "guessed"}))


def test_the_file_is_as_the_contract_has_it(tmp_path):
    Reading("1.2.3", MOVING, PositionRange(-5, 6.5), {("1.2", 3): True}, Verdict.POSITIVE).save(tmp_path / "r.json")
    data = json.loads((tmp_path / "r.json").read_text())
    assert data["schema"] == "clivus-reading/2"
    assert data["roi"][1] == {"position_mm": 6.5, "column": 3, "row": 2, "width": 30, "height": 44}
    assert data["slice_labels"] == [{"sop_instance_uid": "1.2", "frame": 3, "label": "positive"}]
    assert (data["range_mm"], data["answers"]) == ([-5, 6.5], [{"verdict": "positive"}])


def test_a_reading_of_the_former_schema_is_read(tmp_path):
    path = tmp_path / "reading.json"
    path.write_text(json.dumps(FORMER))
    reading = Reading.load(path)
    assert reading.roi.at(99.0) == (1.5, 2, 30, 40)
    assert reading.range == PositionRange(-5, 6.5)
    assert reading.slice_labels == {("1.2.3.4", None): True, ("1.2.3.5", None): False}
    assert (reading.verdict, reading.result, reading.names_slice) == (Verdict.NEGATIVE, {"score": 0.5}, True)
    path.write_text(json.dumps({key: FORMER[key] for key in ("schema", "series", "roi", "range_mm")}))
    without = Reading.load(path)
    assert (without.slice_labels, without.verdict, without.names_slice) == ({}, None, False)


def test_a_reading_of_a_newer_schema_is_refused_by_what_wrote_it(tmp_path):
    path = write(tmp_path / "reading.json", schema="clivus-reading/3")
    with pytest.raises(ReadingRefused, match=r"saved by a newer version of Clivus \(its schema is clivus-reading/3\)"):
        Reading.load(path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "cannot be opened"),
        ("[]", "must be an object with named fields"),
        ("7", "must be an object with named fields"),
        ("{}", "is not a saved reading"),
        ('{"schema": "clivus-result/1"}', "is a result, the model's answer for one case, and not a reading"),
        ('{"schema": 1}', "schema must be a printable text"),
        ('{"schema": "clivus-reading/x"}', "is not a saved reading"),
        ('{"schema": "clivus-reading/1", "range_mm": [0, 1], "series": "1"}', "roi is missing"),
        ('{"schema": "clivus-reading/2", "range_mm": [0, NaN]}', "NaN is not a number"),
        ('{"schema": "clivus-reading/2", "schema": "clivus-reading/1"}', "twice"),
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
    key = {"position_mm": 0, "column": 1, "row": 2, "width": -3, "height": 4}
    with pytest.raises(RoiRefused, match="not a rectangle"):
        Reading.load(write(tmp_path / "reading.json", roi=[key]))
    with pytest.raises(RoiRefused, match="has no rectangle"):
        Reading.load(write(tmp_path / "reading.json", roi=[]))


LINE = {"start_mm": [0, 0, 0], "end_mm": [1, 2, 3]}
ANGLE = {"first_mm": [0, 0, 0], "apex_mm": [0, 0, 9], "last_mm": [5, 0, 9]}
ELLIPSE = {"centre_mm": [0, 0, 0], "half_a_mm": [5, 0, 0], "half_b_mm": [0, 0, 3]}
LABEL = {"sop_instance_uid": "1.2", "frame": 0, "label": "positive"}


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("slice_labels", [LABEL | {"label": True}], "label of slice_labels, entry 1 must be positive or negative"),
        (
            "slice_labels",
            [{"sop_instance_uid": "1.2", "label": "positive"}],
            "frame of slice_labels, entry 1 is missing",
        ),
        ("slice_labels", [LABEL, LABEL], "slice 1.2, frame 0, twice"),
        ("slice_labels", {"1.2": True}, "slice_labels must be a list"),
        ("range_mm", ["0", "1"], "range_mm must be a number"),
        ("range_mm", [0, True], "range_mm must be a number"),
        ("range_mm", [0, 10**400], "range_mm must be a number .* not a number of many digits"),
        ("range_mm", [0, 1, 2], "range_mm must be a list of 2 numbers"),
        ("range_mm", 5, "range_mm must be a list"),
        ("roi", {"column": 1, "row": 2, "width": 3, "height": 4}, "roi must be a list"),
        ("roi", [[1, 2, 3, 4]], "roi, entry 1 must be an object"),
        ("roi", [{"position_mm": 0, "column": 1, "row": 2, "width": 3}], "height of roi, entry 1 is missing"),
        ("measurements", [{"start_mm": [0, 0, 0], "end_mm": [1, 2]}], "end_mm of measurements, entry 1 must be"),
        ("measurements", [{"start_mm": [0, 0, 0], "end_mm": [0, 0, 1e7]}], "end_mm of measurements, entry 1 must be"),
        ("measurements", [LINE] * 20_001, "measurements must be a list of at most 20000 entries"),
        ("angles", [ANGLE, ANGLE | {"apex_mm": None}], "apex_mm of angles, entry 2 must be a list"),
        ("angles", [{"first_mm": [0, 0, 0], "apex_mm": [0, 0, 9]}], "last_mm of angles, entry 1 is missing"),
        ("angles", [ANGLE | {"last_mm": [0, 0, 9]}], "an angle needs two legs of 0.1 mm or more"),
        ("angles", ANGLE, "angles must be a list"),
        ("ellipses", [ELLIPSE | {"half_a_mm": [1, 0, "2"]}], "half_a_mm of ellipses, entry 1 must be a number"),
        ("ellipses", [ELLIPSE | {"half_b_mm": [0, 0, 0]}], "an ellipse needs two half axes of 0.1 mm or more"),
        ("ellipses", [ELLIPSE | {"half_b_mm": [5, 5, 0]}], "half axes of an ellipse must be at a right angle"),
        ("ellipses", [ELLIPSE] * 20_001, "ellipses must be a list of at most 20000 entries"),
        ("series", ["1.2"], "series must be a printable text"),
        ("sop_instance_uid", 12, "sop_instance_uid must be a printable text"),
        ("frame", -1, "frame must be a whole number"),
        ("frame", True, "frame must be a whole number"),
        ("frame", 1.0, "frame must be a whole number"),
        ("answers", [{"verdict": "perhaps"}], "verdict of answers, entry 1 must be positive or negative or indeter"),
        ("answers", "positive", "answers must be a list"),
        ("result", "positive", "result must be an object"),
    ],
)
def test_a_reading_is_taken_as_it_stands_or_not_at_all(tmp_path, key, value, says):
    """Text was taken for numbers, and "false" for true."""
    path = write(tmp_path / "reading.json", **{key: value})
    with pytest.raises(ReadingRefused, match=says) as caught:
        Reading.load(path)
    assert "Error" not in str(caught.value)


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("slice_labels", {"1.2": "false"}, "slice_labels must hold true and false only"),
        ("slice_labels", ["1.2"], "slice_labels must be an object"),
        ("verdict", "perhaps", "verdict must be positive or negative or indeterminate"),
        ("roi", [1, 2, 3, 4], "roi must be an object"),
        ("roi", {"column": 1, "row": 2, "width": 3, "height": "4"}, "height of roi must be a number"),
    ],
)
def test_so_is_one_of_the_former_schema(tmp_path, key, value, says):
    path = tmp_path / "reading.json"
    path.write_text(json.dumps(FORMER | {key: value}))
    with pytest.raises(ReadingRefused, match=says):
        Reading.load(path)


def test_a_file_too_large_for_a_reading_is_not_read(tmp_path):
    """Gigabytes of nothing were read and decoded first."""
    path = tmp_path / "reading.json"
    with path.open("wb") as stream:
        stream.truncate(3 * 2**30)
    tracemalloc.start()
    with pytest.raises(ReadingRefused, match="more than the 16 MB"):
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


def test_a_reading_that_nests_without_end_is_refused(tmp_path):
    path = tmp_path / "reading.json"
    path.write_text("[" * 100_000)
    with pytest.raises(ReadingRefused, match="nested too deeply"):
        Reading.load(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ReadingRefused, match="it is a pipe"):
        Reading.load(tmp_path / "pipe")


def test_why_a_text_is_not_json_is_said_in_the_readers_language(tmp_path):
    """The clause stayed English in a sentence of another language."""
    path = tmp_path / "reading.json"
    path.write_text('{"schema": 1, "schema": 2}')
    with pytest.raises(ReadingRefused) as refused:
        Reading.load(path)
    reason = refused.value.message.fields["reason"]
    assert isinstance(reason, Message)
    assert str(reason) == "'schema' stands in it twice"
