"""Whose head it is stays on the screen: nothing that is written or printed names the patient."""

import json
import shutil
import tempfile
import zipfile
from pathlib import Path

import pytest
from pydicom import Dataset, dcmread
from pydicom.encaps import encapsulate
from pydicom.fileset import FileSet
from pydicom.uid import RLELossless

import onnx_models
from desktop.cli import main
from desktop.imaging.sources import Source
from desktop.phantoms import Phantom
from training.cohort.phantoms import reading_of

NAME, ID, BIRTH = "GEHEIM^ZOË", "KENNUNG-4711", "19510203"
SECRETS = ("GEHEIM", "ZOË", ID, BIRTH, "1951-02-03")

# fmt: off
TEXTS = (
    "PatientName", "PatientID", "IssuerOfPatientID", "OtherPatientIDs", "OtherPatientNames", "PatientBirthName",
    "PatientMotherBirthName", "PatientAddress", "PatientTelephoneNumbers", "EthnicGroup", "Occupation",
    "AdditionalPatientHistory", "PatientComments", "MedicalAlerts", "Allergies", "AccessionNumber", "StudyID",
    "StudyDescription", "SeriesDescription", "ProtocolName", "ReferringPhysicianName", "PerformingPhysicianName",
    "NameOfPhysiciansReadingStudy", "OperatorsName", "RequestingPhysician", "InstitutionName", "InstitutionAddress",
    "InstitutionalDepartmentName", "StationName", "ImageComments", "DerivationDescription",
    "RequestedProcedureDescription", "RequestedProcedureID", "ReasonForStudy", "AdmissionID",
    "CurrentPatientLocation", "PerformedProcedureStepDescription", "PerformedProcedureStepID", "ContrastBolusAgent",
    "BodyPartExamined", "SoftwareVersions", "DeviceSerialNumber", "FrameComments",
)
# fmt: on
"""Where sites, scanners and people at the console write names and numbers, by design or not."""


@pytest.fixture(scope="module")
def named_study(study, tmp_path_factory) -> Path:
    """The phantom under somebody's name."""
    folder = tmp_path_factory.mktemp("named")
    for file in sorted(study.iterdir()):
        dataset = dcmread(file)
        dataset.SpecificCharacterSet = "ISO_IR 100"
        dataset.PatientName, dataset.PatientID, dataset.PatientBirthDate = NAME, ID, BIRTH
        dataset.save_as(folder / file.name)
    return folder


def assert_nameless(text: str) -> None:
    assert not [secret for secret in SECRETS if secret.casefold() in text.casefold()]


def test_commands_and_their_files_do_not_name_the_patient(named_study, phantom, tmp_path, capfd, trail_place):
    roi = ",".join(map(str, phantom.truth.roi_px))
    low, high = phantom.truth.range_mm
    (named_study / "cut off").write_bytes((named_study / "CT0001.dcm").read_bytes()[:3000])
    assert main(["scan", str(named_study)]) == 0
    assert main(["scan", str(named_study), "--json"]) == 0
    assert main(["read", str(named_study), "--roi", roi, "--range", f"{low}:{high}", "--out", str(tmp_path / "o")]) == 0
    (named_study / "cut off").unlink()
    printed = capfd.readouterr()
    assert "cut off: " in printed.out
    assert_nameless(printed.out + printed.err)
    written = sorted((tmp_path / "o").iterdir())
    assert written
    for file in written:
        assert_nameless(file.name + file.read_bytes().decode("latin-1"))
    assert main(["audit", "export", "--out", str(tmp_path / "trail.csv")]) == 0
    slice_ = dcmread(named_study / "CT0001.dcm")
    uids = slice_.SOPInstanceUID, slice_.SeriesInstanceUID, slice_.StudyInstanceUID
    for file in (trail_place.file, trail_place.note, tmp_path / "trail.csv"):
        content = file.read_bytes().decode("latin-1")
        assert_nameless(content)
        assert not [told for told in (*uids, str(named_study)) if told in content], "not even by a UID or a path"


