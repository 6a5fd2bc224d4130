"""Images are whole when built, and both sides of a split must be fit to learn from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from desktop.learning.images import Images, ImagesRefused, require_learnable


def test_no_images_and_a_slice_twice_are_refused(train):
    none = np.empty((0, 96, 96), dtype=np.float16)
    with pytest.raises(ImagesRefused, match="no images"):
        Images(none, np.empty(0, dtype=bool), (), (), (), np.empty(0), np.empty(0))
    with pytest.raises(ImagesRefused, match="is there twice"):
        replace(train, sop_uid=(train.sop_uid[1], *train.sop_uid[1:]))


@pytest.mark.parametrize(
    "wrong",
    [
        {"case": ("1", "2", *("1",) * 10)},
        {"patient": ("1",)},
        {"hu": np.zeros((12, 95, 95), np.float16)},
        {"hu": np.zeros((12, 96, 96), np.float32)},
    ],
)
def test_parts_that_do_not_fit_are_a_defect_of_the_caller(train, wrong):
    with pytest.raises(ValueError, match=r"must be|must lie together|expected|is float16"):
        replace(train, **wrong)


def test_one_class_only_is_refused_on_either_side(train, validation):
    for label, word in ((True, "positive"), (False, "negative")):
        one = replace(train, positive=np.full(len(train), label))
        with pytest.raises(ImagesRefused, match=f"All 12 training images are {word}"):
            require_learnable(one, validation, 0)
        with pytest.raises(ImagesRefused, match=f"All 8 internal validation images are {word}"):
            require_learnable(train, replace(validation, positive=np.full(len(validation), label)), 0)


def test_a_patient_or_slice_on_both_sides_is_named(train, validation):
    with pytest.raises(ImagesRefused, match="patient patient 3 is in training and in internal validation"):
        require_learnable(train, replace(validation, patient=("patient 3", *validation.patient[1:])), 0)
    with pytest.raises(ImagesRefused, match=f"slice {train.sop_uid[4]} is in training and"):
        require_learnable(train, replace(validation, sop_uid=(train.sop_uid[4], *validation.sop_uid[1:])), 0)


def test_the_fingerprint_follows_identity_label_and_pixels(train):
    other_pixels = train.hu.copy()
    other_pixels[3, 5, 5] += np.float16(1)
    prints = {
        one.fingerprint()
        for one in (
            train,
            replace(train, hu=other_pixels),
            replace(train, positive=~train.positive),
            replace(train, patient=("x", *train.patient[1:])),
            replace(train, sop_uid=("x", *train.sop_uid[1:])),
        )
    }
    assert len(prints) == 5
    assert replace(train, hu=train.hu.copy()).fingerprint() == train.fingerprint()
