"""Models are installed whole or not at all, listed, and removed."""

from __future__ import annotations

import errno
import json
import os
import shutil
from pathlib import Path

import pytest

import onnx_models
from desktop.inference.bundle import Bundle
from desktop.inference.manifest import BundleUnsound
from desktop.inference.selftest import WrongAnswer
from desktop.models import shelf as shelf_module
from desktop.models.choice import SHIPPED, choose_default, chosen, default_of, remove_model
from desktop.models.default_network import DefaultUnusable, opened
from desktop.models.shelf import Damaged, Model, ModelRefused, Scope, everyones_folders
from desktop.unwritten import NotWritten


def put(place, folder):
    """A model in a folder, as it is once installed."""
    shutil.copytree(place, folder, copy_function=os.link)
    return folder


def described(folder, **changes):
    """The same files under another description."""
    fields = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").unlink()  # it may be linked
    (folder / "manifest.json").write_text(json.dumps(fields | changes))


def test_from_the_file_to_the_list_and_out_of_it_again(shelf, site, tmp_path):
    file = tmp_path / "site-7.clivus"
    file.write_bytes(Bundle.load(site).packed())
    model, new = shelf.install(file)
    assert new
    assert model.place == shelf.own / "site-7@2.3"
    assert {path.name: path.read_bytes() for path in model.place.iterdir()} == dict(Bundle.load(file).files)
    assert [path.name for path in shelf.own.iterdir()] == ["site-7@2.3"], "nothing else is left there"
    assert [one.name for one in shelf.models()] == ["phantom-resnet50 0.4.0", "site-7 2.3"]
    assert [one.scope for one in shelf.models()] == [Scope.SHIPPED, Scope.OWN]
    assert shelf.install(site) == (model, False), "the same bytes from the folder"
    assert not remove_model(shelf, model)
    assert [one.name for one in shelf.models()] == ["phantom-resnet50 0.4.0"]
    assert not list(shelf.own.iterdir())


def test_another_model_under_the_same_name_is_refused(shelf, site, tmp_path, bundle):
    put(site, shelf.everyones[1] / "site-7")
    other = bundle("another of the name", id="site-7", version="2.3", threshold=0.6)
    with pytest.raises(ModelRefused, match=r"Another model is installed as site-7 2\.3 already"):
        shelf.install(other)
    with pytest.raises(ModelRefused, match=r"installed as phantom-resnet50 0\.4\.0"):
        shelf.install(bundle("another demonstration", threshold=0.6))
    assert not shelf.own.exists()
    assert not shelf.install(site)[1], "it is there for everyone already"


def test_what_is_not_sound_leaves_nothing(shelf, site, tmp_path, monkeypatch):
    bad = put(site, tmp_path / "bad")
    described(bad, self_test=json.loads((bad / "manifest.json").read_text())["self_test"] | {"logit": 0.0})
    with pytest.raises(WrongAnswer):
        shelf.install(bad)
    described(bad, sha256="0" * 64)
    with pytest.raises(BundleUnsound):
        shelf.install(bad)
    assert not shelf.own.exists()


def test_a_full_disk_leaves_nothing(shelf, site, monkeypatch):
    monkeypatch.setattr(shelf_module, "Network", lambda bundle: None)
    written = []

    def fail(path, content):
        if path.name == "model.onnx":
            raise NotWritten(path, OSError(errno.ENOSPC, "full"))
        path.write_bytes(content)
        written.append(path)

    monkeypatch.setattr(shelf_module, "write_file", fail)
    with pytest.raises(NotWritten, match="the disk is full"):
        shelf.install(site)
    assert written
    assert not shelf.own.exists()
    assert len(shelf.models()) == 1


def test_a_damaged_copy_is_mended_by_installing_it_again(shelf, site, monkeypatch):
    monkeypatch.setattr(shelf_module, "Network", lambda bundle: None)
    for name in ("manifest.json", "MODEL_CARD.md"):
        folder = put(site, shelf.own / "site-7@2.3") if not shelf.own.exists() else shelf.own / "site-7@2.3"
        (folder / name).unlink()
        (folder / name).write_text("{")
        assert shelf.install(site)[1]
        Bundle.load(folder)


def test_what_is_damaged_is_listed_with_its_reason(shelf, site):
    folder = put(site, shelf.own / "site-7@2.3")
    (folder / "manifest.json").unlink()
    (shelf.own / ".hidden").mkdir()
    (shelf.own / "note.txt").write_text("")
    (found,) = (one for one in shelf.looked_through() if isinstance(one, Damaged))
    assert found.place == folder
    assert "There is no model in" in str(found.reason)
    shelf.remove(found)
    assert not folder.exists()


