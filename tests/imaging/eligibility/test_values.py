"""Hounsfield units or not: sound pictures of every kind, and each known fault put into them."""

import re

import numpy as np
import pytest

from desktop.imaging.eligibility import check_volume
from desktop.imaging.series import Skipped
from desktop.phantoms import draw_phantom

SEEDS = (500000, 500003, 500010, 500021)
SLICES = 4


@pytest.fixture(scope="module", params=SEEDS)
def drawn(request):
    """A phantom's own pixel size, and a few of its slices as int16 HU."""
    phantom = draw_phantom(request.param)
    count = phantom.acquisition.slice_count
    kept = np.unique(np.linspace(0, count - 1, SLICES).astype(int))
    hu = np.concatenate([phantom.hu(slice(index, index + 1)) for index in kept])
    column, row, width, height = phantom.truth.roi_px
    middle = round(column + width / 2), round(row + height / 2)
    return np.rint(hu).astype(np.int16), phantom.acquisition.pixel_mm, middle


def cut(drawn, side_mm):
    """A field of view of this size around the rectangle."""
    hu, pixel_mm, (column, row) = drawn
    half = round(side_mm / 2 / pixel_mm)
    return hu[:, max(0, row - half) : row + half, max(0, column - half) : column + half]


def corners(hu):
    """Where nothing is measured: outside the round field of view."""
    down, across = np.mgrid[-1 : 1 : hu.shape[1] * 1j, -1 : 1 : hu.shape[2] * 1j]
    return np.hypot(down, across) > 1


def rescaled(slope, intercept):
    """What another rescale makes of pixels stored with an intercept of -1024."""
    return lambda hu: np.maximum(hu + 1024, 0) * np.float32(slope) + intercept


def shown(low, high):
    """8 bits of a window."""
    return lambda hu: np.clip((hu - low) / (high - low) * 255, 0, 255)


SOUND = {
    "whole": lambda drawn: drawn[0],
    "field of 12 cm": lambda drawn: cut(drawn, 120),
    "field of 6 cm": lambda drawn: cut(drawn, 60),
    "half HU": lambda drawn: drawn[0].astype(np.float32) + 0.5,
    "air cut off": lambda drawn: np.maximum(drawn[0], -1000),
    "noise": lambda drawn: drawn[0] + np.random.default_rng(1).normal(0, 60, drawn[0].shape).astype(np.float32),
    "padding as air": lambda drawn: np.where(corners(drawn[0]), np.int16(-1024), drawn[0]),
    "padding not declared": lambda drawn: np.where(corners(drawn[0]), np.int16(-3024), drawn[0]),
    "one slice": lambda drawn: drawn[0][1:2],
}

FAULTS = {
    "no rescale": rescaled(1, 0),
    "rescale twice": rescaled(1, -2048),
    "rescale twice, air cut off": lambda hu: np.maximum(hu, -990) - 1024,
    "slope doubled": rescaled(2, -1024),
    "HU doubled": lambda hu: hu * 2,
    "slope halved": rescaled(0.5, -1024),
    "HU halved": lambda hu: hu * np.float32(0.5),
    "8 bits of the model's window": shown(-240, 360),
    "8 bits of a brain window": shown(0, 80),
    "8 bits with the rescale kept": lambda hu: shown(-240, 360)(hu) - 1024,
    "inverted": lambda hu: -hu,
    "inverted as stored": lambda hu: 3071 - np.clip(hu + 1024, 0, 4095),
    "not a number": lambda hu: np.where(hu < -900, np.nan, hu),
    "nothing": np.zeros_like,
}


@pytest.mark.parametrize("kind", SOUND)
def test_a_sound_picture_passes(drawn, make_volume, named, kind):
    check = named(check_volume(make_volume(SOUND[kind](drawn), pixel_mm=drawn[1])), "HU")
    assert check.status == "pass", check


