"""The objects of a result: what they say, what they repeat of the source, and that they are all there or none."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import signal
from dataclasses import replace

import numpy as np
import pytest
from pydicom import dcmread
from pydicom.sr.codedict import codes

from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.imaging.volume import load
from desktop.inference.analyse import analyse
from desktop.object_kinds import Kind
from desktop.reading.region import Region
from desktop.reading.roi import KeyRectangle, PositionRange, Roi
from desktop.report import save_report
from desktop.report.dicom import objects as writing
from desktop.report.dicom.own_report import ReportUnfit, read_report
from desktop.report.dicom.source_images import ObjectsRefused, require_attributes
from desktop.report.dicom.wanted import Objects
from desktop.report.document import result_document
from desktop.report.place import ReportRefused
from desktop.unwritten import NotWritten

PDF = b"%PDF-1.7\n%%EOF\n"
KINDS = tuple(Kind)
NAME = "Müller-Lüdenscheidt^Zoë"


@pytest.fixture(scope="module", autouse=True)
def at_home(tmp_path_factory):
    """An installation of the tests' own, whose UID is kept."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("desktop.report.dicom.device_uid.local_data_folder", lambda: home)
        yield home


@pytest.fixture(scope="module")
def small(study, phantom, volume, tmp_path_factory):
    """Three slices of the phantom, of a person with a name in Latin-1 and without a day of birth."""
    folder = tmp_path_factory.mktemp("small")
    middle = volume.geometry.nearest(sum(phantom.truth.range_mm) / 2)
    for number in (middle - 1, middle, middle + 1):
        dataset = dcmread(volume.series.slices[number].path)
        dataset.SpecificCharacterSet, dataset.PatientName = "ISO_IR 100", NAME
        del dataset.PatientBirthDate
        dataset.save_as(folder / f"{number}.dcm")
    return folder


def judged(folder, phantom, network, roi=None):
    volume = load(scan(Source.open(folder)).series[0])
    positions = volume.geometry.positions_mm
    span = PositionRange(float(positions[0]), float(positions[-1]))
    return analyse(Region(volume, roi or Roi.everywhere(*phantom.truth.roi_px), span), network)


@pytest.fixture(scope="module")
def result(small, phantom, network):
    return judged(small, phantom, network)


@pytest.fixture(scope="module")
def wanted(result):
    first, _, last = result.slices
    key_slices = (first.sop_instance_uid, 0, "erosion, 骨破壊"), (last.sop_instance_uid, 0, "")
    return Objects(KINDS, key_slices, lambda result, stability: PDF)


@pytest.fixture(scope="module")
def saved(result, wanted, small, tmp_path_factory):
    before = {file: file.read_bytes() for file in small.iterdir()}
    saved = save_report(result, tmp_path_factory.mktemp("report") / "out", objects=wanted)
    assert before == {file: file.read_bytes() for file in small.iterdir()}, "the source is never touched"
    return saved


@pytest.fixture(scope="module")
def made(saved):
    """The objects by the names of their files."""
    return {file.stem: dcmread(file) for file in saved.files if file.suffix == ".dcm"}


def test_result_json_names_every_object(saved):
    listed = saved.document["dicom"]
    assert listed["folder"] == "dicom"
    assert list(listed["files"]) == ["sr.dcm", "sc.dcm", "pm.dcm", "pr.dcm", "pdf.dcm", "ko.dcm"]
    assert json.loads(saved.files[0].read_text()) == saved.document


def test_all_are_of_the_same_person_and_study_in_series_of_their_own(made, result, small):
    source = dcmread(next(small.iterdir()))
    assert len({one.SeriesInstanceUID for one in made.values()} | {source.SeriesInstanceUID}) == len(made) + 1
    assert len({one.SeriesNumber for one in made.values()}) == len(made)
    for one in made.values():
        assert one.StudyInstanceUID == source.StudyInstanceUID
        assert (str(one.PatientName), one.PatientID, one.PatientBirthDate) == (NAME, source.PatientID, "")
        assert one.StudyDescription == source.StudyDescription
        assert one.SeriesDescription.startswith("AI, not for diagnosis")
    assert made["pm"].FrameOfReferenceUID == source.FrameOfReferenceUID


