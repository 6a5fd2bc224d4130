"""A planted spot lies in the parametric map where it lies in the patient, however the slices are stored."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from pydicom import dcmread

from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.imaging.volume import load
from desktop.inference.analyse import analyse
from desktop.inference.crop import crop_slices
from desktop.object_kinds import Kind
from desktop.reading.region import Region
from desktop.reading.roi import PositionRange, Roi
from desktop.report import save_report
from desktop.report.dicom.wanted import Objects

SIZE, SLICES, PIXEL_MM = 48, 3, 0.5
ROI = (9.5, 11.0, 30.0, 27.5)
SPOT = {"slice": 1, "row": 21, "column": 30}
LEFT, BACK, HEAD = np.eye(3)
TILT = np.radians(18)
TILTED = np.cos(TILT) * BACK - np.sin(TILT) * HEAD

STORED = {
    "as shown": (LEFT, BACK, 0.0),
    "left and right exchanged": (-LEFT, BACK, 0.0),
    "upside down": (-LEFT, -BACK, 0.0),
    "on its side": (BACK, LEFT, 0.0),
    "from the feet": (LEFT, -BACK, 0.0),
    "gantry tilted": (LEFT, TILTED, np.tan(TILT)),
    "gantry tilted, upside down": (-LEFT, -TILTED, np.tan(TILT)),
    "turned in the plane": (np.array([0.96, 0.28, 0.0]), np.array([-0.28, 0.96, 0.0]), 0.0),
}
"""Directions of columns and rows, and how far slices are moved along the rows for each mm along the normal."""


@pytest.mark.parametrize("stored", STORED)
def test_a_planted_spot_lies_at_its_place_within_half_a_pixel(stored, write_stack, network, tmp_path, monkeypatch):
    monkeypatch.setattr("desktop.report.dicom.device_uid.local_data_folder", lambda: tmp_path / "home")
    across, down, lean = STORED[stored]
    hu = np.zeros((SLICES, SIZE, SIZE), np.int16)
    hu[SPOT["slice"], SPOT["row"], SPOT["column"]] = 1000
    shift = np.arange(SLICES)[:, None] * 3.0 * lean * down
    files = write_stack(tmp_path / "ct", hu, across=across, down=down, shift=shift)
    volume = load(scan(Source.open(tmp_path / "ct")).series[0])
    positions = volume.geometry.positions_mm
    region = Region(volume, Roi.everywhere(*ROI), PositionRange(float(positions[0]), float(positions[-1])))
    result = analyse(region, network)
    seen = crop_slices(region.hu, region.rectangles)  # the spot as the network sees it, in place of its map
    planted = replace(result, maps=replace(result.maps, evidence=seen))
    pm = dcmread(save_report(planted, tmp_path / "out", objects=Objects((Kind.MAP,))).files[2])
    values = np.frombuffer(pm.FloatPixelData, "<f4").reshape(-1, pm.Rows, pm.Columns)
    frame, row, column = np.unravel_index(values.argmax(), values.shape)
    shared, group = pm.SharedFunctionalGroupsSequence[0], pm.PerFrameFunctionalGroupsSequence[frame]
    found = place(
        group.PlanePositionSequence[0].ImagePositionPatient,
        shared.PlaneOrientationSequence[0].ImageOrientationPatient,
        shared.PixelMeasuresSequence[0].PixelSpacing,
        row,
        column,
    )
    source = dcmread(files[SPOT["slice"]])
    truth = place(
        source.ImagePositionPatient, source.ImageOrientationPatient, source.PixelSpacing, SPOT["row"], SPOT["column"]
    )
    off = found - truth
    assert abs(off @ across) <= PIXEL_MM / 2
    assert abs(off @ down) <= PIXEL_MM / 2
    assert abs(off @ np.cross(across, down)) < 1e-3, "on the slice itself"
    derived = group.DerivationImageSequence[0].SourceImageSequence[0]
    assert derived.ReferencedSOPInstanceUID == source.SOPInstanceUID


def place(origin, cosines, spacing, row, column):
    """Patient mm of a pixel's centre (PS3.3 C.7.6.2.1.1)."""
    across, down = np.array(cosines[:3], float), np.array(cosines[3:], float)
    return np.array(origin, float) + column * float(spacing[1]) * across + row * float(spacing[0]) * down
