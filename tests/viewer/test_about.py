"""The About page."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPlainTextEdit

from desktop.libraries import LICENCES
from desktop.version import VERSION
from desktop.viewer.panels.about import AboutDialog, libraries

ROOT = Path(__file__).parents[2]


def test_versions_model_device_and_what_it_is_not_for(window, hand, network):
    hand.key(window, Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier)
    dialog = window.findChild(AboutDialog)
    assert dialog.isVisible()
    text = "\n".join(label.text() for label in dialog.findChildren(QLabel))
    manifest = network.manifest
    for told in (VERSION, f"{manifest.id} {manifest.version}", "CPU", "Not for clinical use", "10.1007"):
        assert told in text
    assert "pydicom" in dialog.findChild(QPlainTextEdit).toPlainText()
    dialog.close()


def test_without_a_model_it_says_so(window_without_model, qtbot):
    window = window_without_model
    window.actions_by_name["show_about"].trigger()
    dialog = window.findChild(AboutDialog)
    assert "none is in use" in "\n".join(label.text() for label in dialog.findChildren(QLabel))
    dialog.close()


def test_every_library_that_is_asked_for_has_its_licence():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {re.split(r"[^\w-]", requirement)[0] for requirement in project["dependencies"]}
    assert asked == set(LICENCES)
    assert len(libraries()) == len(asked) - 1, "one of the two runtimes is installed"
