"""Each thing that the self-test looks at, broken on purpose, gives its own sentence."""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from collections import namedtuple
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import psutil
import pytest
from pypdfium2 import PdfDocument

from desktop.cli import main
from desktop.commands import computer, default_model, phantom_reading, selftest, texts
from desktop.commands.decoders import as_one, check_decoders
from desktop.commands.diagnostics import SETTINGS
from desktop.commands.phantom_reading import check_phantom
from desktop.commands.screen import Trial
from desktop.commands.selftest import SelfTest, save_page
from desktop.imaging.eligibility import Check
from desktop.inference.bundle import Bundle
from desktop.inference.device import Device
from desktop.inference.network import Network
from desktop.messages import language, message, verbatim
from desktop.models.shelf import Shelf
from desktop.settings_file import local_data_folder, settings_file
from desktop.viewer.desk.settings import Settings
from tests.full_disk import largest_file

MIB = 2**20
Memory = namedtuple("Memory", "total available")


@pytest.fixture(scope="module")
def network() -> Network:
    return Network(Bundle.shipped(), Device.CPU)


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    for variable, name in (("XDG_DATA_HOME", "data"), ("XDG_CONFIG_HOME", "config"), ("LOCALAPPDATA", "local")):
        monkeypatch.setenv(variable, str(tmp_path / name))


def told(check: Check) -> tuple[str, str]:
    return check.status, str(check.message)


class TestDisk:
    def test_sound(self):
        assert computer.check_disk().status == "pass"

    def test_a_file_in_the_folders_place(self, tmp_path):
        (tmp_path / "data").write_text("")
        status, sentence = told(computer.check_disk())
        assert (status, "(Not a directory): let this user write there" in sentence) == ("warn", True)

    @pytest.mark.skipif(sys.platform == "win32", reason="no such limit")
    def test_a_full_one(self):
        settings_file().parent.mkdir(parents=True)
        with largest_file(0):
            status, sentence = told(computer.check_disk())
        assert (status, sentence.startswith("Settings, drafts, trail and models are not kept")) == ("warn", True)

    def test_little_room(self, monkeypatch):
        monkeypatch.setattr(computer, "LITTLE_DISK_BYTES", 2**60)
        status, sentence = told(computer.check_disk())
        assert (status, "may soon not fit" in sentence) == ("warn", True)


@pytest.mark.parametrize(
    ("total", "free", "expected"),
    [
        (8000, 6000, ("pass", "There is memory")),
        (8000, 1000, ("warn", "close other programs")),
        (800, 700, ("fail", "No head study can be read")),
    ],
)
def test_memory(monkeypatch, total, free, expected):
    monkeypatch.setattr(psutil, "virtual_memory", lambda: Memory(total * MIB, free * MIB))
    status, sentence = told(computer.check_memory())
    assert (status, expected[1] in sentence) == (expected[0], True)


def test_a_system_without_openssl(monkeypatch):
    assert told(computer.check_openssl()) == ("pass", "Cases can be added to a project.")
    monkeypatch.delattr(hashlib, "scrypt")
    status, sentence = told(computer.check_openssl())
    assert (status, "install OpenSSL 3 (package libssl3" in sentence) == ("warn", True)


def test_memory_that_lacks_for_the_model_and_for_a_reading(monkeypatch, network):
    def lacking(*_: object):
        raise MemoryError

    monkeypatch.setattr(selftest, "Network", lacking)
    (bundle,), model = selftest._network()
    assert (bundle.status, model) == ("fail", None)
    monkeypatch.setattr(phantom_reading, "_read", lacking)
    for check in (bundle, check_phantom(network)):
        assert "There is not enough memory" in str(check.message)


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit")
def test_memory_that_the_system_does_not_allow(monkeypatch):
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: Memory(8000 * MIB, 6000 * MIB))
    resource.setrlimit(resource.RLIMIT_DATA, (1000 * MIB, hard))
    try:
        assert computer.check_memory().status == "warn"
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


@pytest.mark.parametrize(
    ("screen", "status", "says"),
    [
        ((1366, 768, 1.0), "pass", "The whole window fits"),
        ((1280, 720, 1.5), "warn", "smaller scale factor"),
        ((1024, 768, 1.0), "warn", "higher resolution"),
        (None, "pass", "There is no screen here"),
    ],
)
def test_screen(screen, status, says):
    found = told(computer.check_screen(Trial(("xcb",), "", {}, {}, "xcb" if screen else None, (), "", 0, screen)))
    assert (found[0], says in found[1]) == (status, True)


