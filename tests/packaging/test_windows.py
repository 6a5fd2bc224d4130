"""The installer for Windows compiles, without a warning, wherever makensis is."""

from __future__ import annotations

import importlib
import re
import shutil
import sys

import pytest


@pytest.mark.skipif(sys.platform == "win32" or shutil.which("makensis") is None, reason="makensis and sh are needed")
def test_it_compiles_without_warnings_and_its_uninstaller_is_signed(scripts, release, tmp_path, monkeypatch):
    work, signer, signed = tmp_path / "work", tmp_path / "sign", tmp_path / "signed"
    work.mkdir()
    signer.write_text(f'#!/bin/sh\nhead -c 2 "$1" >>{signed}\n')
    signer.chmod(0o755)
    monkeypatch.setenv("CLIVUS_SIGN", str(signer))
    place = importlib.import_module("windows.installer").make_installer(release, tmp_path, work)
    assert place.name == "clivus-0.2.0-windows-setup.exe"
    assert place.read_bytes().startswith(b"MZ")
    assert signed.read_bytes() == b"MZ"


def test_every_text_is_in_every_language(root):
    words = (root / "packaging/windows/words.nsh").read_text(encoding="utf-8")
    script = (root / "packaging/windows/clivus.nsi").read_text(encoding="utf-8")
    texts = dict(re.findall(r"^\$\{Words\} (\w+) \\\n((?:    \".*\"(?: \\)?\n?){3})", words, re.MULTILINE))
    assert set(texts) == set(re.findall(r"\$\((\w+)\)", script))
    for text in texts.values():
        english, *others = (set(re.findall(r"\$[\w{}]+", line)) for line in text.splitlines())
        assert all(fields == english for fields in others)


def test_its_exit_statuses_are_those_of_the_guide(root):
    script = (root / "packaging/windows/clivus.nsi").read_text(encoding="utf-8")
    own = set(re.findall(r"^!define [A-Z_]+ (\d)$", script, re.MULTILINE))
    guide = (root / "docs/installing.md").read_text(encoding="utf-8")
    assert own == {"3", "4", "5", "6", "7", "8"}
    assert all(f"\n| {number} | " in guide for number in own)
