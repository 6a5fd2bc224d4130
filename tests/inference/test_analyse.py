"""From a volume to the result."""

from copy import copy
from dataclasses import replace

import numpy as np
import pytest

from desktop.inference.analyse import NotJudged, analyse
from desktop.inference.conditions import check_model
from desktop.reading.region import Region
from desktop.reading.roi import KeyRectangle, PositionRange, RangeRefused, Roi, RoiRefused
from desktop.reading.run import Verdict, longest_run


@pytest.fixture(scope="module")
def marks(phantom):
    return Roi.everywhere(*phantom.truth.roi_px), PositionRange(*phantom.truth.range_mm)


@pytest.fixture(scope="module")
def result(volume, marks, network):
    return analyse(Region(volume, *marks), network)


def test_a_phantom_with_invasion_is_read_from_end_to_end(result, volume, marks, phantom):
    inside = [p for p in volume.geometry.positions_mm if marks[1].contains(p)]
    assert [answer.position_mm for answer in result.slices] == inside
    assert np.isfinite([answer.logit for answer in result.slices]).all()
    positive = [answer.probability >= result.cutoff.threshold for answer in result.slices]
    assert result.run == longest_run(inside, positive, volume.geometry.spacing_mm)
    assert result.verdict is Verdict.POSITIVE
    assert phantom.truth.invaded
    assert result.region.areas_cm2[0] == pytest.approx(18, abs=4)
    assert result.maps.evidence.shape == result.maps.grad_cam.shape == (len(inside), 224, 224)
    assert result.maps.evidence.min() < 0 < result.maps.evidence.max()
    assert result.maps.scale == result.manifest.maps.scale
    assert result.maps.scale_is_models
    assert [check for check in result.checks if check.status != "pass"] == []
    assert len({check.name for check in result.checks}) == len(result.checks)


@pytest.fixture(scope="module")
def moving(marks):
    """The phantom's ROI at the lower end of the range, at the upper end 12 pixels aside and smaller."""
    roi, span = marks
    column, row, width, height = roi.at(0)
    high = KeyRectangle(span.high_mm, column + 12, row - 8, width - 10, height - 6)
    return Roi.of((KeyRectangle(span.low_mm, column, row, width, height), high)), span


def test_each_slice_is_judged_in_its_own_rectangle(volume, moving, marks, network, result):
    again = analyse(Region(volume, *moving), network)
    assert again.region.roi == moving[0]
    for number, position in enumerate(again.region.positions_mm):
        alone = Roi.everywhere(*moving[0].at(position))
        other = analyse(Region(volume, alone, marks[1]), network)
        assert again.slices[number].logit == other.slices[number].logit, "to the last bit"
        np.testing.assert_array_equal(again.maps.evidence[number], other.maps.evidence[number])
    assert again.slices[0].logit == pytest.approx(result.slices[0].logit, abs=0.5)
    assert again.slices[-1].logit != result.slices[-1].logit


def test_equal_key_rectangles_give_what_one_gives_to_the_last_bit(volume, marks, network, result):
    roi, span = marks
    several = Roi.of(KeyRectangle(position, *roi.at(0)) for position in (span.low_mm, span.middle_mm, span.high_mm))
    again = analyse(Region(volume, several, span), network)
    assert again.slices == result.slices
    assert again.checks == result.checks
    np.testing.assert_array_equal(again.maps.evidence, result.maps.evidence)


def test_the_smallest_and_the_largest_rectangle_decide_on_the_area(volume, marks, network):
    roi, span = marks
    column, row, width, height = roi.at(0)
    growing = roi.with_key(span.low_mm, roi.at(0)).with_key(span.high_mm, (column, row, width * 1.4, height * 1.1))
    area = next(check for check in analyse(Region(volume, growing, span), network).checks if check.name == "ROI area")
    assert area.status == "warn"
    smallest, largest = (float(number) for number in str(area.measured).removesuffix(" cm²").split(" to "))
    assert largest > 22 > smallest
    tiny = growing.with_key(span.high_mm, (column, row, 5, 5))
    assert "ROI area" in failed(analyse(Region(volume, tiny, span), network))