def test_found_by_its_name_and_version_or_by_its_name_alone(shelf, site):
    put(site, shelf.own / "a")
    newer = put(site, shelf.own / "b")
    described(newer, version="3.0")
    assert shelf.find("site-7@3.0").place == newer
    with pytest.raises(ModelRefused, match=r"several versions of site-7: name one of site-7@2\.3, site-7@3\.0"):
        shelf.find("site-7")
    shutil.rmtree(newer)
    assert shelf.find("site-7").place == shelf.own / "a"
    for nobody in ("site-8", "site-7@1", "", "@2.3"):
        with pytest.raises(ModelRefused, match="There is no model"):
            shelf.find(nobody)


def test_what_came_with_clivus_cannot_be_removed(shelf):
    with pytest.raises(ModelRefused, match="cannot be removed"):
        shelf.remove(shelf.find(onnx_models.DEFAULT))
    Bundle.shipped()


def test_the_choice_is_kept_and_the_users_own_goes_before_everyones(shelf, site):
    assert default_of(shelf).scope is Scope.SHIPPED
    put(site, shelf.everyones[0] / "site-7@2.3")
    everyones = shelf.find("site-7")
    choose_default(shelf, everyones, Scope.EVERYONE)
    assert default_of(shelf) == everyones
    choose_default(shelf, shelf.find(onnx_models.DEFAULT))
    assert default_of(shelf).scope is Scope.SHIPPED, "chosen, whatever there is for everyone"
    assert opened(None).manifest.id == onnx_models.DEFAULT
    put(site, shelf.own / "site-7@2.3")
    choose_default(shelf, shelf.models()[-1])
    assert default_of(shelf).place == shelf.own / "site-7@2.3", "of two copies the own one"
    with pytest.raises(ModelRefused, match="install it for everyone first"):
        choose_default(shelf, shelf.models()[-1], Scope.EVERYONE)


def test_removing_the_default_falls_back(shelf, site):
    model = Model(put(site, shelf.own / "site-7@2.3"), Scope.OWN, *Bundle.look_at(site))
    choose_default(shelf, model)
    copy = put(site, shelf.everyones[0] / "site-7@2.3")
    assert not remove_model(shelf, model), "the copy for everyone is the same model"
    assert default_of(shelf).place == copy
    assert remove_model(shelf, shelf.find("site-7"))
    assert chosen(shelf) == SHIPPED


@pytest.mark.parametrize("what", ["gone", "exchanged", "damaged", "the choice is damaged", "newer choice"])
def test_a_default_that_cannot_be_used_is_never_replaced_in_silence(shelf, site, what):
    folder = put(site, shelf.own / "site-7@2.3")
    choose_default(shelf, shelf.find("site-7"))
    if what == "gone":
        shutil.rmtree(folder)
        says = r"site-7 2\.3, is not on this computer any more"
    elif what == "exchanged":
        described(folder, threshold=0.9)
        says = r"site-7 2\.3, is not on this computer any more"
    elif what == "damaged":
        (folder / "model.onnx").unlink()
        (folder / "model.onnx").write_bytes(b"x")
        says = r"site-7 2\.3, cannot be opened\. The file .*model\.onnx is not the one"
    else:
        shelf.choice.write_text("{" if "damaged" in what else '{"schema": "clivus-default-model/2"}')
        says = "Which model was chosen here cannot be known"
    with pytest.raises(DefaultUnusable, match=says) as refusal:
        opened(None)
    assert refusal.value.exit_status == 3
    assert "--model" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_name_is_an_installed_model_where_no_file_is_called_so(shelf, site, tmp_path, monkeypatch):
    folder = put(site, shelf.own / "site-7@2.3")
    monkeypatch.chdir(tmp_path)
    assert shelf.place_of(tmp_path / "none") == tmp_path / "none"
    assert shelf.place_of(tmp_path / ".." / "site-7") != folder
    assert shelf.place_of(Path("site-7")) == folder
    (tmp_path / "site-7").mkdir()
    assert shelf.place_of(Path("site-7")) == Path("site-7")


def test_models_for_everyone_lie_outside_the_application(monkeypatch):
    for system in ("linux", "win32", "darwin"):
        monkeypatch.setattr("sys.platform", system)
        assert all(folder.parts[-2:] == ("Clivus", "models") for folder in everyones_folders())
