"""The bootloader must not be the one that everything frozen with PyInstaller begins with."""

from __future__ import annotations

import importlib
import shutil
import sys
from importlib.metadata import PathDistribution
from types import SimpleNamespace

import pytest


@pytest.fixture
def bootloader(scripts):
    pytest.importorskip("elftools")
    return importlib.import_module("bootloader")


@pytest.fixture
def pyinstaller(bootloader, monkeypatch, tmp_path):
    """Installs a PyInstaller whose wheel has this tag; its bootloader is a small program."""

    def install(tag: str) -> None:
        info = tmp_path / "pyinstaller-6.dist-info"
        info.mkdir()
        (info / "WHEEL").write_text(f"Wheel-Version: 1.0\nTag: {tag}\n")
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: pyinstaller\nVersion: 6\n")
        place = tmp_path / "PyInstaller/bootloader/Here"
        place.mkdir(parents=True)
        shutil.copy("/usr/bin/true", place / "run")
        monkeypatch.setattr(bootloader, "_pyinstaller", lambda: PathDistribution(info))
        monkeypatch.setitem(sys.modules, "PyInstaller", SimpleNamespace(PLATFORM="Here"))

    return install


@pytest.mark.parametrize(
    "tag", ["py3-none-manylinux2014_x86_64", "py3-none-win_amd64", "py3-none-macosx_10_13_universal2"]
)
def test_one_that_a_wheel_brought_stops_the_build(bootloader, pyinstaller, tag):
    pyinstaller(tag)
    with pytest.raises(SystemExit, match="PYINSTALLER_COMPILE_BOOTLOADER=1"):
        bootloader.require_own_bootloader()


@pytest.mark.skipif(sys.platform != "linux", reason="ELF files are of Linux")
def test_one_that_was_compiled_is_taken_and_the_bill_names_it(bootloader, pyinstaller):
    pyinstaller("py3-none-any")
    bootloader.require_own_bootloader()
    component = bootloader.bootloader_component()
    assert component["version"] == "6"
    assert len(component["hashes"][0]["content"]) == 64