@pytest.mark.parametrize("slices", [2, 3, 4])
def test_a_range_of_few_slices_is_cautioned(volume, marks, network, slices):
    roi, span = marks
    inside = span.indices(volume.geometry.positions_mm)
    low, high = (float(volume.geometry.positions_mm[index]) for index in (inside[0], inside[slices - 1]))
    short = analyse(Region(volume, roi, PositionRange(low, high)), network)
    said = [str(check.message) for check in short.checks if check.name == "length of the range"]
    assert [f"The range holds {slices} slices" in one for one in said] == [True] * (slices < 4)


def test_the_area_is_judged_by_what_the_model_was_trained_on(volume, marks, network):
    ten = analyse(Region(volume, *marks), for_model(network, roi_area_cm2=10.0))
    area = next(check for check in ten.checks if check.name == "ROI area")
    assert (area.status, str(area.required)) == ("warn", "7.77778 to 12.2222 cm²")


def test_a_series_stored_in_another_orientation_gives_the_same_answers(result, volume, marks, network):
    """The crop is taken in the standard view: the same head stored turned by 180 degrees reads the same."""
    series = volume.series
    turned = replace(
        series, across=tuple(-x for x in series.across), down=tuple(-x for x in series.down)
    )  # as if each stored slice were rotated
    from desktop.imaging.geometry import StandardTurn

    turn = StandardTurn.of(turned.across, turned.down)
    column, row, width, height = marks[0].at(0)
    stored = Roi.everywhere(series.columns - column - width, series.rows - row - height, width, height)
    other = replace(volume, series=turned, turn=turn)
    again = analyse(Region(other, stored, marks[1]), network)
    assert again.region.rectangles[0] == pytest.approx(result.region.rectangles[0])
    assert [a.logit for a in again.slices] == pytest.approx([a.logit for a in result.slices], abs=1e-4)


def failed(result):
    return {check.name for check in result.checks if check.status == "fail"}


def warned(result):
    return {check.name for check in result.checks if check.status == "warn"}


def with_thickness(volume, thicknesses):
    """The volume, its slices stated to be this thick."""
    slices = tuple(replace(item, thickness_mm=mm) for item, mm in zip(volume.series.slices, thicknesses, strict=True))
    return replace(volume, series=replace(volume.series, slices=slices))


def at_positions(volume, positions):
    """The volume, its slices at other places along the normal."""
    normal, own = volume.geometry.normal, volume.geometry.positions_mm
    slices = tuple(
        replace(item, origin=tuple(np.asarray(item.origin) + (there - here) * normal))
        for item, here, there in zip(volume.series.slices, own, positions, strict=True)
    )
    series = replace(volume.series, slices=slices)
    return replace(volume, series=series, geometry=series.geometry.turned(volume.turn))


def for_model(network, **values):
    """The network with another description of what it was made for."""
    other = copy(network)
    other.manifest = replace(network.manifest, **values)
    return other


def test_a_failed_check_makes_the_verdict_indeterminate_but_answers_stand(volume, marks, network):
    thick = with_thickness(volume, [5.0] * len(volume.series.slices))
    result = analyse(Region(thick, *marks), network)
    assert failed(result) == {"slice thickness", "thickness over the range", "model's slice thickness"}
    assert result.verdict is Verdict.INDETERMINATE
    assert len(result.slices) >= 2


def test_what_lies_outside_the_range_warns_and_does_not_block(result, volume, marks, network):
    """Thick slices and a wider spacing far from the skull base."""
    inside = [answer.index for answer in result.slices]
    positions = volume.geometry.positions_mm.copy()
    top = inside[-1] + 2
    positions[top:] += 3 * np.arange(1, len(positions) - top + 1)
    count = len(positions)
    mixed = with_thickness(at_positions(volume, positions), [3.0] * top + [7.0] * (count - top))
    again = analyse(Region(mixed, *marks), network)
    assert warned(again) >= {"spacing", "slice thickness"}
    assert failed(again) == set()
    assert again.verdict is result.verdict
    assert again.run == result.run