def test_all_say_which_installation_made_them_and_declare_private_codes(made):
    uids = set()
    for one in made.values():
        scanner, own = one.ContributingEquipmentSequence
        assert scanner.PurposeOfReferenceCodeSequence[0].CodeValue == codes.DCM.AcquisitionEquipment.value
        assert own.PurposeOfReferenceCodeSequence[0].CodeValue == codes.DCM.ProcessingEquipment.value
        assert (own.Manufacturer, own.ManufacturerModelName) == (one.Manufacturer, one.ManufacturerModelName)
        uids.add(own.DeviceUID)
        assert one.CodingSchemeIdentificationSequence[0].CodingSchemeDesignator == "99CLIVUS"
    assert len(uids) == 1
    assert re.fullmatch(r"2\.25\.\d+", uids.pop())


def items(parent, meaning):
    return [item for item in parent.ContentSequence if item.ConceptNameCodeSequence[0].CodeMeaning == meaning]


def test_the_report_has_the_case_once_and_each_slice_with_a_closed_rectangle(made, result):
    report = made["sr"]
    assert report.ContentTemplateSequence[0].TemplateIdentifier == "1500"
    groups = items(items(report, "Imaging Measurements")[0], "Measurement Group")
    assert [group.ContentTemplateSequence[0].TemplateIdentifier for group in groups] == ["1501", *["1410"] * 3]
    parameters = {item.TextValue.partition("=")[0] for item in items(groups[0], "Algorithm Parameters")}
    assert {"model", "model_sha256", "threshold", "cutoff_slices", "window_level", "range_mm", "roi"} <= parameters
    for group, answer, rectangle in zip(groups[1:], result.slices, result.region.stored_rectangles, strict=True):
        (region,) = items(group, "Image Region")
        points = np.array(region.GraphicData).reshape(-1, 2)
        assert (region.ValueType, region.GraphicType, len(points)) == ("SCOORD", "POLYLINE", 5)
        np.testing.assert_array_equal(points[0], points[4])
        left, top, width, height = rectangle
        np.testing.assert_allclose(
            [points.min(axis=0), points.max(axis=0)], [[left, top], [left + width, top + height]]
        )
        assert region.ContentSequence[0].ReferencedSOPSequence[0].ReferencedSOPInstanceUID == answer.sop_instance_uid
        (probability,) = items(group, "Probability")
        assert probability.MeasuredValueSequence[0].MeasurementUnitsCodeSequence[0].CodeValue == "1"


def test_a_report_read_back_says_the_same_numbers(saved, result):
    (file,) = (file for file in saved.files if file.name == "sr.dcm")
    reading, document = read_report(file).reading, result_document(result)
    assert (reading.roi, reading.range) == (result.region.roi, result.region.range)
    assert (reading.series, reading.sop_instance_uid, reading.frame) == (
        result.region.volume.series.name,
        result.slices[0].sop_instance_uid,
        0,
    )
    for key in ("schema", "series", "verdict", "run", "cutoff", "score", "suggested"):
        assert reading.result[key] == document[key]
    for part in ("model", "slices"):
        told = [reading.result[part]] if part == "model" else reading.result[part]
        known = [document[part]] if part == "model" else document[part]
        assert [{key: one[key] for key in other} for one, other in zip(known, told, strict=True)] == told


def test_the_picture_is_in_colour_and_says_what_it_is(made, result):
    picture = made["sc"]
    assert (picture.PhotometricInterpretation, picture.SamplesPerPixel) == ("RGB", 3)
    assert picture.pixel_array[:56].max(axis=(0, 1)).tolist() == [255, 191, 0], "the band above the picture"
    strongest = result.slices[result.strongest]
    assert picture.SourceImageSequence[0].ReferencedSOPInstanceUID == strongest.sop_instance_uid


