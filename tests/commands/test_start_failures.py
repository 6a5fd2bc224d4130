"""What stops the window of the frozen application is handed to its starter, to be shown to who has double-clicked."""

from __future__ import annotations

import sys

import pytest

from desktop import cli

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the starter is of Linux")


@pytest.mark.parametrize("frozen", [True, False])
def test_the_starter_shows_the_sentence_that_stderr_has(tmp_path, monkeypatch, capsys, frozen):
    shown = tmp_path / "shown"
    starter = tmp_path / "clivus"
    starter.write_text(f"#!/bin/sh\nprintf '%s\\n' \"$@\" >'{shown}'\n")
    starter.chmod(0o755)
    if frozen:
        monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "_internal/clivus"))
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert cli.main([]) == 2
    said = capsys.readouterr().err.removeprefix("clivus: ")
    assert "There is no screen" in said
    assert shown.exists() is frozen
    if frozen:
        assert shown.read_text(encoding="utf-8") == f"--show-start-failure\n{said}"