def test_run_and_score_count_by_the_spacing_over_the_range(result, volume, marks, network):
    """In a stack that is mostly coarser, the median of the whole is no measure for the range."""
    inside = [answer.index for answer in result.slices]
    own = volume.geometry.spacing_mm
    positions = volume.geometry.positions_mm.copy()
    positions[inside[-1] + 1 :] += own * np.arange(1, len(positions) - inside[-1])
    positions[: inside[0]] -= own * np.arange(inside[0], 0, -1)
    mixed = at_positions(volume, positions)
    assert mixed.geometry.spacing_mm == pytest.approx(2 * own)
    again = analyse(Region(mixed, *marks), network)
    assert (again.run.slices, again.score) == (result.run.slices, result.score)
    assert again.run.mm == pytest.approx(result.run.slices * own)


def test_a_gap_in_the_range_blocks(result, volume, marks, network):
    inside = [answer.index for answer in result.slices]
    positions = volume.geometry.positions_mm.copy()
    positions[inside[2] :] += volume.geometry.spacing_mm
    span = PositionRange(marks[1].low_mm, float(positions[inside[-1]]))
    again = analyse(Region(at_positions(volume, positions), marks[0], span), network)
    assert failed(again) == {"spacing over the range"}
    assert again.verdict is Verdict.INDETERMINATE


def without(volume, lost, named=False):
    """The volume without these slices; `named` as those that could not be read."""
    kept = [index for index in range(len(volume.hu)) if index not in lost]
    series = replace(volume.series, slices=tuple(volume.series.slices[index] for index in kept))
    places = volume.geometry.positions_mm
    return replace(
        volume,
        series=series,
        hu=volume.hu[kept],
        geometry=series.geometry.turned(volume.turn),
        missing_mm=tuple(float(places[index]) for index in sorted(lost)) if named else (),
    )


def for_every_slice(network):
    """The network with a threshold that every slice reaches."""
    return for_model(network, threshold=0.0)


def test_two_slices_across_a_missing_one_are_no_run(result, volume, marks, network):
    """The gap was the range's own spacing, so that two slices 6 mm apart gave a verdict."""
    inside = [answer.index for answer in result.slices]
    below, lost, above = inside[3:6]
    places = volume.geometry.positions_mm
    span = PositionRange(float(places[below]), float(places[above]))
    again = analyse(Region(without(volume, {lost}), marks[0], span), for_every_slice(network))
    assert (again.run.slices, again.score) == (1, 0.0)
    assert again.run.mm == pytest.approx(volume.geometry.spacing_mm)
    assert "spacing over the range" in failed(again)
    assert again.verdict is Verdict.INDETERMINATE


def test_slices_that_could_not_be_read_do_not_close_up(result, volume, marks, network):
    """Where every second slice was lost the rest were even, and a run."""
    lost = set(range(1, len(volume.hu), 2))
    again = analyse(Region(without(volume, lost, named=True), *marks), for_every_slice(network))
    assert again.run.slices == 1
    assert {"all slices read over the range", "spacing over the range"} <= failed(again)
    assert again.verdict is Verdict.INDETERMINATE


def test_a_series_of_every_second_file_gets_no_verdict(volume, marks, network):
    lost = set(range(1, len(volume.hu), 2))
    again = analyse(Region(without(volume, lost), *marks), for_model(network, slice_thickness_mm=(1.25, 8.0)))
    assert failed(again) == {"coverage between slices"}
    assert again.verdict is Verdict.INDETERMINATE


def test_slices_at_one_place_are_no_run(result, volume, marks, network):
    inside = [answer.index for answer in result.slices]
    positions = volume.geometry.positions_mm.copy()
    positions[inside] = positions[inside[0]]
    doubled = at_positions(volume, positions)
    series = replace(doubled.series, doubled_mm=(float(positions[inside[0]]),))
    again = analyse(Region(replace(doubled, series=series), *marks), network)
    assert again.run.slices <= 1
    assert again.score == 0.0
    assert failed(again) >= {"doubled slices", "spacing over the range"}