@pytest.mark.parametrize("side_mm", [None, 120, 60])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_whatever_the_field_of_view(drawn, make_volume, named, fault, side_mm):
    hu = drawn[0] if side_mm is None else cut(drawn, side_mm)
    check = named(check_volume(make_volume(FAULTS[fault](hu.astype(np.float32)), pixel_mm=drawn[1])), "HU")
    assert check.status == "fail", check


def test_no_rescale_is_found_beside_padding_and_in_a_wide_field(drawn, make_volume, named):
    hu, pixel_mm, _ = drawn
    padded = np.where(corners(hu), -1024, hu + 1024)
    assert named(check_volume(make_volume(padded, pixel_mm=pixel_mm)), "HU").status == "fail"
    wide = np.pad(hu, ((0, 0), (600, 600), (600, 600)), constant_values=-1000) + 1024
    assert named(check_volume(make_volume(wide, pixel_mm=pixel_mm)), "HU").status == "fail"


def test_a_piece_of_bone_or_brain_is_doubtful_not_wrong(make_volume, named):
    brain = np.random.default_rng(2).normal(35, 10, (5, 80, 80)).astype(np.float32)
    brain[:, :4] = 900
    check = named(check_volume(make_volume(brain)), "HU")
    assert (check.status, "no air" in str(check.message)) == ("warn", True)
    whole = named(check_volume(make_volume(brain, pixel_mm=2.0)), "HU")
    assert whole.status == "fail", "a field of 16 cm holds air or fat"


@pytest.mark.parametrize(("shift", "status"), [(-20, "pass"), (50, "pass"), (90, "warn"), (-120, "warn"), (-55, "fail"),
                                               (140, "fail")])  # fmt: skip
def test_where_soft_tissue_may_lie(make_volume, named, shift, status):
    rng = np.random.default_rng(3)
    hu = rng.normal(40 + shift, 12, (3, 128, 128)).astype(np.float32)
    hu[:, :40] = rng.normal(-995, 5, (3, 40, 128))
    assert named(check_volume(make_volume(hu)), "HU").status == status


@pytest.mark.parametrize(("share", "status"), [(0.3, "pass"), (0.12, "warn"), (0.06, "fail")])
def test_how_much_soft_tissue_there_must_be(make_volume, named, share, status):
    """The rest is spread from 200 to 2000 HU, as nothing in a body is."""
    rng = np.random.default_rng(4)
    hu = rng.uniform(200, 2000, (3, 128, 128)).astype(np.float32)
    hu[:, :, : round(128 * share)] = rng.normal(40, 10, (3, 128, round(128 * share)))
    hu[:, :10] = -1000
    hu[:, 10:12] = -100
    assert named(check_volume(make_volume(hu)), "HU").status == status


def test_slices_that_could_not_be_read_are_named_by_position_not_by_file(drawn, make_volume, named):
    hu, pixel_mm, _ = drawn
    assert named(check_volume(make_volume(hu, pixel_mm=pixel_mm)), "all slices read").status == "pass"
    lost = {"skipped": (Skipped("a/7.dcm", "cut off"), Skipped("a/8.dcm", "other")), "missing_mm": (-4.5, 12.0)}
    check = named(check_volume(make_volume(hu, pixel_mm=pixel_mm, **lost)), "all slices read")
    assert check.status == "warn"
    assert "2 of 6 slices" in str(check.message)
    assert "the first at -4.5 mm: cut off" in str(check.message)
    assert ".dcm" not in str(check.message)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("no rescale", r"most tissue lies at 10\d5 HU"),
        ("rescale twice, air cut off", r"\d+% of the pixels lie below -1250 HU"),
        ("HU halved", r"air lies at -[45]\d5 HU"),
        ("8 bits of the model's window", "they end at 255"),
        ("8 bits with the rescale kept", "no soft tissue between 0 and 100 HU"),
    ],
)
def test_the_message_says_what_was_found(drawn, make_volume, named, fault, words):
    check = named(check_volume(make_volume(FAULTS[fault](drawn[0].astype(np.float32)), pixel_mm=drawn[1])), "HU")
    assert re.search(words, str(check.message)), str(check.message)
