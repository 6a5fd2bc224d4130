"""The phantoms of the backbone, drawn in memory."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from desktop.inference.crop import crop_slices
from training.cohort.selection import COHORT_SEEDS
from training.demo.heads import BACKBONE_SEEDS, WATCHED_SEEDS, draw_heads, slices_in_range
from training.demo.recipe import Recipe


def test_no_phantom_serves_two_purposes():
    for one, other in combinations((BACKBONE_SEEDS, WATCHED_SEEDS, COHORT_SEEDS), 2):
        assert one.stop <= other.start or other.stop <= one.start
    recipe = Recipe().pretraining
    assert recipe.heads <= len(BACKBONE_SEEDS)
    assert recipe.watched <= len(WATCHED_SEEDS)


def test_what_is_drawn_is_what_the_application_reads_from_files(phantom, volume):
    heads = slices_in_range(phantom)
    head = heads.images
    inside = [index for index, item in enumerate(volume.series.slices) if item.sop_instance_uid in head.sop_uid]
    assert [volume.series.slices[index].sop_instance_uid for index in inside] == list(head.sop_uid)
    rectangles = [volume.rectangle_to_standard(phantom.truth.roi_px)] * len(inside)
    exact = crop_slices(volume.hu[inside], rectangles)
    in_window = np.abs(exact) < 511
    assert np.abs(head.crops(slice(None)) - exact)[in_window].max() <= 0.135  # float16: half of 0.25 HU, and rounding
    assert head.positive.sum() == sum(phantom.truth.slice_invaded) >= 2
    assert heads.where[head.positive].any(axis=(1, 2)).all()


def test_other_processes_draw_the_same_phantoms(heads):
    again = draw_heads([10, 11], 2, "Phantoms")
    assert again.images.fingerprint() == heads.images.fingerprint()
    assert np.array_equal(again.where, heads.where)
    assert again.images.numbers()["positive_patients"] == 1
