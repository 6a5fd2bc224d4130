"""The checks that need headers only: for each what passes, what warns, what fails, and where the limit lies."""

import numpy as np
import pytest

from desktop.imaging.eligibility import check_series
from desktop.imaging.series import Lossy

EVEN = 3.0 * np.arange(12) - 100
TILTED = np.radians(18.5)


def tilt(degrees):
    """`aside` that moves slices 3 mm apart to the front, as a tilted gantry does."""
    return np.outer(np.arange(12), [0, -3 * np.tan(np.radians(degrees)), 0])


def sideways(degrees):
    """`aside` that moves slices 3 mm apart to the patient's left."""
    return np.outer(np.arange(12), [3 * np.tan(np.radians(degrees)), 0, 0])


@pytest.mark.parametrize(
    ("name", "values", "status", "words"),
    [
        ("modality", {}, "pass", "CT"),
        ("modality", {"modality": "MR"}, "fail", "MR, not a CT stack"),
        ("modality", {"modality": ""}, "fail", "modality is not stated"),
        ("modality", {"localizer": True}, "fail", "localizer"),
        ("axial", {}, "pass", "Axial"),
        ("axial", {"localizer": True}, "fail", "choose the axial"),
        ("axial", {"across": (0.0, 1.0, 0.0), "down": (0.0, 0.0, -1.0)}, "fail", "not axial"),
        ("kernel", {"kernel": "Hr40"}, "pass", "Hr40"),
        ("kernel", {"kernel": "Hr64"}, "fail", "Hr64 (SIEMENS) is a sharp one"),
        ("kernel", {"kernel": "Hr64"}, "fail", "choose the soft-tissue reconstruction"),
        ("kernel", {"kernel": "Sd36f 3"}, "fail", "Sd36f 3 (SIEMENS) gives relative electron or mass density"),
        ("kernel", {"kernel": "XY"}, "warn", "XY (SIEMENS) is not known"),
        ("kernel", {"kernel": ""}, "warn", "not stated"),
        ("doubled slices", {}, "pass", "one image"),
        ("doubled slices", {"doubled_mm": (-97.0,)}, "fail", "1 position (-97.0 mm)"),
        ("doubled slices", {"doubled_mm": (-97.0, -94.0, -91.0)}, "fail", "3 positions (-97.0 to -91.0 mm)"),
        ("tilt", {}, "pass", "not tilted"),
        ("tilt", {"aside": tilt(0.9)}, "pass", "not tilted"),
        ("tilt", {"aside": tilt(1.1)}, "warn", "tilted by 1.1 degrees"),
        ("tilt", {"aside": tilt(-18.5)}, "warn", "tilted by 18.5 degrees"),
        ("tilt", {"aside": tilt(30)}, "warn", "tilted by 30.0 degrees"),
        ("tilt", {"aside": tilt(-30)}, "warn", "tilted by 30.0 degrees"),
        ("tilt", {"aside": tilt(32)}, "fail", "moves forwards by 32.0 degrees"),
        ("tilt", {"aside": tilt(-70)}, "fail", "moves backwards by 70.0 degrees"),
        ("sideways shear", {}, "pass", "do not move sideways"),
        ("sideways shear", {"aside": tilt(18.5)}, "pass", "do not move sideways"),
        ("sideways shear", {"aside": sideways(0.9)}, "pass", "do not move sideways"),
        ("sideways shear", {"aside": sideways(2)}, "warn", "to the patient's left by 2.0 degrees"),
        ("sideways shear", {"aside": sideways(-2.9)}, "warn", "to the patient's right by 2.9 degrees"),
        ("sideways shear", {"aside": sideways(3.1)}, "fail", "to the patient's left by 3.1 degrees"),
        ("sideways shear", {"aside": sideways(-53)}, "fail", "the positions of the slices are wrong"),
        ("sideways shear", {"aside": sideways(5) + tilt(18.5)}, "fail", "by 5.0 degrees"),
        ("contrast phase", {"contrast": True}, "pass", "with contrast medium"),
        ("contrast phase", {"contrast": False}, "pass", "without contrast medium"),
        ("contrast phase", {"contrast": None}, "warn", "not stated"),
        ("lossy compression", {}, "pass", "not compressed"),
        ("lossy compression", {"lossy": Lossy("JPEG", None)}, "warn", "JPEG"),
        ("lossy compression", {"lossy": Lossy("JPEG", 12)}, "warn", "1:12"),
        ("lossy compression", {"lossy": Lossy("", 12.5)}, "fail", "1:12.5"),
        ("lossy compression", {"lossy": Lossy("JPEG", 40)}, "fail", "too much"),
        ("unit", {}, "pass", "Hounsfield"),
        ("unit", {"unit": "HOUNSFIELD UNITS"}, "pass", "Hounsfield"),
        ("unit", {"unit": " Hounsfield "}, "pass", "Hounsfield"),
        ("unit", {"unit": "US"}, "warn", "unspecified"),
        ("unit", {"unit": "OD"}, "fail", "states OD instead"),
        ("unit", {"unit": "HGML"}, "fail", "HGML"),
        ("unit", {"unit": "ED"}, "fail", "ED"),
        ("unit", {"unit": "HU_MOD"}, "fail", "HU_MOD"),
        ("unit", {"unit": "Z_EFF"}, "fail", "Z_EFF"),
        ("unit", {"unit": "EDW"}, "fail", "EDW"),
        ("unit", {"unit": "PCT"}, "fail", "PCT"),
        ("unit", {"unit": "MGML"}, "fail", "MGML"),
    ],
)
def test_what_the_headers_say(make_series, named, name, values, status, words):
    check = named(check_series(make_series(EVEN, **values)), name)
    assert (check.status, words in str(check.message)) == (status, True), check