def test_pixels_that_are_not_hounsfield_units_get_no_verdict(volume, marks, network):
    again = analyse(Region(replace(volume, hu=volume.hu + np.int16(1024)), *marks), network)
    assert "HU" in failed(again)
    assert again.verdict is Verdict.INDETERMINATE


@pytest.mark.parametrize(
    ("limits", "thickness", "status"),
    [((1.25, 4.0), 3.0, "pass"), ((1.25, 2.5), 3.0, "fail"), ((4.0, 6.0), 3.0, "warn"), ((8.0, 9.0), 3.0, "fail")],
)
def test_the_model_says_how_thick_slices_may_be(volume, marks, network, limits, thickness, status):
    series = with_thickness(volume, [thickness] * len(volume.series.slices)).series
    manifest = for_model(network, slice_thickness_mm=limits).manifest
    check, _ = check_model(manifest, series, [3, 4], 3.0)
    assert (check.name, check.status) == ("model's slice thickness", status)


def test_only_slices_of_the_range_and_their_spacing_count_for_the_model(volume, network):
    manifest = replace(network.manifest, slice_thickness_mm=(1.25, 4.0))
    mixed = with_thickness(volume, [9.0] * 3 + [3.0] * (len(volume.series.slices) - 3)).series
    assert check_model(manifest, mixed, [3, 4], 3.0)[0].status == "pass"
    assert check_model(manifest, mixed, [2, 3], 3.0)[0].status == "fail"
    assert check_model(manifest, mixed, [3, 4], 4.5)[0].status == "fail"
    assert check_model(manifest, mixed, [3, 4], 0.6)[0].status == "fail"
    assert check_model(manifest, mixed, [3, 4], 1.0)[0].status == "warn"


def test_a_model_for_thicker_slices_reads_them(volume, marks, network):
    thick = with_thickness(volume, [5.0] * len(volume.series.slices))
    again = analyse(Region(thick, *marks), for_model(network, slice_thickness_mm=(1.25, 5.0)))
    assert not failed(again) & {"slice thickness", "thickness over the range", "model's slice thickness"}


@pytest.mark.parametrize(
    ("phases", "contrast", "status"),
    [
        (("plain", "contrast"), True, "pass"),
        (("plain", "contrast"), False, "pass"),
        (("plain", "contrast"), None, "warn"),
        (("contrast",), False, "warn"),
        (("plain",), True, "warn"),
    ],
)
def test_the_model_says_which_contrast_phases_it_knows(volume, network, phases, contrast, status):
    manifest = for_model(network, contrast_phases=phases).manifest
    _, check = check_model(manifest, replace(volume.series, contrast=contrast), [3, 4], 3.0)
    assert (check.name, check.status) == ("model's contrast phases", status)


def test_a_rectangle_of_an_absurd_size_gets_no_verdict(volume, marks, network):
    """A rectangle of one pixel was "negative"."""
    result = analyse(Region(volume, Roi.everywhere(250, 250, 1, 1), marks[1]), network)
    assert result.verdict is Verdict.INDETERMINATE
    assert "ROI area" in failed(result)


def test_an_answer_that_is_no_number_is_no_verdict(volume, marks, network):
    nan = replace(volume, hu=np.full(volume.hu.shape, np.nan, np.float32))
    with pytest.raises(NotJudged, match="not numbers"):
        analyse(Region(nan, *marks), network)


def test_what_cannot_be_judged_is_refused(volume, marks, network):
    roi, span = marks
    with pytest.raises(RoiRefused, match="reaches outside"):
        Region(volume, Roi.everywhere(400, 400, 200, 100), span)
    middle = float(volume.geometry.positions_mm[5])
    with pytest.raises(RangeRefused, match="holds 1 slice"):
        Region(volume, roi, PositionRange(middle, middle))
    with pytest.raises(NotJudged, match="not a CT stack"):
        analyse(Region(replace(volume, series=replace(volume.series, modality="MR")), roi, span), network)