def test_the_map_names_the_slice_of_every_frame(made, result):
    pm = made["pm"]
    assert (pm.Rows, pm.Columns, pm.NumberOfFrames) == (224, 224, 3)
    values = np.frombuffer(pm.FloatPixelData, "<f4").reshape(3, 224, 224)
    mapping = pm.SharedFunctionalGroupsSequence[0].RealWorldValueMappingSequence[0]
    assert mapping.QuantityDefinitionSequence[0].ConceptCodeSequence[0].CodeMeaning == "Class activation"
    by_slice = {one.sop_instance_uid: maps for one, maps in zip(result.slices, result.maps.evidence, strict=True)}
    for group, frame in zip(pm.PerFrameFunctionalGroupsSequence, values, strict=True):
        source = group.DerivationImageSequence[0].SourceImageSequence[0]
        np.testing.assert_array_equal(frame, by_slice[source.ReferencedSOPInstanceUID])


def test_key_slices_and_pdf(made, result):
    ko, pdf = made["ko"], made["pdf"]
    assert items(ko, "Key Object Description")[0].TextValue == "1: erosion, 骨破壊"
    named = [item.ReferencedSOPSequence[0].ReferencedSOPInstanceUID for item in items(ko, "Source")]
    assert named == [result.slices[0].sop_instance_uid, result.slices[2].sop_instance_uid]
    assert pdf.EncapsulatedDocument[: pdf.EncapsulatedDocumentLength] == PDF


def test_the_usual_ones_are_report_and_picture(result, tmp_path):
    saved = save_report(result, tmp_path, objects=Objects())
    assert [file.name for file in saved.files[2:]] == ["sr.dcm", "sc.dcm"]


@pytest.mark.parametrize(
    ("character_set", "name"),
    [
        (["", "ISO 2022 IR 87"], "Yamada^Tarou=山田^太郎=やまだ^たろう"),
        ("GB18030", "Wang^XiaoDong=王^小东"),
        ("ISO_IR 144", "Люкceмбypг"),
        (None, "Plain"),
    ],
)
def test_a_name_of_any_character_set_survives_in_all(character_set, name, small, phantom, result, tmp_path):
    source = tmp_path / "source"
    shutil.copytree(small, source)
    for file in source.iterdir():
        dataset = dcmread(file)
        dataset.SpecificCharacterSet, dataset.PatientName = character_set, name
        dataset.save_as(file)
    volume = load(scan(Source.open(source)).series[0])
    of_this = replace(result, region=replace(result.region, volume=volume))
    saved = save_report(of_this, tmp_path / "out", objects=Objects())
    assert [str(dcmread(file).PatientName) for file in saved.files[2:]] == [name] * 2


def test_values_that_the_standard_does_not_allow_are_left_empty(small, result, tmp_path):
    source = tmp_path / "source"
    shutil.copytree(small, source)
    for file in source.iterdir():
        dataset = dcmread(file)
        dataset.PatientBirthDate, dataset.PatientSex, dataset.StudyTime = "00000000", "?", "noon"
        dataset.save_as(file)
    of_this = replace(result, region=replace(result.region, volume=load(scan(Source.open(source)).series[0])))
    report = dcmread(save_report(of_this, tmp_path / "out", objects=Objects()).files[2])
    assert (report.PatientBirthDate, report.PatientSex, report.StudyTime) == ("", "", "")


