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
from tests.publisher import signed
from training.signing.keys import PrivateKey

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
        ("phantom-resnet50@0.4.0", False, "shipped"),
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
    assert "It was the default, which is phantom-resnet50 0.4.0 from now on. Demonstration" in said(capsys)
    assert main(["bundle", "list"]) == 0
    assert capsys.readouterr().out == "phantom-resnet50@0.4.0\tcame with Clivus\tdemonstration\tdefault\n"


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


def test_publishers_are_named_and_a_model_tells_by_whom_it_is_signed(quick, tmp_path, shelf, capsys):
    key = PrivateKey.new()
    key.write(tmp_path / "keys", "")
    mine, theirs = (shutil.copytree(quick, tmp_path / name) for name in ("mine", "theirs"))
    fields = json.loads((theirs / "manifest.json").read_text())
    (theirs / "manifest.json").write_text(json.dumps(fields | {"id": "theirs"}))
    signed(mine, key)
    assert main(["bundle", "publishers"]) == 0
    assert "No publisher is named here" in said(capsys)
    assert main(["bundle", "trust", str(tmp_path / "keys" / "public-key.json"), "--name", "Maker"]) == 0
    assert " ".join(key.public[at : at + 8] for at in range(0, 64, 8)) in said(capsys)
    assert main(["bundle", "publishers", "--json"]) == 0
    assert json.loads(said(capsys)) == {
        "publishers": [{"name": "Maker", "public_key": key.public}],
        "for_everyone": False,
        "signed_only": False,
    }
    assert main(["bundle", "install", str(mine)]) == 0
    assert capsys.readouterr().err == ""
    assert main(["bundle", "install", str(theirs)]) == 0
    assert capsys.readouterr().err == (
        f"clivus: {theirs}: It is not signed: no publisher that is named here vouches for it.\n"
    )
    assert main(["bundle", "list"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert listed[1:] == [
        "quick@0.4.0\town, signed by Maker\tdemonstration",
        "theirs@0.4.0\town, not signed\tdemonstration",
    ]
    assert main(["bundle", "verify", str(mine), "--json"]) == 0
    verified = json.loads(capsys.readouterr().out)
    assert verified["signature"] == {"public_key": key.public, "publisher": "Maker"}
    assert (verified["origin"], verified["allowed"]) == ("publisher", True)
    assert main(["bundle", "distrust", "Maker"]) == 0
    capsys.readouterr()
    assert main(["bundle", "verify", str(mine)]) == 0
    assert said(capsys).endswith(f"It is signed with a key that nobody here has named ({key.public[:16]}…).\n")
    (mine / "MODEL_CARD.md").write_text("another")
    assert main(["bundle", "verify", str(mine)]) == 3


def test_an_administrator_allows_signed_models_only(quick, tmp_path, shelf, capsys):
    assert main(["bundle", "signed-only", "on"]) == 0
    assert main(["bundle", "trust", "0" * 64, "--name", "Mine"]) == 3
    assert "the administrator names publishers" in capsys.readouterr().err
    assert main(["bundle", "verify", str(quick)]) == 0
    assert "It is not used on this computer" in said(capsys)
    assert main(["bundle", "install", str(quick), "--made-here"]) == 2
    for command in (["bundle", "install", str(quick)], ["learn", "none.clivus", "--out", "x", "--model", str(quick)]):
        capsys.readouterr()
        assert main(command) == 3, "what is learned from it would count as made here"
        error = capsys.readouterr().err
        assert "on this computer only models of publishers are used" in error
        assert error.count("\n") == 1
    assert main(["bundle", "install", str(quick), "--for-everyone", "--made-here"]) == 0
    capsys.readouterr()
    assert main(["bundle", "list"]) == 0
    assert "for everyone on this computer, made here, not signed" in said(capsys)
    assert main(["bundle", "publishers"]) == 0
    assert "Only their models are used on this computer" in said(capsys)
    assert main(["bundle", "signed-only", "off"]) == 0
    assert main(["bundle", "install", str(quick)]) == 0


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
        "another model, phantom-resnet50 0.4.0.\n"
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
