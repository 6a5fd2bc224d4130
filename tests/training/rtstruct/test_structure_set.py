"""Structure sets: the tumour's contours as they stand, or one sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset
from pydicom.dataset import FileDataset

import training.rtstruct.structure_set
from tests.training.rtstruct.conftest import contour, saved, square, structures
from training.rtstruct.structure_set import StructureSetRefused, is_structure_set, read_structure_set


def refusal(path: Path) -> str:
    with pytest.raises(StructureSetRefused) as found:
        read_structure_set(path, "a file")
    sentence = str(found.value)
    assert sentence.startswith("The structure set a file cannot be used, because ")
    assert "\n" not in sentence
    return sentence


def test_contours_of_every_tumour_are_read_and_no_others(tmp_path):
    rois = {
        "GTVp": [contour(square(3), 1), contour(square(6), 2)],
        "gtv-2": [contour(square(9))],
        "GTVn1": [contour(square(12))],
        "Brainstem": [contour(square(15))],
    }
    found = read_structure_set(saved(structures(rois), tmp_path / "rs.dcm"), "a file")
    assert found.rois == ("GTVp", "gtv-2")
    assert [part.points[0, 2] for part in found.contours] == [3, 6, 9]
    assert found.contours[0].slices == ("1.2.826.0.1.3680043.8.498.1.1",)
    assert found.contours[2].slices == ()
    assert read_structure_set(tmp_path / "rs.dcm", "a file", "brain.*").rois == ("Brainstem",)


def test_contours_without_area_are_left_out(tmp_path):
    tips = [contour([(5, 5, 3)]), contour([(5, 5, 3), (6, 6, 3)])]
    whole = read_structure_set(saved(structures({"GTV": [*tips, contour(square(6))]}), tmp_path / "a.dcm"), "a file")
    assert len(whole.contours) == 1
    assert "no contour with an area" in refusal(saved(structures({"GTV": tips}), tmp_path / "b.dcm"))


def test_an_roi_without_contours_does_not_hide_another(tmp_path):
    found = read_structure_set(saved(structures({"GTVp": [contour(square(3))], "GTVp2": []}), tmp_path / "a"), "a file")
    assert found.rois == ("GTVp",)


def _first(dataset: FileDataset):
    return dataset.ROIContourSequence[0].ContourSequence[0]


def _each(items: Sequence[Dataset], name: str, value: object) -> None:
    for item in items:
        setattr(item, name, value)


def _coordinates(values: list[str]) -> Callable[[FileDataset], None]:
    def change(dataset: FileDataset) -> None:
        part = _first(dataset)
        del part.ContourData
        part.add_new(0x30060050, "UT", "\\".join(values))  # as a file has it, which pydicom would not write
        part[0x30060050].VR = "LT"

    return change


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda d: setattr(d, "SOPClassUID", "1.2.840.10008.5.1.4.1.1.481.2"), "not an RT Structure Set"),
        (lambda d: delattr(d, "SOPClassUID"), "not an RT Structure Set"),
        (lambda d: delattr(d, "StructureSetROISequence"), "none of its ROIs"),
        (lambda d: _each(d.StructureSetROISequence, "ROIName", "GTVn"), "none of its ROIs (GTVn, GTVn)"),
        (lambda d: delattr(d, "ROIContourSequence"), "has no contours"),
        (lambda d: [delattr(item, "ContourSequence") for item in d.ROIContourSequence], "has no contours"),
        (lambda d: _each(d.ROIContourSequence, "ReferencedROINumber", 7), "has no contours"),
        (lambda d: setattr(d.StructureSetROISequence[1], "ROINumber", 1), "same number"),
        (lambda d: setattr(d.StructureSetROISequence[1], "ReferencedFrameOfReferenceUID", "1.9"), "different frames"),
        (lambda d: setattr(_first(d), "ContourGeometricType", "POINT"), "type POINT"),
        (lambda d: delattr(_first(d), "ContourGeometricType"), "closed planar"),
        (lambda d: delattr(_first(d), "ContourData"), "not numbers, or none"),
        (lambda d: setattr(_first(d), "ContourData", ""), "not numbers, or none"),
        (_coordinates(["1", "2", "x"]), "not numbers, or none"),
        (_coordinates(["1", "2", "nan"]), "not places in a patient"),
        (_coordinates(["1", "2", "1e9"]), "not places in a patient"),
        (_coordinates(["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]), "10 coordinates"),
        (lambda d: setattr(_first(d), "NumberOfContourPoints", 400000000), "400000000"),
    ],
)
def test_what_is_malformed_is_refused(tmp_path, change, reason):
    dataset = structures({"GTVp": [contour(square(3), 1)], "GTVp2": [contour(square(6), 2)]})
    change(dataset)
    assert reason in refusal(saved(dataset, tmp_path / "rs.dcm"))


def test_more_points_than_a_tumour_has_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(training.rtstruct.structure_set, "MOST_POINTS", 7)
    dataset = structures({"GTVp": [contour(square(3)), contour(square(6))]})
    assert "more than 7 points" in refusal(saved(dataset, tmp_path / "rs.dcm"))


def test_other_files_are_refused(tmp_path):
    whole = saved(structures({"GTVp": [contour(square(3))]}), tmp_path / "rs.dcm").read_bytes()
    cut, text = tmp_path / "cut.dcm", tmp_path / "text.dcm"
    cut.write_bytes(whole[:-40])
    text.write_text("no DICOM")
    assert is_structure_set(tmp_path / "rs.dcm")
    assert not is_structure_set(text)
    assert not is_structure_set(tmp_path / "absent.dcm")
    for path in (cut, text, tmp_path / "absent.dcm", tmp_path):
        refusal(path)


def test_damaged_files_are_read_or_refused(tmp_path):
    whole = saved(structures({"GTVp": [contour(square(z), 1) for z in (3, 6)]}), tmp_path / "rs.dcm").read_bytes()
    chance = np.random.default_rng(0)
    outcomes = set()
    for _ in range(400):
        damaged = bytearray(whole)
        for place in chance.integers(132, len(whole), chance.integers(1, 6)):
            damaged[place] = chance.integers(256)
        path = tmp_path / "damaged.dcm"
        path.write_bytes(bytes(damaged[: chance.integers(132, len(whole) + 1)]) if chance.random() < 0.3 else damaged)
        try:
            read_structure_set(path, "a file")
            outcomes.add("read")
        except StructureSetRefused:
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}
