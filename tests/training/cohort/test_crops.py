"""The crops that a model learns from are the crops that it will be given."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from desktop.inference.crop import CROP_SIZE, crop_slices
from training.cohort.crops import MARGIN, SIDE, crops_with_margin
from training.demo.augment import _placements, augmented, plain
from training.demo.drawn_cases import cut_out
from training.demo.recipe import Recipe
from training.fit.augmentation import Augmentation

STILL = Augmentation(shift=0, rotation_deg=0, flip=0)


def test_what_is_cut_out_is_what_the_application_reads_from_files(phantom, volume):
    case = cut_out(phantom)
    slices = slice(case.first, case.first + len(case.hu))
    np.testing.assert_allclose(case.positions_mm, volume.geometry.positions_mm[slices], atol=1e-3)
    crops = crop_slices(volume.hu[slices], [volume.rectangle_to_standard(phantom.truth.roi_px)] * len(case.hu))
    np.testing.assert_allclose(crop_slices(case.hu, [case.rectangle] * len(case.hu)), crops, atol=1e-3, rtol=0)
    assert case.slice_invaded.sum() == sum(phantom.truth.slice_invaded) >= 2


def test_the_inside_of_a_crop_with_margin_is_the_applications_crop(cases):
    for case in cases:
        wide = crops_with_margin(case.hu, [case.rectangle] * len(case.hu))
        assert wide.shape[1:] == (SIDE, SIDE)
        inner = wide[:, MARGIN:-MARGIN, MARGIN:-MARGIN]
        np.testing.assert_allclose(inner, crop_slices(case.hu, [case.rectangle] * len(case.hu)), atol=1e-2, rtol=0)


def test_without_augmentation_the_network_is_given_the_applications_crop(cases):
    for case in cases:
        stored = torch.from_numpy(case.labelled.hu)
        exact = crop_slices(case.hu, [case.rectangle] * len(case.hu))
        inside = np.abs(exact) < 511
        unchanged = plain(stored)[:, 0].numpy()
        assert np.abs(unchanged - exact)[inside].max() <= 0.135  # float16: half of 0.25 HU, and rounding
        still = augmented(stored, CROP_SIZE, STILL, torch.Generator())[:, 0].numpy()
        np.testing.assert_allclose(still, unchanged, atol=0.1, rtol=0)


def test_a_mirror_image_is_left_for_right(crops):
    stored = torch.from_numpy(crops.hu[:2])
    mirrored = augmented(stored, CROP_SIZE, Augmentation(0, 0, flip=1), torch.Generator())
    torch.testing.assert_close(mirrored, plain(stored).flip(-1), atol=0.1, rtol=0)


@pytest.mark.parametrize("amounts", [Recipe().backbone.augmentation, Recipe().final_layer.augmentation])
def test_no_copy_reaches_over_the_margin(amounts):
    maps = _placements(20_000, amounts, torch.Generator().manual_seed(0))
    corners = torch.tensor([[x, y, 1.0] for x in (-1, 1) for y in (-1, 1)])
    assert float((maps @ corners.T).abs().max()) <= 1


@pytest.mark.parametrize("size", [64, 112, 160, 224])
def test_copies_are_of_the_size_asked_for_and_repeat_with_the_seed(crops, size):
    stored = torch.from_numpy(crops.hu[:3])
    amounts = Recipe().backbone.augmentation
    one, same, other = (augmented(stored, size, amounts, torch.Generator().manual_seed(s)) for s in (1, 1, 2))
    assert one.shape == (3, 1, size, size)
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_the_papers_choice_of_slices(crops):
    chosen = crops.as_in_paper()
    assert chosen.invaded[chosen.patient_invaded].all()
    assert (~chosen.patient_invaded).sum() == (~crops.patient_invaded).sum()
    assert chosen.numbers() == {
        "patients": 2,
        "invaded_patients": 1,
        "slices": int(crops.invaded.sum() + (~crops.patient_invaded).sum()),
        "invaded_slices": int(crops.invaded.sum()),
    }