@pytest.mark.parametrize(
    ("field", "kinds", "attribute"),
    [
        ("study_instance_uid", (Kind.REPORT,), "StudyInstanceUID (0020,000D)"),
        ("frame_of_reference_uid", (Kind.MAP,), "FrameOfReferenceUID (0020,0052)"),
    ],
)
def test_a_source_without_what_an_object_must_have_is_refused_by_its_name(field, kinds, attribute, result, tmp_path):
    volume = result.region.volume
    series = replace(volume.series, **{field: ""})
    with pytest.raises(ObjectsRefused, match=re.escape(attribute)):
        require_attributes(series, kinds)
    lacking = replace(result, region=replace(result.region, volume=replace(volume, series=series)))
    with pytest.raises(ObjectsRefused, match=re.escape(attribute)):
        save_report(lacking, tmp_path / "out", objects=Objects(kinds))
    assert not (tmp_path / "out").exists()
    require_attributes(replace(volume.series, frame_of_reference_uid=""), (Kind.REPORT, Kind.PICTURE))


def test_a_source_that_is_gone_is_told(small, phantom, network, result, tmp_path):
    source = tmp_path / "source"
    shutil.copytree(small, source)
    of_this = replace(result, region=replace(result.region, volume=load(scan(Source.open(source)).series[0])))
    shutil.rmtree(source)
    with pytest.raises(ObjectsRefused, match="cannot be read again"):
        save_report(of_this, tmp_path / "out", objects=Objects())
    assert not (tmp_path / "out").exists()


