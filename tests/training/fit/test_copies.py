"""A copy follows from seed, slice and number alone, and has no empty corner."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional

from desktop.inference.crop import CROP_SIZE
from desktop.learning import augmented
from desktop.learning.augmentation import Augmentation
from desktop.learning.augmented import copy_of
from desktop.learning.cohort.crops import MARGIN, SIDE
from desktop.learning.features import FeatureOrder
from desktop.learning.fit_settings import Copies
from training.demo.recipe import Pretraining

WILD = Augmentation(shift=0.05, rotation_deg=10.0, scale=0.02, flip=0.5, offset_hu=10.0, noise_hu=15.0)
STILL = Augmentation(shift=0.0, rotation_deg=0.0, flip=0.0)


@pytest.fixture(scope="module")
def image() -> np.ndarray:
    return np.random.default_rng(5).normal(40, 80, (SIDE, SIDE)).astype(np.float16)


def test_the_image_itself_is_what_the_application_sees(image):
    expected = image[MARGIN:-MARGIN, MARGIN:-MARGIN].astype(np.float32)
    np.testing.assert_array_equal(copy_of(image, "1.2", 0, 3, WILD), expected)
    np.testing.assert_allclose(copy_of(image, "1.2", 4, 3, STILL), expected, atol=0.02)


def test_one_copy_made_again_is_the_one_of_the_batch(train):
    order = FeatureOrder(train, 3, 9, WILD, "")
    with ThreadPoolExecutor(4) as pool:
        batch = list(pool.map(order.image, range(order.rows)))
    for row in (order.rows - 1, 0, 17, 30):
        copy, n = divmod(row, len(train))
        alone = copy_of(train.hu[n], train.sop_uid[n], copy, 9, WILD)
        np.testing.assert_array_equal(alone, batch[row])
        assert alone.dtype == np.float32


def test_a_known_copy_stays_the_same_in_other_processes_and_versions():
    ramp = np.add.outer(np.arange(12.0), 10 * np.arange(12.0)).astype(np.float16)
    copy = copy_of(ramp, "1.2.840.1", 3, 7, Augmentation(shift=0.1, rotation_deg=5.0))
    np.testing.assert_allclose(copy[0, [0, -1]], KNOWN, atol=1e-3)


KNOWN = (28.2011, 98.1208)
"""First and last pixel of its first row, as first made: a change would cut every run off from its copies."""


@pytest.mark.parametrize("other", [("1.3", 1, 3), ("1.2", 2, 3), ("1.2", 1, 4)])
def test_slice_number_and_seed_each_make_another_copy(image, other):
    assert not np.array_equal(copy_of(image, "1.2", 1, 3, WILD), copy_of(image, *other, WILD))


def test_a_mirror_image_is_left_for_right(image):
    mirrored = copy_of(image, "1.2", 1, 3, replace(STILL, flip=1.0))
    inner = image[MARGIN:-MARGIN, MARGIN:-MARGIN].astype(np.float32)
    np.testing.assert_allclose(mirrored, inner[:, ::-1], atol=0.02)


@pytest.mark.parametrize("size", [64, 112, 160])
def test_a_coarser_copy_shows_the_same_place(image, size):
    side = image.shape[0]
    across = np.broadcast_to(np.arange(side, dtype=np.float16), (side, side))
    fine, coarse = (copy_of(across, "1.2", 2, 3, WILD, pixels) for pixels in (None, size))
    assert coarse.shape == (size, size)
    assert coarse.mean() == pytest.approx(fine.mean(), abs=0.5)
    assert np.ptp(coarse.mean(axis=0)) == pytest.approx(np.ptp(fine.mean(axis=0)) * (1 - 1 / size), rel=0.03)


def test_half_of_the_copies_are_mirrored_and_the_ranges_are_kept_to():
    side = 96
    across = np.broadcast_to(np.arange(side, dtype=np.float16), (side, side))
    copies = np.stack([copy_of(across, "1.2", n, 0, Augmentation(shift=0.08, rotation_deg=8.0)) for n in range(1, 401)])
    slope = (copies[:, 32, -1] - copies[:, 32, 0]) / 63
    assert 160 < (slope < 0).sum() < 240
    assert np.abs(slope).min() >= np.cos(np.deg2rad(8.0)) - 1e-3
    assert np.abs(slope).min() < np.cos(np.deg2rad(7.0))
    shift = np.abs(copies.mean(axis=(1, 2)) - 47.5)
    assert 0.075 * 64 < shift.max() <= 0.08 * 64 + 0.01


@pytest.mark.parametrize("farthest", [Copies(rotation_deg=15.0, shift=0.13).amounts, Pretraining().augmentation])
def test_the_farthest_copy_allowed_has_no_empty_corner(farthest):
    """Where a copy reached beyond the crop with margin, border pixels would be repeated and a ramp would level off."""
    farthest = replace(farthest, noise_hu=0.0)
    side = 96
    ramp = np.add.outer(4.0 * np.arange(side), np.arange(side)).astype(np.float16)
    for n in range(1, 60):
        copy = copy_of(ramp, "1.2", n, 0, farthest)
        for axis in (0, 1):
            steps = np.diff(copy, axis=axis)
            assert np.ptp(steps) < 0.02


@pytest.mark.parametrize("size", [CROP_SIZE, CROP_SIZE // 4])
def test_pixels_between_pixels_are_torchs(image, size):
    """Sampled with numpy, so that the workstation makes the same copies; torch's sampling is known to be right."""
    draw = np.random.default_rng(2)
    places = [draw.uniform(-1.2, 1.2, (size, size)) for _ in range(2)]
    source = torch.from_numpy(image.astype(np.float32))[None, None]
    grid = torch.from_numpy(np.stack(places, axis=-1).astype(np.float32))[None]
    expected = functional.grid_sample(source, grid, "bilinear", "border", align_corners=False)[0, 0].numpy()
    np.testing.assert_allclose(augmented._sampled(image.astype(np.float32), *places), expected, atol=0.05)
    np.testing.assert_allclose(
        augmented._halved(image.astype(np.float32)),
        functional.avg_pool2d(source, 2)[0, 0].numpy(),
        rtol=1e-5,
        atol=1e-3,
    )
