"""Soft-tissue kernels and others, as manufacturers write them."""

import pytest

from desktop.imaging.eligibility.kernels import sharpness

GE, SIEMENS, PHILIPS, CANON, UIH = "GE MEDICAL SYSTEMS", "SIEMENS", "Philips", "CANON_MEC", "UIH"


@pytest.mark.parametrize(
    ("maker", "kernels", "expected"),
    [
        (GE, "STANDARD SOFT DETAIL STD+ HD_STANDARD standard", "soft"),
        (GE, "BONE BONEPLUS EDGE LUNG ULTRA HD_BONE HD_EDGE HD_LUNG BONE+", "sharp"),
        (GE, "CUSTOM NEURO", None),
        (SIEMENS, "H10s H30s H31s J30s J40s B30f B41s B49f U30u Hr38 Br40 Hr40 Hc40 Qr49 Br40d", "soft"),
        ("Siemens Healthineers", "Hr40f Br36", "soft"),
        (SIEMENS, "H60s H70h B70f B60f U70u Hr60 Hr64 Br60 Ur77 Bl57 Bl64", "sharp"),
        (SIEMENS, "B50f H50s Br59 T20x3 30 DEFAULT", None),
        (SIEMENS, "Sd36f Sm40f Sd40 sd36F SM36", "density"),
        ("", "Sd36f Sm40f", "density"),
        (SIEMENS, "Sa36f", "soft"),
        (PHILIPS, "A B C UA UB UC b", "soft"),
        (PHILIPS, "D E L YA YB YC YD YE", "sharp"),
        (PHILIPS, "UD F S SD EC", None),
        (CANON, "FC01 FC08 FC11 FC13 FC18 FC20 FC21 FC26 FC28 fc13", "soft"),
        ("TOSHIBA", "FC30 FC31 FC35 FC50 FC52 FC59 FC80 FC81 FC86", "sharp"),
        (CANON, "FC00 FC09 FC10 FC19 FC29 FC36 FC49 FC60 FC64 FC79 FC87 FC1", None),
        (UIH, "H_SOFT_B B_SOFT_C", "soft"),
        (UIH, "H_BONE_A B_SHARP_C", "sharp"),
        ("", "SOFT", "soft"),
        ("", "Br40 B 30 22", None),
        (GE, "Br40 B", None),
    ],
)
def test_kernels(maker, kernels, expected):
    assert {kernel: sharpness(maker, kernel) for kernel in kernels.split()} == dict.fromkeys(kernels.split(), expected)


@pytest.mark.parametrize(
    ("kernel", "expected"),
    [("Hr38 3", "soft"), ("Hr64 3", "sharp"), ("I30s 3", "soft"), ("", None), (" ", None), ("3 Hr64", None)],
)
def test_the_strength_of_iterative_reconstruction_is_not_part_of_the_kernel(kernel, expected):
    assert sharpness(SIEMENS, kernel) == expected


@pytest.mark.parametrize("kernel", ["Sd36f 3", "3 Sd36f", "DirectDensity", "Direct Density 36", "Hr36f Sd36"])
def test_a_density_kernel_is_known_in_any_value(kernel):
    assert sharpness(SIEMENS, kernel) == "density"


def test_a_name_with_both_words_counts_as_sharp():
    assert sharpness(GE, "SOFT BONE") == "sharp"