def test_temporary_files_do_not_name_the_patient(named_study, tmp_path, monkeypatch):
    archive = tmp_path / "GEHEIM_ZOË_19510203.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for file in named_study.iterdir():
            packed.write(file, f"GEHEIM^ZOË/{ID}/{file.name}")
    private = tmp_path / "tmp"
    private.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(private))
    with Source.open(archive) as source:
        names = [str(path.relative_to(private)) for path in private.rglob("*")]
        assert len(names) > len(source.files)
        assert_nameless("\n".join(names))
        modes = {path.stat().st_mode & 0o077 for path in private.iterdir()}
        assert modes == {0}, "nobody else can read them"
    assert not list(private.iterdir())


@pytest.fixture(scope="module")
def telling_study(study, phantom, tmp_path_factory) -> Path:
    """The phantom, whose path, file names and every text name somebody, with a damaged slice far from the range."""
    folder = tmp_path_factory.mktemp("archive") / "GEHEIM_ZOË_19510203" / ID
    folder.mkdir(parents=True)
    files = sorted(study.iterdir())
    for number, file in enumerate(files):
        dataset = dcmread(file)
        dataset.SpecificCharacterSet = "ISO_IR 100"
        dataset.PatientBirthDate = BIRTH
        for keyword in TEXTS:
            setattr(dataset, keyword, "GEHEIM")
        request = Dataset()
        request.ScheduledProcedureStepDescription = request.RequestedProcedureDescription = "GEHEIM"
        dataset.RequestAttributesSequence = [request]
        dataset.private_block(0x0009, "GEHEIM", create=True).add_new(0x10, "LO", "GEHEIM")
        if number == len(files) - 2:
            dataset.PixelData = encapsulate([b"\2\0\0\0" + b"\xff" * 2000])
            dataset["PixelData"].VR, dataset["PixelData"].is_undefined_length = "OB", True
            dataset.file_meta.TransferSyntaxUID = RLELossless
        dataset.save_as(folder / f"GEHEIM^ZOË {number:04}.dcm")
    return folder


def as_folder(telling: Path, place: Path) -> Path:
    return telling


def as_archive(telling: Path, place: Path) -> Path:
    archive = place / "GEHEIM ZOË.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for file in telling.iterdir():
            packed.write(file, f"GEHEIM^ZOË/{ID}/{file.name}")
    return archive


def as_disc(telling: Path, place: Path) -> Path:
    files = FileSet()
    for file in telling.iterdir():
        dataset = dcmread(file)
        dataset.StudyDate, dataset.StudyTime, dataset.SeriesNumber = "20260101", "0101", 1
        files.add(dataset)
    files.write(place / "GEHEIM")
    files._stage["t"].cleanup()  # or pydicom's own temporary folder warns when it is collected
    return place / "GEHEIM" / "DICOMDIR"


@pytest.mark.parametrize("opened", [as_folder, as_archive, as_disc])
def test_no_path_and_no_text_of_a_header_is_kept(telling_study, phantom: Phantom, tmp_path, capfd, opened):
    """Sites name folders, discs, files and members after patients; damage made a result repeat the name."""
    place = tmp_path / f"GEHEIM_{ID}"
    place.mkdir()
    shutil.copytree(onnx_models.default_bundle(), place / "bundle")
    description = place / "bundle" / "manifest.json"  # a demonstration's network judges phantoms only
    description.write_text(description.read_text().replace('"demonstration"', '"research"'))
    marks, out = place / "reading.json", place / "out"
    reading_of(phantom).save(marks)
    words = ["--reading", str(marks), "--model", str(place / "bundle"), "--out", str(out)]
    assert main(["read", str(opened(telling_study, place)), *words]) == 0
    printed = capfd.readouterr()
    assert_nameless(printed.out)
    (lost,) = (check for check in json.loads(printed.out)["checks"] if check["name"] == "all slices read")
    assert "1 of " in lost["message"]
    assert json.loads(printed.out)["verdict"] != "indeterminate"
    for file in sorted(out.iterdir()):
        assert_nameless(file.name + file.read_bytes().decode("latin-1"))
