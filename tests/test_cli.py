"""The command `clivus`, run as users run it."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desktop.cli import _series_of, main
from desktop.commands import demo
from desktop.errors import WrongUse
from desktop.inference.bundle import Bundle
from desktop.inference.stability import SECOND_READER
from desktop.reading.roi import PositionRange, Roi
from desktop.reading.saved import Reading
from desktop.trail.exporting import entries


def clivus(*arguments, **environment):
    """Run the installed command in a process of its own, without a screen."""
    variables = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    command = [str(Path(sys.executable).with_name("clivus")), *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=120, env=variables | environment, check=False
    )


def refused(done, status=3):
    """The one sentence of a refusal."""
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def marks(phantom):
    roi = ",".join(map(str, phantom.truth.roi_px))
    low, high = phantom.truth.range_mm
    return ["--roi", roi, "--range", f"{low}:{high}"]


def test_demo_runs_headless_by_itself_where_there_is_no_screen(tmp_path):
    done = clivus("demo", "--out", tmp_path / "demo")
    assert done.returncode == 0, done.stderr
    assert "Positive: skull-base invasion" in done.stdout
    assert "Demonstration, not for clinical use" in done.stdout
    assert json.loads((tmp_path / "demo/result/result.json").read_text())["verdict"] == "positive"
    again = clivus("demo", "--out", tmp_path / "demo")
    assert again.stdout == done.stdout, "a second demonstration uses the first one's study"
    (tmp_path / "demo/reading.json").unlink()
    assert "something else" in refused(clivus("demo", "--out", tmp_path / "demo"))


def test_a_demonstration_that_was_stopped_can_be_begun_again(tmp_path, monkeypatch):
    """It left a study without a reading, which the next one refused."""
    monkeypatch.setattr(demo, "write_series", stopped_half_way(demo.write_series))
    with pytest.raises(KeyboardInterrupt):
        demo.make_demo(tmp_path)
    assert not (tmp_path / "study").exists()
    monkeypatch.undo()
    assert demo.make_demo(tmp_path).study == tmp_path / "study"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["reading.json", "study"]


def stopped_half_way(write_series):
    def write(phantom, folder):
        write_series(phantom, folder)
        raise KeyboardInterrupt

    return write


def test_scan_prints_one_object_with_the_contracts_fields(study, volume):
    done = clivus("scan", study, "--json")
    assert done.returncode == 0
    data = json.loads(done.stdout)
    (series,) = data["series"]
    fields = (
        "series_instance_uid description modality slices rows columns pixel_spacing_mm slice_spacing_mm "
        "slice_thickness_mm gantry_tilt_deg sideways_shear_deg position_range_mm kernel contrast "
        "transfer_syntaxes eligible checks"
    )
    assert set(fields.split()) <= series.keys()
    assert series["eligible"]
    assert series["slices"] == len(volume.hu)
    assert series["checks"][0].keys() == {"name", "status", "measured", "required", "message"}
    assert "suitable" in clivus("scan", study).stdout


def test_read_by_marks_and_by_saved_reading_agree(study, marks, tmp_path, volume, phantom):
    by_marks = clivus("read", study, *marks, "--out", tmp_path / "a")
    assert by_marks.returncode == 0, by_marks.stderr
    assert json.loads(by_marks.stdout) == json.loads((tmp_path / "a/result.json").read_text())
    reading = Reading(volume.series.name, Roi.everywhere(*phantom.truth.roi_px), PositionRange(*phantom.truth.range_mm))
    reading.save(tmp_path / "reading.json")
    by_file = clivus("read", study, "--reading", tmp_path / "reading.json", "--out", tmp_path / "b")
    first, second = json.loads(by_marks.stdout), json.loads(by_file.stdout)
    assert first.pop("timing_s").keys() == second.pop("timing_s").keys() == {"load", "inference", "maps"}
    assert first == second
    assert next((tmp_path / "b").glob("strongest_slice-*.png")).stat().st_size > 10_000


def test_read_measures_the_stability_if_asked(study, marks, tmp_path, monkeypatch, capsys, trail_place):
    few = replace(SECOND_READER, draws=2)
    monkeypatch.setattr("desktop.headless.one_case.SECOND_READER", few)
    assert main(["read", str(study), *marks, "--out", str(tmp_path / "a"), "--stability"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["stability"]["draws"] == len(told["stability"]["rectangles"]) == 2
    assert json.loads((tmp_path / "a/result.json").read_text())["stability"] == told["stability"]
    judged, exported = (entry.event for entry in entries(trail_place, told["series"]))
    assert (judged.what, exported.what, judged.reader) == ("judged", "exported", "")
    data = json.loads(exported.data)
    assert (data["by"], data["verdict"], data["model"]["sha256"]) == ("read", told["verdict"], told["model"]["sha256"])
    written = hashlib.sha256((tmp_path / "a/result.json").read_bytes()).hexdigest()
    assert {"kind": "json", "sha256": written} in data["files"]


def test_a_case_without_a_verdict_has_no_stability_and_is_told_so(study, marks, tmp_path, capsys, trail_place):
    """An ROI of 60 cm2 allows no verdict. Nor can its reading be recorded here, which costs it nothing."""
    trail_place.file.parent.write_text("a file in the folder's place")
    large = [marks[0], "150,150,160,160", *marks[2:]]
    assert main(["read", str(study), *large, "--out", str(tmp_path / "a"), "--stability"]) == 0
    said = capsys.readouterr()
    told = json.loads(said.out)
    assert told["verdict"] == "indeterminate"
    assert "stability" not in told
    assert "no verdict" in said.err
    assert said.err.count("not recorded in the trail, and the work goes on without it") == 1


def test_selftest_is_sound():
    done = clivus("selftest", "--json", QT_QPA_PLATFORM="offscreen")
    assert done.returncode == 0, done.stderr
    data = json.loads(done.stdout)
    assert data["sound"]
    assert {check["name"]: check["status"] for check in data["checks"] if check["status"] != "pass"} == {
        "default model": "warn"  # the shipped one is a demonstration
    }


def test_selftest_of_an_unsound_installation(monkeypatch, tmp_path, capsys):
    import onnx_models

    monkeypatch.setattr(onnx_models, "default_bundle", lambda: tmp_path / "absent")
    assert main(["selftest"]) == 4
    said = capsys.readouterr().err
    assert "failed (bundle): There is no model at" in said


class TestBadInput:
    """Each gives one clear sentence and its status, and never a traceback."""

    def test_no_such_folder_and_an_empty_one(self, tmp_path):
        assert "There is nothing at" in refused(clivus("scan", tmp_path / "absent"))
        assert "is empty" in refused(clivus("scan", tmp_path))

    def test_no_dicom(self, tmp_path, marks):
        (tmp_path / "text.dcm").write_text("no DICOM")
        assert "text.dcm was left out (not a DICOM file)" in refused(
            clivus("read", tmp_path, *marks, "--out", tmp_path / "o")
        )

    def test_every_file_cut_in_half(self, study, tmp_path, marks):
        for file in sorted(study.iterdir())[:3]:
            data = file.read_bytes()
            (tmp_path / file.name).write_bytes(data[: len(data) // 2])
        assert "cut off" in refused(clivus("read", tmp_path, *marks, "--out", tmp_path / "o"))

    def test_one_file_cut_in_half_leaves_the_rest_readable(self, study, tmp_path, marks):
        shutil.copytree(study, tmp_path / "study")
        file = sorted((tmp_path / "study").iterdir())[0]
        data = file.read_bytes()
        file.write_bytes(data[: len(data) // 2])
        done = clivus("scan", tmp_path / "study", "--json")
        assert done.returncode == 0
        assert "cut off" in json.loads(done.stdout)["skipped"][0]["reason"]

    def test_a_series_that_is_no_ct(self, tmp_path, write_slice, marks):
        for number in range(1, 6):
            write_slice(tmp_path / str(number), np.zeros((512, 512)), number, Modality="MR")
        assert "not a CT stack" in refused(clivus("read", tmp_path, *marks, "--out", tmp_path / "o"))

    def test_an_roi_outside_the_image(self, study, marks, tmp_path):
        done = clivus("read", study, "--roi", "500,500,100,80", *marks[2:], "--out", tmp_path / "o")
        assert "reaches outside the slice" in refused(done)
        assert not (tmp_path / "o").exists()

    def test_a_range_of_one_slice(self, study, marks, volume, tmp_path):
        middle = float(volume.geometry.positions_mm[4])
        done = clivus("read", study, *marks[:2], "--range", f"{middle}:{middle}", "--out", tmp_path / "o")
        assert "holds 1 slice, at least 2" in refused(done)

    def test_a_bundle_with_one_byte_changed_and_a_missing_one(self, study, marks, tmp_path):
        shutil.copytree(Bundle.shipped().folder, tmp_path / "bundle")
        model = tmp_path / "bundle/model.onnx"
        data = bytearray(model.read_bytes())
        data[-1] ^= 1
        model.write_bytes(data)
        out = ["--out", tmp_path / "o"]
        changed = clivus("read", study, *marks, "--model", tmp_path / "bundle", *out)
        assert "not the one its manifest describes" in refused(changed, 4)
        missing = clivus("read", study, *marks, "--model", tmp_path / "absent", *out)
        assert "There is no model at" in refused(missing, 4)

    def test_wrong_use(self, study, marks, tmp_path):
        out = ["--out", tmp_path / "o"]
        assert "--roi needs --range" in refused(clivus("read", study, *marks[:2], *out), 2)
        assert clivus("read", study, "--roi", "1,2,3", *marks[2:], *out).returncode == 2
        assert clivus("read", study, "--roi", "1,2,3,x", *marks[2:], *out).returncode == 2
        assert clivus("read", study, *marks[:2], "--range", "9:1", *out).returncode == 2
        assert "no screen" in refused(clivus(study), 2)

    def test_no_such_series(self, study, marks, tmp_path):
        done = clivus("read", study, "--series", "9.9", *marks, "--out", tmp_path / "o")
        assert "There is no series 9.9 here" in refused(done)


def test_positions_below_zero_are_no_options(study, tmp_path):
    """`--range -30:-10` was taken for an option: most scanners count positions through zero."""
    done = clivus("read", study, "--roi", "200,200,100,80", "--range", "-9030:-9010", "--out", tmp_path / "o")
    assert "-9030 to -9010 mm holds 0 slices" in refused(done)


def test_a_defect_of_ours_is_one_sentence_too(monkeypatch, capsys, study):
    """An exception nobody foresaw ended in a traceback."""
    from desktop.commands import scanning

    monkeypatch.setattr(scanning, "scan_text", lambda found: 1 / 0)
    assert main(["scan", str(study)]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "ZeroDivisionError" in said


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes any bytes for a name")
def test_names_that_are_no_text_are_listed(tmp_path):
    (tmp_path / os.fsdecode(b"\xff\xfe.dcm")).write_text("no DICOM")
    assert "dcm was left out (not a DICOM file)" in refused(clivus("scan", tmp_path))


@pytest.mark.parametrize("package", ["numpy", "pydicom", "onnxruntime"])
def test_a_package_that_was_removed_is_a_damaged_installation(package, study, marks, tmp_path):
    """It ended in a traceback, or in "something unexpected"."""
    code = f"import sys\nsys.modules[{package!r}] = None\nfrom desktop.cli import main\nsys.exit(main(sys.argv[1:]))"
    line = [sys.executable, "-c", code, "read", str(study), *marks, "--out", str(tmp_path / "o")]
    said = refused(subprocess.run(line, capture_output=True, text=True, timeout=120, check=False), 4)
    assert package in said
    assert "install Clivus again" in said


@pytest.mark.skipif(sys.platform != "linux", reason="Windows has no such limit")
@pytest.mark.parametrize("mebibytes", [100, 500, 1000])
def test_too_little_memory_is_no_damaged_installation_and_no_defect(mebibytes):
    """A thread, a library or the model was the first to fail, by how little there was, each with another sentence."""
    code = f"import resource, sys\nresource.setrlimit(resource.RLIMIT_AS, ({mebibytes << 20},) * 2)\n"
    code += "from desktop.cli import main\nsys.exit(main(['selftest']))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == (2 if mebibytes < 900 else 0)
    assert "enough memory" in said or "memory: 1000 of 1000 MiB free. A long series may not be opened" in said
    assert not any(wrong in said for wrong in ("install Clivus again", "report it", "made for this version"))


def test_every_command_explains_itself():
    for command in ([], ["demo"], ["scan"], ["read"], ["learn"], ["selftest"], ["window"]):
        done = clivus(*command, "--help")
        assert done.returncode == 0
        assert "Exit status" in done.stdout


def test_the_application_opens_no_socket_and_loads_no_torch(study, marks, tmp_path):
    code = (
        "import sys, socket\n"
        "def refuse(*a, **k): raise SystemExit('a socket was opened')\n"
        "socket.socket.connect = socket.socket.bind = refuse\n"
        "from desktop.cli import main\n"
        f"status = main(['read', {str(study)!r}, *{marks!r}, '--pdf', '--out', {str(tmp_path / 'o')!r}])\n"
        "assert 'torch' not in sys.modules and 'PySide6' not in sys.modules\n"
        "sys.exit(status)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert list((tmp_path / "o").glob("report-*.pdf"))


@pytest.mark.parametrize("arguments", [["scan", ""], ["scan"], ["read", "x"], ["scan", "x", "--nonsense"]])
def test_wrong_use_is_one_sentence(arguments, capsys):
    """An empty path was taken for the current folder; other mistakes printed the usage first."""
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "--help" in said


@pytest.mark.parametrize("numbers", ["1_0,2,3,4", "nan,2,3,4", "1,2,3,0x4", "1,2,3,", "١,2,3,4"])
def test_only_plain_numbers_are_numbers(numbers, capsys):
    """Python reads "1_0" as 10."""
    assert main(["read", "x", "--roi", numbers, "--range", "0:9", "--out", "o"]) == 2
    assert "only numbers are expected" in capsys.readouterr().err


@pytest.mark.parametrize("numbers", [" 1, 2.5 ,+3.,.4e1", "-1,2,3,4"])
def test_numbers_as_people_write_them(numbers, capsys):
    assert main(["read", "/absent", f"--roi={numbers}", "--range", "-1e1:9", "--out", "o"]) == 3
    assert "There is nothing at" in capsys.readouterr().err


@pytest.mark.parametrize("marks", [["--roi", "1,2,3,0", "--range", "0:9"], ["--roi", "1,2,3,4", "--range", "9:1"]])
def test_a_sentence_ends_once(marks, capsys):
    assert main(["read", "x", *marks, "--out", "o"]) == 2
    said = capsys.readouterr().err
    assert ".:" not in said
    assert said.endswith("--help`.\n")


def test_series_settles_only_what_a_reading_leaves_open():
    marks = Roi.everywhere(1, 2, 3, 4), PositionRange(0, 9)
    whole = Reading("1.2", *marks, sop_instance_uid="5", frame=0)
    older = Reading("1.2", *marks)
    assert _series_of(whole, None) is whole
    assert _series_of(whole, "1.2") is whole
    assert _series_of(older, None) is older
    assert _series_of(older, "1.2:2") == "1.2:2"
    for reading, series in ((whole, "1.2:2"), (older, "1.3")):
        with pytest.raises(WrongUse, match=r"than the reading, 1\.2:"):
            _series_of(reading, series)


def test_an_older_reading_of_one_of_two_stacks_is_settled_by_series(write_slice, tmp_path, capsys):
    """The stack's number decided, which changes with the files beside it."""
    for number in range(9):
        kernel = "SOFT" if number < 5 else "STANDARD"
        pixels = np.full((64, 64), 40)
        write_slice(tmp_path / f"{number}", pixels, number + 1, ConvolutionKernel=kernel)
    uid = "1.2.826.0.1.3680043.8.498.3"
    older = tmp_path / "older.json"
    Reading(uid, Roi.everywhere(5, 5, 50, 50), PositionRange(0, 9)).save(older)
    read = ["read", str(tmp_path), "--reading", str(older), "--out", str(tmp_path / "o")]
    assert main(read) == 3
    said = capsys.readouterr().err
    assert "which of 2 stacks" in said
    assert f"{uid}:2 (" in said
    assert main([*read, "--series", uid]) == 0