def contents(folder):
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_disk_that_is_full_leaves_the_older_report_as_it_was(result, tmp_path, monkeypatch):
    save_report(result, tmp_path, objects=Objects())
    before, made_picture = contents(tmp_path), writing.secondary_capture

    def full(occasion, series):
        made = made_picture(occasion, series)
        made.save_as = lambda *_, **__: (_ for _ in ()).throw(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
        return made

    monkeypatch.setattr(writing, "secondary_capture", full)
    with pytest.raises(NotWritten):
        save_report(result, tmp_path, objects=Objects())
    assert contents(tmp_path) == before


def test_a_folder_that_cannot_be_made_is_told(result, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(NotWritten):
        save_report(result, tmp_path / "file" / "out", objects=Objects())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="POSIX")
def test_a_kill_between_two_objects_leaves_none_of_them_and_the_next_report_tidies(result, tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "secondary_capture", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    child = os.fork()
    if not child:
        save_report(result, tmp_path, objects=Objects())
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert not (tmp_path / "dicom").exists()
    monkeypatch.undo()
    save_report(result, tmp_path, objects=Objects((Kind.REPORT,)))
    assert sorted(path.name for path in tmp_path.iterdir())[:2] == ["dicom", "result.json"]
    assert len(list(tmp_path.iterdir())) == 3


def test_a_report_without_objects_takes_those_of_the_older_one_away(result, tmp_path):
    save_report(result, tmp_path, objects=Objects((Kind.REPORT,)))
    save_report(result, tmp_path)
    assert not (tmp_path / "dicom").exists()


def test_a_folder_of_this_name_that_is_not_ours_is_left_alone(result, small, tmp_path):
    shutil.copytree(small, tmp_path / "dicom")
    with pytest.raises(ReportRefused, match="dicom"):
        save_report(result, tmp_path, objects=Objects())
    save_report(result, tmp_path)
    assert contents(tmp_path / "dicom") == contents(small)


def test_a_scan_tells_own_reports_from_those_of_others(saved, small, tmp_path):
    shutil.copytree(small, tmp_path / "ct")
    shutil.copytree(saved.files[2].parent, tmp_path / "dicom")
    other = dcmread(tmp_path / "dicom" / "sr.dcm")
    other.Manufacturer = "Somebody else"
    other.save_as(tmp_path / "dicom" / "other.dcm")
    with Source.open(tmp_path) as source:
        found = scan(source)
    assert len(found.series) == 1
    assert [report.path.name for report in found.reports] == ["sr.dcm"]
    reasons = {skipped.shown.rpartition("/")[2]: str(skipped.reason) for skipped in found.skipped}
    assert reasons["other.dcm"] == "not an image (Comprehensive 3D SR Storage)"
    assert reasons["sr.dcm"] == "a report by Clivus, which is shown with its series"
    assert {reasons[f"{name}.dcm"] for name in ("sc", "pm", "pr", "pdf", "ko")} == {"a result by Clivus, not a CT"}


@pytest.mark.parametrize("damage", ["a parameter less", "no content", "a verdict of its own", "cut off"])
def test_a_damaged_report_is_told_in_one_clause(damage, made, tmp_path):
    report, file = made["sr"].copy(), tmp_path / "sr.dcm"
    report.file_meta = made["sr"].file_meta
    if damage == "no content":
        del report.ContentSequence
    report.save_as(file, enforce_file_format=True)
    if damage == "cut off":
        file.write_bytes(file.read_bytes()[:-2000])
    if damage == "a parameter less":
        file.write_bytes(file.read_bytes().replace(b"threshold=", b"treshhold="))
    if damage == "a verdict of its own":
        answer = b"52101004" if b"52101004" in file.read_bytes() else b"82334004"
        file.write_bytes(file.read_bytes().replace(answer, b"99999999").replace(b"2667000", b"9999999"))
    with pytest.raises(ReportUnfit):
        read_report(file)


def test_frames_of_an_enhanced_ct_are_named_by_number(write_enhanced, network, tmp_path):
    rng = np.random.default_rng(7)
    path = write_enhanced(tmp_path / "enhanced", rng.integers(-100, 100, (4, 64, 64)).astype(np.int16))
    volume = load(scan(Source.open(path)).series[0])
    positions = volume.geometry.positions_mm
    span = PositionRange(float(positions[1]), float(positions[3]))
    of_frames = analyse(Region(volume, Roi.everywhere(8, 8, 48, 48), span), network)
    key_slices = ((of_frames.slices[1].sop_instance_uid, 2, ""),)
    wanted = Objects((Kind.REPORT, Kind.PICTURE, Kind.MAP, Kind.PRESENTATION), key_slices)
    saved = save_report(of_frames, tmp_path / "out", objects=wanted)
    made = {file.stem: dcmread(file) for file in saved.files[2:]}
    groups = items(items(made["sr"], "Imaging Measurements")[0], "Measurement Group")[1:]
    frames = [items(one, "Image Region")[0].ContentSequence[0].ReferencedSOPSequence[0] for one in groups]
    assert [one.ReferencedFrameNumber for one in frames] == [2, 3, 4]
    sources = [
        one.DerivationImageSequence[0].SourceImageSequence[0] for one in made["pm"].PerFrameFunctionalGroupsSequence
    ]
    assert sorted(one.ReferencedFrameNumber for one in sources) == [2, 3, 4]
    (annotated,) = made["pr"].ReferencedSeriesSequence[0].ReferencedImageSequence
    assert list(annotated.ReferencedFrameNumber) == [2, 3, 4]
    assert items(made["ko"], "Source")[0].ReferencedSOPSequence[0].ReferencedFrameNumber == 3
    reading = read_report(saved.files[2]).reading
    assert (reading.frame, reading.range) == (1, span)


def test_rectangles_of_different_size_have_pixels_of_their_own(small, phantom, network, result, tmp_path):
    column, row, width, height = phantom.truth.roi_px
    low, high = (float(result.region.positions_mm[index]) for index in (0, -1))
    roi = Roi.of([KeyRectangle(low, column, row, width, height), KeyRectangle(high, column, row, width / 2, height)])
    pm = dcmread(save_report(judged(small, phantom, network, roi), tmp_path, objects=Objects((Kind.MAP,))).files[2])
    spacings = {tuple(group.PixelMeasuresSequence[0].PixelSpacing) for group in pm.PerFrameFunctionalGroupsSequence}
    assert len(spacings) == 3
    assert "PixelMeasuresSequence" not in pm.SharedFunctionalGroupsSequence[0]
