"""Whose head it is stays on the screen: nothing that is written or printed names the patient."""

import tempfile
import zipfile
from pathlib import Path

import pytest
from pydicom import dcmread

from desktop.cli import main
from desktop.imaging.sources import Source

NAME, ID, BIRTH = "GEHEIM^ZOË", "KENNUNG-4711", "19510203"
SECRETS = ("GEHEIM", "ZOË", ID, BIRTH, "1951-02-03")


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


def test_commands_and_their_files_do_not_name_the_patient(named_study, phantom, tmp_path, capfd):
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
        modes = {path.stat().st_mode & 0o077 for path in private.rglob("*")}
        assert modes == {0}, "nobody else can read them"
    assert not list(private.iterdir())