def test_of_many_series_a_few_are_named(write_slice, tmp_path, capsys):
    for number in range(40):
        pixels = np.zeros((16, 16)) + number
        for place in range(3):
            write_slice(
                tmp_path / f"{number} {place}", pixels, 3 * number + place + 1, SeriesInstanceUID=f"1.9.{number}"
            )
    read = ["read", str(tmp_path), "--roi", "1,2,3,4", "--range", "0:9", "--out", str(tmp_path / "o")]
    assert main(read) == 3
    assert "and 35 more: see `clivus scan`." in capsys.readouterr().err
    assert main([*read, "--series", "9" * 1000]) == 3
    assert len(capsys.readouterr().err) < 500


def test_each_reason_is_given_once(write_slice, tmp_path, capsys):
    for number in range(40):
        write_slice(tmp_path / f"{number}", np.zeros((16, 16)), number + 1, SeriesInstanceUID=f"1.9.{number}",
                    Modality=("MR", "PT", "NM", "US", "OT", "CR", "DX")[number % 7])  # fmt: skip
    assert main(["read", str(tmp_path), "--roi", "1,2,3,4", "--range", "0:9", "--out", str(tmp_path / "o")]) == 3
    said = capsys.readouterr().err
    assert said.count("not a CT stack") == 5
    assert said.count("This is MR,") == 1
    assert said.endswith("See `clivus scan` for the others.\n")