@pytest.mark.parametrize(("count", "status"), [(1, "fail"), (2, "fail"), (3, "pass")])
def test_a_run_needs_slices(make_series, named, count, status):
    assert named(check_series(make_series(EVEN[:count])), "slices").status == status


@pytest.mark.parametrize(("off", "status"), [(0.0, "pass"), (0.99, "pass"), (1.01, "fail")])
def test_slices_shifted_sideways(make_series, named, off, status):
    aside = np.zeros((12, 3))
    aside[7, 0] = off
    check = named(check_series(make_series(EVEN, aside=aside)), "alignment")
    assert check.status == status
    assert status == "pass" or f"at {EVEN[7]:.1f} mm" in str(check.message)


@pytest.mark.parametrize("way", [(1, 0, 0), (0, 1, 0), (0, -1, 0)])
@pytest.mark.parametrize(("off", "status"), [(0.9, "pass"), (1.1, "fail"), (1.9, "fail"), (40.0, "fail")])
@pytest.mark.parametrize("tilted", [0.0, 18.5])
def test_half_of_a_stack_moved_aside(make_series, named, off, status, way, tilted):
    """Against the line from first to last slice it is only half as far off."""
    aside = tilt(tilted)
    aside[6:] += off * np.array(way)
    check = named(check_series(make_series(EVEN, aside=aside)), "alignment")
    assert check.status == status, check
    assert status == "pass" or f"at {EVEN[6]:.1f} mm" in str(check.message)


@pytest.mark.parametrize(("degrees", "status"), [(3, "pass"), (20, "fail")])
def test_a_tilt_that_varies_within_the_stack(make_series, named, degrees, status):
    aside = np.zeros((12, 3))
    aside[1:, 1] = np.cumsum(-3 * np.tan(np.radians(np.linspace(0, degrees, 11))))
    assert named(check_series(make_series(EVEN, aside=aside)), "alignment").status == status


def test_a_gap_in_a_tilted_stack_is_no_step_aside(make_series, named):
    kept = [0, 1, 2, 3, 6, 7, 8, 9, 10, 11]
    series = make_series(EVEN[kept], aside=tilt(18.5)[kept])
    assert named(check_series(series), "alignment").status == "pass"


