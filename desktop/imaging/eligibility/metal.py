"""Check for metal on the slices of the range."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from desktop.imaging.eligibility import names
from desktop.imaging.eligibility.check import Check
from desktop.imaging.geometry import Rectangle, pixels_touched
from desktop.imaging.volume import Volume
from desktop.messages import counted, message

METAL_HU = 2800
"""HU. Bone stays below with soft-tissue kernels (phantoms up to 1860, real petrous bone and enamel up to 2200 and about
2700); 12-bit scanners clip metal at 3071."""

MAXIMUM_IN_ROI_MM2 = 5.0
"""Area of a wire or a clip of 2 mm: its streaks and bright rim cover the bone in question, so an answer would mean
nothing. Less can be noise in a single pixel of dense bone."""

USUAL_ELSEWHERE_MM2 = 20.0
"""About the area of a dental filling. Its streaks may reach the ROI, which only a person can judge, so it is a warning.
A screw of the headrest in a planning CT has 13 mm2 and no streaks."""


def metal(volume: Volume, inside: list[int], rectangles: Sequence[Rectangle]) -> Check:
    """Check for metal in the rectangles (in `volume.hu`) of the slices `inside`, and elsewhere on these slices."""
    geometry = volume.geometry
    pixel_mm2 = geometry.row_mm * geometry.column_mm
    hits = volume.hu[inside[0] : inside[-1] + 1] > METAL_HU
    touched = [np.count_nonzero(hit[pixels_touched(of)]) for hit, of in zip(hits, rectangles, strict=True)]
    within = np.array(touched) * pixel_mm2
    whole = np.count_nonzero(hits, axis=(1, 2)) * pixel_mm2
    required = message(
        "at most {in_roi:g} mm² in the ROI and {elsewhere:g} mm² elsewhere",
        in_roi=MAXIMUM_IN_ROI_MM2,
        elsewhere=USUAL_ELSEWHERE_MM2,
    )
    elsewhere = whole - within
    measured = message(
        "{in_roi:.0f} mm² in the ROI, {elsewhere:.0f} mm² elsewhere", in_roi=within.max(), elsewhere=elsewhere.max()
    )
    positions = geometry.positions_mm[inside]
    if within.max() > MAXIMUM_IN_ROI_MM2:
        worst = within.argmax()
        sentence = counted(
            "Metal lies in the ROI on {number} slice, most at {position:.1f} mm ({area:.0f} mm²), and hides the bone "
            "around it: judge by MRI, or by another scan without the metal.",
            "Metal lies in the ROI on {number} slices, most at {position:.1f} mm ({area:.0f} mm²), and hides the bone "
            "around it: judge by MRI, or by another scan without the metal.",
            int(np.count_nonzero(within > MAXIMUM_IN_ROI_MM2)),
            position=positions[worst],
            area=within[worst],
        )
        return Check(names.METAL, "fail", measured, required, sentence)
    if elsewhere.max() > USUAL_ELSEWHERE_MM2:
        worst = elsewhere.argmax()
        sentence = counted(
            "Metal lies next to the ROI on {number} slice, most at {position:.1f} mm ({area:.0f} mm²): look whether "
            "its streaks cross the ROI, since they imitate and hide erosion.",
            "Metal lies next to the ROI on {number} slices, most at {position:.1f} mm ({area:.0f} mm²): look whether "
            "its streaks cross the ROI, since they imitate and hide erosion.",
            int(np.count_nonzero(elsewhere > USUAL_ELSEWHERE_MM2)),
            position=positions[worst],
            area=elsewhere[worst],
        )
        return Check(names.METAL, "warn", measured, required, sentence)
    return Check(names.METAL, "pass", measured, required, message("No metal disturbs these slices."))
