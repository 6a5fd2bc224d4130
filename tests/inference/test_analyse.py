"""From a volume to the result."""

from dataclasses import replace

import numpy as np
import pytest

from desktop.imaging.eligibility import check_series
from desktop.inference.analyse import NotJudged, analyse
from desktop.reading.roi import PositionRange, RangeRefused, Roi, RoiRefused
from desktop.reading.run import Verdict, longest_run


@pytest.fixture(scope="module")
def marks(phantom):
    return Roi(*phantom.truth.roi_px), PositionRange(*phantom.truth.range_mm)


@pytest.fixture(scope="module")
def result(volume, marks, network):
    return analyse(volume, *marks, network)


def test_a_phantom_with_invasion_is_read_from_end_to_end(result, volume, marks, phantom):
    inside = [p for p in volume.geometry.positions_mm if marks[1].contains(p)]
    assert [answer.position_mm for answer in result.slices] == inside
    assert np.isfinite([answer.logit for answer in result.slices]).all()
    positive = [answer.probability >= result.cutoff.threshold for answer in result.slices]
    assert result.run == longest_run(inside, positive, volume.geometry.spacing_mm)
    assert result.verdict is Verdict.POSITIVE
    assert phantom.truth.invaded
    assert result.area_cm2 == pytest.approx(18, abs=4)
    assert result.maps.shape == (len(inside), 224, 224)
    assert (result.maps >= 0).all()
    assert result.map_scale >= result.maps.max()
    assert all(check.status == "pass" for check in result.checks)


def test_a_series_stored_in_another_orientation_gives_the_same_answers(result, volume, marks, network):
    """The crop is taken in the standard view: the same head stored turned by 180 degrees reads the same."""
    series = volume.series
    turned = replace(
        series, across=tuple(-x for x in series.across), down=tuple(-x for x in series.down)
    )  # as if each stored slice were rotated
    from desktop.imaging.geometry import StandardTurn

    turn = StandardTurn.of(turned.across, turned.down)
    column, row, width, height = marks[0].rectangle
    stored = Roi(series.columns - column - width, series.rows - row - height, width, height)
    other = replace(volume, series=turned, turn=turn)
    again = analyse(other, stored, marks[1], network)
    assert again.rectangle == pytest.approx(result.rectangle)
    assert [a.logit for a in again.slices] == pytest.approx([a.logit for a in result.slices], abs=1e-4)


def test_a_failed_check_makes_the_verdict_indeterminate_but_answers_stand(volume, marks, network):
    thick = replace(volume, series=replace(volume.series, slice_thickness_mm=5.0))
    assert "fail" in {check.status for check in check_series(thick.series)}
    result = analyse(thick, *marks, network)
    assert result.verdict is Verdict.INDETERMINATE
    assert len(result.slices) >= 2


def test_a_rectangle_of_an_absurd_size_gets_no_verdict(volume, marks, network):
    """A rectangle of one pixel was "negative"."""
    result = analyse(volume, Roi(250, 250, 1, 1), marks[1], network)
    assert result.verdict is Verdict.INDETERMINATE
    assert [check.name for check in result.checks if check.status == "fail"] == ["ROI area"]


def test_an_answer_that_is_no_number_is_no_verdict(volume, marks, network):
    nan = replace(volume, hu=np.full(volume.hu.shape, np.nan, np.float32))
    with pytest.raises(NotJudged, match="no number"):
        analyse(nan, *marks, network)


def test_what_cannot_be_judged_is_refused(volume, marks, network):
    roi, span = marks
    with pytest.raises(RoiRefused, match="reaches outside"):
        analyse(volume, Roi(400, 400, 200, 100), span, network)
    middle = float(volume.geometry.positions_mm[5])
    with pytest.raises(RangeRefused, match="holds 1 slice"):
        analyse(volume, roi, PositionRange(middle, middle), network)
    with pytest.raises(NotJudged, match="not a CT stack"):
        analyse(replace(volume, series=replace(volume.series, modality="MR")), roi, span, network)