def test_a_tilted_stack_is_aligned(make_series, named):
    assert named(check_series(make_series(EVEN, aside=tilt(18.5))), "alignment").status == "pass"


MIXED = [*(4.0 * np.arange(14)), *(52 + 7.0 * np.arange(1, 15))]
GAP = [*(3.0 * np.arange(5)), *(18 + 3.0 * np.arange(9))]
DOUBLED = sorted([*EVEN, *EVEN])


@pytest.mark.parametrize(
    ("positions", "thickness", "spacing", "thick", "words"),
    [
        (EVEN, 3.0, "pass", "pass", "3.00 mm apart throughout"),
        (EVEN, 4.0, "pass", "pass", ""),
        (EVEN, 4.02, "pass", "fail", ""),
        (EVEN, None, "pass", "warn", ""),
        (EVEN, [3.0] * 11 + [None], "pass", "warn", ""),
        (4.02 * np.arange(12), 3.0, "pass", "fail", ""),
        (4.0 * np.arange(12), 4.0, "pass", "pass", ""),
        # the fit part is thin enough though the whole is not
        (EVEN, [3.0] * 8 + [5.0] * 4, "pass", "warn", ""),
        (EVEN, [5.0, 3.0, 3.0, 3.0] + [5.0] * 8, "pass", "warn", ""),
        (EVEN, [5.0, 3.0, 3.0] + [5.0] * 9, "pass", "fail", ""),
        (MIXED, [4.0] * 14 + [7.0] * 14, "warn", "warn", "regular from 0.0 to 52.0 mm (14 slices)"),
        (MIXED, [7.0] * 28, "fail", "fail", "choose a series with even spacing"),
        # a gap: the larger part is offered, and a missing slice does not count as a thick one
        (GAP, 3.0, "warn", "pass", "6.00 mm lie between 12.0 and 18.0 mm (1 such place)"),
        (GAP, 3.0, "warn", "pass", "regular from 18.0 to 42.0 mm (9 slices)"),
        (GAP, 5.0, "fail", "fail", ""),
        ([0, 3, 9, 12, 18, 21], 3.0, "fail", "pass", "(2 such places)"),
        # pictures at one place: never "0.00 mm apart"
        (DOUBLED, 3.0, "fail", "pass", "Slices lie 3.00 mm apart, but two slices lie at -100.0 mm (12 such places)"),
        ([0, 3, 6, 9, 9, 12, 15, 18, 21], 3.0, "warn", "pass", "regular from 9.0 to 21.0 mm (5 slices)"),
        ([5, 5, 5], 3.0, "fail", "pass", "no two slices at different positions"),
        ([5], 3.0, "fail", "pass", "no two slices at different positions"),
    ],
)
def test_spacing_and_thickness_of_a_stack(make_series, named, positions, thickness, spacing, thick, words):
    checks = check_series(make_series(positions, thickness))
    found = named(checks, "spacing")
    assert (found.status, named(checks, "slice thickness").status) == (spacing, thick), checks
    assert words in str(found.message)
    assert "0.00 mm apart" not in str(found.message)


def test_the_thin_part_of_a_stack_is_named(make_series, named):
    check = named(check_series(make_series(EVEN, [5.0, 3.0, 3.0, 3.0, 5.0, 3.0, 3.0, 3.0, 3.0] + [5.0] * 3)),
                  "slice thickness")  # fmt: skip
    assert "thin enough from -85.0 to -76.0 mm (4 slices), so keep the range inside" in str(check.message)


def test_of_equal_parts_the_lowest_is_offered(make_series, named):
    check = named(check_series(make_series([0, 3, 6, 12, 15, 18])), "spacing")
    assert "from 0.0 to 6.0 mm (3 slices)" in str(check.message)


def test_a_model_may_allow_thicker_slices(make_series, named):
    checks = check_series(make_series(5.0 * np.arange(12), 5.0), maximum_mm=5.0)
    assert named(checks, "slice thickness").status == "pass"
    assert named(check_series(make_series(5.0 * np.arange(12), 5.0)), "slice thickness").status == "fail"
