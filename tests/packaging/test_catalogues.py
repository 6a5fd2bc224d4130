"""A language from its first catalogue to a translation that is shown, by the command that translators use."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from gettext import GNUTranslations
from pathlib import Path

import pytest

from desktop.messages import counted, message

SOURCE = """\
from desktop.messages import counted, message

message("Cancelled.")
counted("{number} slice", "{number} slices", 1)
"""


@pytest.fixture
def run(root: Path, tmp_path: Path) -> Callable[..., str]:
    """A function that runs the command on a small tree; what it complains about."""
    (tmp_path / "desktop").mkdir()
    (tmp_path / "desktop" / "texts.py").write_text(SOURCE)

    def command(*options: str) -> str:
        asked = [sys.executable, root / "packaging" / "catalogues.py", "--root", tmp_path, *options]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        assert done.returncode == (1 if done.stderr else 0), done.stderr
        return done.stderr

    return command


def test_a_new_language_is_begun_translated_and_shown(run, tmp_path):
    assert not run()
    assert not run("--new", "de")
    assert not run("--check"), "nothing is translated yet, and that is not a fault"
    folder = tmp_path / "desktop" / "messages" / "catalogues"
    text = (folder / "de.po").read_text(encoding="utf-8")
    text = text.replace('msgid "Cancelled."\nmsgstr ""', 'msgid "Cancelled."\nmsgstr "Abgebrochen."')
    text = text.replace('msgstr[0] ""\nmsgstr[1] ""', 'msgstr[0] "{number} Schicht"\nmsgstr[1] "{numer} Schichten"')
    (folder / "de.po").write_text(text, encoding="utf-8")
    assert "has a field numer that" in run("--check")
    (folder / "de.po").write_text(text.replace("{numer}", "{number}"), encoding="utf-8")
    assert "de.mo is not compiled" in run("--check")
    assert not run()
    assert not run("--check")
    with (folder / "de.mo").open("rb") as stream:
        german = GNUTranslations(stream)
    assert message("Cancelled.").rendered(german) == "Abgebrochen."
    assert counted("{number} slice", "{number} slices", 3).rendered(german) == "3 Schichten"
