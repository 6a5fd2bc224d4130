"""Which stack a saved reading belongs to."""

from dataclasses import replace

import pytest

from desktop.reading.matching import FrameUnknown, ReadingOfAnother, listing, series_of, with_frames
from desktop.reading.roi import PositionRange, Roi
from desktop.reading.saved import Reading

MARKS = Roi.everywhere(1, 2, 30, 40), PositionRange(0, 9)


@pytest.fixture
def stack(volume):
    """A function: a stack "1.2" of slices (SOPInstanceUID, frame)."""

    def make(number, *slices, **values):
        first = volume.series.slices[0]
        return replace(
            volume.series,
            series_instance_uid="1.2",
            membership=replace(volume.series.membership, series_instance_uids=("1.2",)),
            stack=number,
            description="Head",
            slices=tuple(
                replace(first, sop_instance_uid=uid, place=replace(first.place, frame=frame)) for uid, frame in slices
            ),
            **values,
        )

    return make


def reading(series="1.2", uid="", frame=None):
    return Reading(series, *MARKS, sop_instance_uid=uid, frame=frame)


def test_frames_of_one_file_are_told_apart_whatever_the_number_of_their_stack(stack):
    """All frames of an Enhanced CT have one UID, and the stack's number decided: files that were added changed it."""
    low, high = [("7", frame) for frame in range(4)], [("7", frame) for frame in range(4, 9)]
    added = stack(1, *((f"9.{number}", 0) for number in range(12)))
    saved = reading("1.2", "7", 0)
    assert series_of(saved, [stack(1, *low)], "here").slices[0].place.frame == 0
    found = series_of(saved, [added, stack(2, *high), stack(3, *low)], "here")
    assert (found.stack, found.slices[0].place.frame) == (3, 0)
    assert series_of(reading("1.2:2", "7", 6), [added, stack(2, *low), stack(3, *high)], "here").stack == 3


def test_a_number_alone_does_not_decide_between_stacks(stack):
    one, two = stack(1, ("5.1", 0), ("5.2", 0)), stack(2, ("6.1", 0))
    for name in ("1.2", "1.2:2"):
        with pytest.raises(ReadingOfAnother, match=r"which of 2 stacks .* \(1\.2 \(Head.*; 1\.2:2 \(Head.*--series"):
            series_of(reading(name), [one, two], "here")
    assert series_of(reading("1.2"), [one], "here") is one
    with pytest.raises(ReadingOfAnother, match=r"1\.2:2, which is not at here"):
        series_of(reading("1.2:2"), [one], "here")


def test_a_slice_without_its_frame_will_do_where_it_lies_in_one_stack(stack):
    one, two = stack(1, ("5.1", 0), ("5.2", 0)), stack(2, ("6.1", 0))
    assert series_of(reading("1.2", "6.1"), [one, two], "here") is two
    frames = stack(1, ("7", 0)), stack(2, ("7", 1))
    with pytest.raises(ReadingOfAnother, match="which of 2 stacks"):
        series_of(reading("1.2", "7"), frames, "here")


def test_a_slice_that_was_left_out_as_a_copy_still_names_its_stack(stack):
    one, two = stack(1, ("5.1", 0), copies=("5.9",)), stack(2, ("6.1", 0))
    assert series_of(reading("1.2", "5.9", 0), [one, two], "here") is one
    # where it is itself, it is no copy
    assert series_of(reading("1.2", "6.1", 0), [replace(one, copies=("6.1",)), two], "here") is two


def test_another_series_is_not_here(stack):
    for other in (reading("9.9"), reading("1.2", "8.8", 0), reading("1.2", "5.1", 1)):
        with pytest.raises(ReadingOfAnother, match="not at here: open the folder"):
            series_of(other, [stack(1, ("5.1", 0))], "here")


def test_what_a_reading_says_is_quoted_within_bounds(stack):
    with pytest.raises(ReadingOfAnother) as caught:
        series_of(reading("9\x1b[2J" * 100_000), [stack(1, ("5.1", 0))], "here")
    assert len(str(caught.value)) < 300
    assert "\x1b" not in str(caught.value)


def test_of_many_stacks_the_first_are_listed(stack):
    assert str(listing([stack(number, ("5", 0)) for number in range(1, 6)])).count("Head") == 5
    many = str(listing([stack(number, ("5", 0)) for number in range(1, 40)]))
    assert many.count("Head") == 5
    assert many.endswith("and 34 more: see `clivus scan`")


def test_labels_of_the_former_schema_get_the_one_frame_of_their_file_and_no_other(stack):
    """They name no frame, and all frames of an Enhanced CT share the UID: any of them could have been meant."""
    labelled = replace(reading(), slice_labels={("9.1", None): True, ("9.2", None): False, ("9.3", 4): True})
    assert with_frames(labelled, stack(1, ("9.1", 0), ("9.2", 0))).slice_labels == {
        ("9.1", 0): True,
        ("9.2", 0): False,
        ("9.3", 4): True,
    }
    enhanced = stack(1, ("9.1", 0), ("9.1", 1))
    frames = tuple(replace(one, place=replace(one.place, frames=2)) for one in enhanced.slices)
    with pytest.raises(FrameUnknown, match=r"SOPInstanceUID only \(9.1\), which all frames"):
        with_frames(labelled, replace(enhanced, slices=frames))
