"""Averaging over neighbouring slices and shifted crops."""

from dataclasses import replace

import numpy as np
import pytest

from desktop.inference.analyse import analyse
from desktop.inference.averaging import Averaging, shifted
from desktop.inference.bundle import Bundle
from desktop.inference.network import Network
from desktop.reading.region import Region
from desktop.reading.roi import PositionRange, Roi
from desktop.report.document import result_document
from desktop.report.wording import averaging_line, run_line, use_line


def test_a_neighbour_counts_a_quarter_and_an_end_or_a_gap_has_one_less():
    logits = np.float32([[0.0, 4.0, 8.0, 0.0]])
    found = Averaging(0.25).combined(logits, np.array([True, True, False]))
    np.testing.assert_allclose(found, [4 / 3, 4.0, (8 / 2 + 4 / 4) * 4 / 3, 0.0], rtol=1e-6)
    np.testing.assert_array_equal(Averaging(0.25).combined(np.float32([[3.0]]), np.array([], dtype=bool)), [3.0])


def test_what_is_alike_everywhere_stays_and_crops_count_alike():
    many = np.full((5, 6), 1.5, np.float32)
    np.testing.assert_array_equal(Averaging(1 / 3, 16).combined(many, np.ones(5, dtype=bool)), many[0])
    crops = np.float32([[0, 0], [1, 0], [2, 0], [3, 5], [4, 5]])
    np.testing.assert_array_equal(Averaging(0, 16).combined(crops, np.array([True])), [2, 2])


def test_the_first_crop_is_the_rois_own_and_none_leaves_the_slice():
    assert Averaging().shifts == ((0, 0),)
    assert Averaging(0, 28).shifts == ((0, 0), (-28, 0), (28, 0), (0, -28), (0, 28))
    assert shifted((10, 20, 40, 80), (28, -56), 224, 300, 300) == (15, 0, 40, 80)
    assert shifted((255, 20, 40, 80), (56, 0), 224, 300, 300) == (260, 20, 40, 80)


@pytest.fixture(scope="module")
def region(volume, phantom):
    return Region(volume, Roi.everywhere(*phantom.truth.roi_px), PositionRange(*phantom.truth.range_mm))


def for_model(network, **values):
    bundle = Bundle.shipped()
    other = object.__new__(Network)
    other.__dict__ |= network.__dict__ | {"manifest": replace(bundle.manifest, **values)}
    return other


def test_maps_stay_those_of_the_slices_own_crop(region, network):
    plain = analyse(region, network)
    averaged = analyse(region, for_model(network, smoothing=0.25, shift_px=16))
    assert all(answer.logit == answer.crop_logit for answer in plain.slices)
    assert [answer.crop_logit for answer in averaged.slices] == [answer.logit for answer in plain.slices]
    np.testing.assert_array_equal(averaged.maps.evidence, plain.maps.evidence)
    assert averaged.familiarity == plain.familiarity
    assert [answer.logit for answer in averaged.slices] != [answer.logit for answer in plain.slices]
    for answer in averaged.slices:
        assert answer.probability == pytest.approx(1 / (1 + np.exp(-answer.logit)), abs=1e-6)
    assert np.std([answer.logit for answer in averaged.slices]) < np.std([answer.logit for answer in plain.slices])


def test_smoothing_alone_is_of_the_very_logits(region, network):
    plain = np.float32([answer.logit for answer in analyse(region, network).slices])
    smooth = [answer.logit for answer in analyse(region, for_model(network, smoothing=0.25)).slices]
    assert smooth[1] == pytest.approx(plain[0] / 4 + plain[1] / 2 + plain[2] / 4, abs=1e-5)
    assert smooth[0] == pytest.approx(plain[0] * 2 / 3 + plain[1] / 3, abs=1e-5)


def test_result_and_sentences_say_what_was_done(region, network):
    other = for_model(network, smoothing=0.25, cutoff_slices=1, cutoff_mm=7.0, near_chance=("specificity",))
    result = analyse(region, other)
    document = result_document(result)
    assert document["cutoff"] == {"slices": 1, "threshold": 0.5, "mm": 7.0}
    assert document["model"]["averaging"] == {"smoothing": 0.25, "shift_px": 0}
    assert document["model"]["near_chance"] == ["specificity"]
    needed = result.cutoff.slices_at(region.spacing_mm)
    assert f"cut-off {needed} slices (7 mm) at probability" in str(run_line(result))
    assert str(use_line(result.manifest)).endswith("more than half of the patients without invasion.")
    assert "neighbouring slices" in str(averaging_line(result.manifest))
    assert averaging_line(network.manifest) is None
