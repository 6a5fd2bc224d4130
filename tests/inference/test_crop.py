"""The crop function."""

import numpy as np
import pytest

from desktop.inference.crop import crop_slices, resampling_matrix


def test_a_crop_of_its_own_size_is_the_pixels():
    hu = np.random.default_rng(1).normal(0, 300, (3, 60, 70)).astype(np.float32)
    np.testing.assert_allclose(
        crop_slices(hu, [(10, 5, 32, 32)] * len(hu), size=32), hu[:, 5:37, 10:42], rtol=1e-6, atol=1e-3
    )


@pytest.mark.parametrize("size", [32, 224])
def test_a_ramp_keeps_its_values_where_it_is_sampled(size):
    """Sample centres lie evenly over the rectangle; a linear ramp is reproduced at them."""
    hu = np.tile(np.arange(100, dtype=np.float32), (1, 100, 1))
    crop = crop_slices(hu, [(20.25, 30, 50.5, 40)], size)[0]
    expected = 20.25 + (np.arange(size) + 0.5) * 50.5 / size - 0.5
    np.testing.assert_allclose(crop[size // 2], expected, atol=0.1)  # the triangle ripples when it shrinks


def test_shrinking_averages_instead_of_skipping():
    hu = np.zeros((1, 200, 200), np.float32)
    hu[0, :, ::2] = 100
    crop = crop_slices(hu, [(0, 0, 200, 200)], 40)[0]
    np.testing.assert_allclose(crop[:, 2:-2], 50, atol=3)


def test_every_row_of_weights_sums_to_one_at_the_border_too():
    np.testing.assert_allclose(resampling_matrix(0, 30, 224, 30).sum(axis=1), 1, rtol=1e-6)


def test_a_planted_hot_spot_lies_where_it_was_planted():
    hu = np.zeros((1, 128, 128), np.float32)
    hu[0, 70, 50] = 1000
    rectangle = (30.5, 40.25, 45, 60)
    crop = crop_slices(hu, [rectangle], 224)[0]
    row, column = np.unravel_index(np.argmax(crop), crop.shape)
    assert 30.5 + (column + 0.5) * 45 / 224 - 0.5 == pytest.approx(50, abs=0.15)
    assert 40.25 + (row + 0.5) * 60 / 224 - 0.5 == pytest.approx(70, abs=0.15)


def test_each_slice_is_cropped_at_its_own_rectangle():
    hu = np.random.default_rng(2).normal(0, 300, (5, 60, 70)).astype(np.float32)
    rectangles = [(10, 5, 32, 32), (10, 5, 32, 32), (11.5, 6, 30, 31), (10, 5, 32, 32), (0, 0, 70, 60)]
    crops = crop_slices(hu, rectangles, 32)
    for number, rectangle in enumerate(rectangles):
        np.testing.assert_array_equal(crops[number], crop_slices(hu[number : number + 1], [rectangle], 32)[0])