@pytest.mark.parametrize("content", [None, b"not a catalogue"])
def test_a_catalogue_that_is_gone_or_damaged(monkeypatch, tmp_path, content):
    assert texts.check_languages().status == "pass"
    if content is not None:
        (tmp_path / "ja.mo").write_bytes(content)
    monkeypatch.setattr(sys.modules["desktop.messages.language"], "CATALOGUES", tmp_path)
    assert told(texts.check_languages()) == (
        "fail",
        "The texts in ja, zh_CN are missing or damaged: install Clivus again.",
    )


class TestPhantom:
    def test_read_rightly(self, network):
        assert phantom_reading.check_phantom(network).status == "pass"

    def test_wrong_hu(self, network, monkeypatch):
        monkeypatch.setattr(
            "desktop.imaging.volume.hounsfield", lambda stored, form: np.full(stored.shape, 40, "int16")
        )
        status, sentence = told(phantom_reading.check_phantom(network))
        assert (status, sentence.startswith("HU are read wrongly")) == ("fail", True)

    def test_not_readable(self, network, monkeypatch):
        monkeypatch.setattr(psutil, "virtual_memory", lambda: Memory(8000 * MIB, 10 * MIB))
        status, sentence = told(phantom_reading.check_phantom(network))
        assert (status, "cannot be read: The series needs" in sentence) == ("fail", True)


def test_a_demonstration_is_said(network):
    check, judging = default_model.check_default_model(network)
    assert (told(check)[0], "for demonstration only" in str(check.message)) == ("warn", True)
    assert judging is network


def test_a_chosen_model_that_is_gone(network, tmp_path, monkeypatch):
    choice = tmp_path / "model.json"
    shelf = Shelf(tmp_path / "own", (), choice)
    monkeypatch.setattr(Shelf, "here", lambda: shelf)
    gone = {"id": "site-7", "version": "2.3", "manifest_sha256": "0" * 64}
    choice.write_text(json.dumps({"schema": "clivus-default-model/1", "model": gone}))
    check, judging = default_model.check_default_model(network)
    assert (check.status, judging) == ("fail", None)
    assert "site-7 2.3, is not on this computer any more" in str(check.message)


@pytest.mark.parametrize("failing", [False, True])
def test_the_page_to_sign(tmp_path, failing):
    decoders = check_decoders()
    bad = Check("memory", "fail", message("little"), message("much"), verbatim("Add memory. " * 20))
    found = SelfTest((*decoders, *[bad] * failing), datetime.now(UTC), Bundle.shipped().manifest)
    save_page(found, "St. Elsewhere", tmp_path / "page.pdf")
    with closing(PdfDocument(tmp_path / "page.pdf")) as document:
        assert len(document) == 1
        text = document[0].get_textpage().get_text_range()
    assert "St. Elsewhere" in text
    assert ("No; 1 of 2 checks failed" if failing else "Yes; all 1 checks passed") in text
    assert Bundle.shipped().manifest.sha256 in text
    assert len(as_one(decoders)) == 1


SECRET = "GEHEIM"


def test_diagnostics_name_nobody(tmp_path, monkeypatch, trail_place):
    """Names are planted wherever a reader could have put them."""
    check = Check("disk", "warn", verbatim(f"/data/{SECRET} ^ZOE/x"), message("much"), message("Make room."))
    found = SelfTest((check,), datetime.now(UTC), Bundle.shipped().manifest)
    monkeypatch.setattr("desktop.commands.selftest.self_test", lambda: found)
    settings_file().parent.mkdir(parents=True)
    planted = {"schema": SECRET, "layout": "even", "language": SECRET, SECRET: True, "sizes": {SECRET: [1]}}
    settings_file().write_text(json.dumps({**planted, "recent": [f"/data/{SECRET}"], "heat_opacity": 0.5}))
    (local_data_folder() / "readings" / SECRET).mkdir(parents=True)
    (local_data_folder() / "models" / SECRET).mkdir(parents=True)
    (local_data_folder() / "models" / SECRET / "manifest.json").write_text(SECRET)
    (local_data_folder() / "clivus-error.log").write_text(f"OSError at /home/{SECRET}/x.py, line 3\n")
    out = tmp_path / "sent.zip"
    assert main(["diagnostics", "--out", str(out)]) == 0
    with zipfile.ZipFile(out) as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist()}
    assert not [name for name, text in parts.items() if SECRET in text or str(Path.home() / "x") in text]
    assert json.loads(parts["settings.json"]) == {"layout": "even", "heat_opacity": 0.5}
    assert json.loads(parts["models.json"])["models"][0]["sha256"] == Bundle.shipped().manifest.sha256
    assert json.loads(parts["trail.json"])["entries"] == 0
    assert "line 3" in parts["clivus-error.log"]
    assert json.loads(parts["about.json"])["language"] == language()
    assert main(["diagnostics", "--out", str(out)]) == 2


def test_every_setting_is_sent_that_holds_no_name():
    settings = set(Settings.__dataclass_fields__)
    assert settings | {"schema"} == set(SETTINGS)
