"""Diagnostics from the window's menu: the file is the command's, and what fails is said."""

from __future__ import annotations

import json
import zipfile

import pytest
from PySide6.QtCore import Qt

from desktop.headless import diagnostics_apart
from desktop.viewer.panels.choosing import DIAGNOSTICS

MODIFIERS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def asked(window, hand, qtbot, monkeypatch):
    """A function that asks for diagnostics in a folder, waits, and returns what the window said."""

    def ask(folder):
        monkeypatch.setattr(window.dialogs, "folder_to_write", lambda title: folder)
        hand.key(window, Qt.Key.Key_F1, MODIFIERS)
        assert "being collected" in window.message.label.text()
        qtbot.waitUntil(lambda: not window.jobs.busy(DIAGNOSTICS), timeout=120000)
        return window.message.label.text()

    return ask


def test_the_file_is_written_and_said_to_hold_no_patient(asked, tmp_path):
    said = asked(tmp_path)
    (file,) = tmp_path.glob("clivus-diagnostics-*.zip")
    assert said == f"{file} was written; it holds nothing of a patient, and you can look into it."
    with zipfile.ZipFile(file) as archive:
        assert json.loads(archive.read("about.json"))["schema"] == "clivus-diagnostics/1"
        assert json.loads(archive.read("selftest.json"))["checks"]


def test_what_cannot_be_written_is_said_in_one_sentence(asked, tmp_path):
    (tmp_path / "file").touch()
    assert "clivus-diagnostics-" in (said := asked(tmp_path / "file"))
    assert "cannot be written" in said


def test_a_process_that_dies_is_said(asked, tmp_path, monkeypatch):
    monkeypatch.setattr(diagnostics_apart, "DIAGNOSTICS", "desktop.version")  # has no main
    assert "Diagnostics were not collected: its process ended" in asked(tmp_path)
    assert not list(tmp_path.iterdir())
