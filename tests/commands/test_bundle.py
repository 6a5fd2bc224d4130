"""`clivus bundle`, from a packed model to results that say whose they are."""

from __future__ import annotations

import json
import os
import shutil

import pytest

import onnx_models
from desktop.cli import main
from desktop.commands import bundle as bundle_command
from desktop.messages import choose
from desktop.reading.roi import PositionRange, Roi
from desktop.reading.saved import Reading

pytestmark = pytest.mark.usefixtures("shelf")


def few_slices(phantom):
    """Four slices in the middle of the range: enough for a verdict, and soon judged."""
    middle = sum(phantom.truth.range_mm) / 2
    return PositionRange(middle - 3.0, middle + 3.0)


def said(capsys):
    printed = capsys.readouterr()
    return printed.out + printed.err


def test_pack_verify_install_choose_read_and_remove(site, study, phantom, tmp_path, shelf, capsys):
    file = tmp_path / "site-7.clivus"
    assert main(["bundle", "pack", str(site), str(tmp_path / "site-7")]) == 0, "the suffix is added"
    assert main(["bundle", "pack", str(site), str(file)]) == 2, "never written over"
    capsys.readouterr()
    assert main(["bundle", "verify", str(file), "--json"]) == 0
    verified = json.loads(capsys.readouterr().out)
    assert (verified["id"], verified["version"], verified["signature"]) == ("site-7", "2.3", None)
    assert verified["known_answer"]["logit_difference"] < 1e-3
    assert main(["bundle", "install", str(file)]) == 0
    assert "clivus bundle default site-7@2.3" in said(capsys)
    assert main(["bundle", "default", "site-7"]) == 0
    assert main(["bundle", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out.split("\n", 1)[1])
    assert [(one["model"], one["default"], one["whose"]) for one in listed["models"]] == [
        ("phantom-resnet50@0.3.0", False, "shipped"),
        ("site-7@2.3", True, "own"),
    ]
    roi, few = ",".join(map(str, phantom.truth.roi_px)), few_slices(phantom)
    words = ["--roi", roi, "--range", f"{few.low_mm}:{few.high_mm}", "--out"]
    assert main(["read", str(study), *words, str(tmp_path / "a")]) == 0
    assert json.loads(capsys.readouterr().out)["model"]["id"] == "site-7"
    (shelf.own / "site-7@2.3" / "model.onnx").write_bytes(b"x")
    assert main(["read", str(study), *words, str(tmp_path / "b")]) == 3
    told = capsys.readouterr().err
    assert told.startswith("clivus: The model chosen at this site, site-7 2.3, cannot be opened.")
    assert told.count("\n") == 1
    assert not (tmp_path / "b").exists()
    assert main(["bundle", "remove", "site-7@2.3"]) == 0
    assert "It was the default, which is phantom-resnet50 0.3.0 from now on. Demonstration" in said(capsys)
    assert main(["bundle", "list"]) == 0
    assert capsys.readouterr().out == "phantom-resnet50@0.3.0\tcame with Clivus\tdemonstration\tdefault\n"


def test_what_is_refused_is_refused_in_one_sentence_with_its_state(site, tmp_path, shelf, capsys):
    bad = tmp_path / "bad"
    shutil.copytree(site, bad, copy_function=os.link)
    (bad / "more.bin").write_bytes(b"x")
    for command, status in (
        (["verify", str(bad)], 3),
        (["install", str(bad)], 3),
        (["pack", str(bad), str(tmp_path / "x.clivus")], 3),
        (["verify", str(tmp_path / "none.clivus")], 3),
        (["default", "site-7"], 3),
        (["remove", onnx_models.DEFAULT], 3),
        (["compare", str(tmp_path / "none.clivus"), onnx_models.DEFAULT], 3),
    ):
        assert main(["bundle", *command]) == status, command
        assert capsys.readouterr().err.count("\n") == 1
    assert not list(tmp_path.glob("*.clivus"))
    assert not shelf.own.exists()


def test_a_stored_result_of_another_model_is_told_apart(study, volume, phantom, tmp_path, capsys):
    model = {"id": "site-6", "version": "1.0", "sha256": "0" * 64}
    result = {"schema": "clivus-result/1", "verdict": "positive", "model": model}
    reading = Reading(volume.series.name, Roi.everywhere(*phantom.truth.roi_px), few_slices(phantom), result=result)
    reading.save(tmp_path / "reading.json")
    words = ["--reading", str(tmp_path / "reading.json"), "--out", str(tmp_path / "out")]
    assert main(["read", str(study), *words]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["model"]["id"] == "phantom-resnet50"
    assert printed.err == (
        'clivus: The saved result was "Positive: skull-base invasion", by the model site-6 1.0. Shown is the answer of '
        "another model, phantom-resnet50 0.3.0.\n"
    )


HELPED = [[], *([action] for action in bundle_command._ACTIONS)]


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("command", HELPED)
def test_every_command_has_a_help(command, language, capsys, monkeypatch):
    monkeypatch.setenv("CLIVUS_LANGUAGE", language)
    with pytest.raises(SystemExit) as ended:
        main(["bundle", *command, "--help"])
    choose({"CLIVUS_LANGUAGE": "en"})
    assert ended.value.code == 0
    assert "clivus bundle" in capsys.readouterr().out
