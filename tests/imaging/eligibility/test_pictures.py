"""Pictures at wrong places, repeated, joined, turned, or with another rescale in some slices; what is not a head."""

from types import SimpleNamespace

import numpy as np
import pytest

from desktop.imaging.eligibility import check_range, check_volume
from desktop.phantoms import draw_phantom

SEED, AROUND = 500101, 5
"""Drawn apart from the phantoms that the limits were set on."""


@pytest.fixture(scope="module")
def head():
    """The slices of a phantom's range and five to either side, with its marks."""
    phantom = draw_phantom(SEED, invaded=True)
    low, high = phantom.truth.range_mm
    within = np.flatnonzero((phantom.positions_mm >= low) & (phantom.positions_mm <= high))
    part = slice(max(0, within[0] - AROUND), within[-1] + AROUND + 1)
    return SimpleNamespace(
        hu=np.rint(phantom.hu(part)).astype(np.int16),
        positions=phantom.positions_mm[part],
        span=(low, high),
        rectangle=phantom.truth.roi_px,
        pixel_mm=phantom.acquisition.pixel_mm,
        inside=(within - part.start).tolist(),
    )


@pytest.fixture
def judged(head, make_volume, named):
    """A function: the check of a name, of other pixels at the head's places."""

    def judge(name, hu, rectangle=None):
        volume = make_volume(hu, head.positions, pixel_mm=head.pixel_mm)
        rectangles = [rectangle or head.rectangle] * len(head.inside)
        checks = (*check_volume(volume), *check_range(volume, *head.span, rectangles))
        return named(checks, name)

    return judge


NAMES = (
    "HU", "pictures in order", "a picture for every slice", "pictures of one piece", "HU of each slice",
    "skull base in view", "head's position",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_sound_head_passes(head, judged, name):
    assert judged(name, head.hu).status == "pass"


def reordered(count, kind):
    order = np.arange(count)
    middle = count // 2
    if kind == "neighbours exchanged":
        order[[middle, middle + 1]] = order[[middle + 1, middle]]
    elif kind == "a block turned round":
        order[middle - 2 : middle + 3] = order[middle - 2 : middle + 3][::-1]
    else:
        order = np.random.default_rng(0).permutation(count)
    return order


@pytest.mark.parametrize("kind", ["neighbours exchanged", "a block turned round", "random"])
def test_pictures_at_wrong_places_block(head, judged, kind):
    assert judged("pictures in order", head.hu[reordered(len(head.hu), kind)]).status == "fail"


@pytest.mark.parametrize("kind", ["exactly", "with another noise", "each twice"])
def test_one_picture_at_several_places_blocks(head, judged, kind):
    hu, middle = head.hu.copy(), head.inside[len(head.inside) // 2]
    if kind == "each twice":
        hu = hu[np.arange(len(hu)) // 2 * 2]
    else:
        hu[middle + 1] = hu[middle]
    if kind == "with another noise":
        hu[middle + 1] += np.random.default_rng(1).normal(0, 12, hu.shape[1:]).astype(np.int16)
    assert judged("a picture for every slice", hu).status == "fail"


@pytest.mark.parametrize("axis", [1, 2])
def test_halves_of_two_heights_block(head, judged, axis):
    other = np.roll(head.hu, len(head.hu) // 2, axis=0)
    column, row, width, height = head.rectangle
    seam = round(row + height / 2) if axis == 1 else round(column + width / 3)
    joined = np.concatenate([np.split(head.hu, [seam], axis)[0], np.split(other, [seam], axis)[1]], axis)
    assert judged("pictures of one piece", joined).status == "fail"


@pytest.mark.parametrize("which", ["one", "every second", "outside the range", "the upper half"])
@pytest.mark.parametrize(
    ("slope", "offset"),
    [(1, -200), (1, -80), (1, -30), (1, 30), (1, 40), (1, 300), (0.5, 0), (0.9, 0), (1.1, 0), (1.5, 0), (2, 0),
     (0.9, -102), (1.1, 102)],
)  # fmt: skip
def test_slices_with_another_rescale_block(head, judged, which, slope, offset):
    middle = head.inside[len(head.inside) // 2]
    chosen = {
        "one": [middle],
        "every second": slice(None, None, 2),
        "outside the range": [1],
        "the upper half": slice(middle, None),
    }
    hu = head.hu.astype(np.float32)
    hu[chosen[which]] = hu[chosen[which]] * slope + offset
    assert judged("HU of each slice", hu).status == "fail"


@pytest.mark.parametrize("offset", [-200, -140, -100, -80, -40, 40, 60, 100, 200])
def test_an_offset_of_the_whole_stack_does_not_pass(head, judged, offset):
    assert judged("HU", head.hu + np.int16(offset)).status in (("fail",) if offset < 0 else ("fail", "warn"))


def test_air_cut_off_at_one_value_is_still_air(head, judged):
    assert judged("HU", np.where(head.hu < -700, np.int16(-1024), head.hu)).status == "pass"


def test_a_head_turned_or_mirrored_front_to_back_blocks_and_a_mirrored_side_is_not_told(head, judged):
    column, row, width, height = head.rectangle
    rows, columns = head.hu.shape[1:]
    upside = (columns - column - width, rows - row - height, width, height)
    assert judged("head's position", head.hu[:, ::-1, ::-1].copy(), upside).status == "fail"
    assert judged("head's position", head.hu[:, ::-1].copy(), (column, *upside[1:])).status == "fail"
    mirrored = judged("head's position", head.hu[:, :, ::-1].copy(), (upside[0], *head.rectangle[1:]))
    assert (mirrored.status, "left and right cannot be told" in str(mirrored.message)) == ("pass", True)


@pytest.mark.parametrize("kind", ["water with a ring of bone", "blocks", "noise", "two legs"])
def test_what_is_not_a_head_has_no_skull_base(head, judged, kind):
    chance = np.random.default_rng(2)
    count, rows, columns = head.hu.shape
    column, row, width, height = head.rectangle
    down, across = np.mgrid[:rows, :columns]
    away = np.hypot(down - row - height / 2, across - column - width / 2)
    disc = away < 180
    if kind == "water with a ring of bone":
        plane = np.where(disc, 0.0, -1000.0)
        plane[(away < 170) & (away > 155)] = 1000
        plane[(away < 40) & (across < column + width / 2)] = 800
        plane[(away < 20)] = -900
        hu = plane + chance.normal(0, 5, head.hu.shape)
    elif kind == "blocks":
        each = chance.random((rows // 8, columns // 8)).repeat(8, 0).repeat(8, 1)
        hu = np.where(disc, np.select([each < 0.25, each > 0.9], [900.0, -900.0], 45.0), -1000)
        hu = hu + chance.normal(0, 15, head.hu.shape)
    elif kind == "noise":
        hu = np.where(disc, chance.normal(40, 300, head.hu.shape), -1000)
    else:
        plane = np.full((rows, columns), -1000.0)
        for side in (-1, 1):
            leg = np.hypot(down - row - height / 2, across - column - width / 2 - side * 95)
            plane[leg < 90], plane[leg < 80], plane[leg < 25], plane[leg < 15] = -100, 50, 1200, 400
        hu = plane + chance.normal(0, 12, head.hu.shape)
    check = judged("skull base in view", np.rint(hu).astype(np.int16)[:count])
    assert check.status == "fail", check
