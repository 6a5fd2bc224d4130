"""The self-test sees a file that was changed, cut off or lost after it was installed."""

from __future__ import annotations

import hashlib
import sys
from base64 import urlsafe_b64encode
from importlib.metadata import PathDistribution
from pathlib import Path

import pytest

from desktop.commands import installed
from desktop.commands.installed import SUMS_FILE, check_installed_files


@pytest.fixture
def frozen(tmp_path, monkeypatch) -> Path:
    """A folder as `packaging/build.py` leaves it, and this program in it."""
    (tmp_path / "_internal").mkdir()
    for name in ("clivus", "_internal/libqxcb.so"):
        (tmp_path / name).write_bytes(name.encode() * 1000)
    files = [f"{hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()}  {name}\n" for name in FILES]
    (tmp_path / SUMS_FILE).write_text("".join(files), encoding="utf-8")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path / "_internal"), raising=False)
    return tmp_path


FILES = ("clivus", "_internal/libqxcb.so")


def test_a_whole_copy_passes(frozen):
    check = check_installed_files()
    assert (check.status, str(check.measured)) == ("pass", "2 of 2 files unchanged")


@pytest.mark.parametrize("harm", [Path.unlink, lambda file: file.write_bytes(b""), lambda file: file.write_bytes(b"x")])
def test_half_a_copy_fails_and_the_file_is_named(frozen, harm):
    harm(frozen / "_internal/libqxcb.so")
    check = check_installed_files()
    assert (check.status, str(check.measured)) == ("fail", "1 of 2 files unchanged")
    assert "libqxcb.so; install Clivus again" in str(check.message)


@pytest.mark.parametrize("text", [None, "", "nonsense\n"])
def test_a_frozen_application_without_its_sums_fails(frozen, text):
    (frozen / SUMS_FILE).unlink() if text is None else (frozen / SUMS_FILE).write_text(text)
    assert check_installed_files().status == "fail"


def wheel(site: Path, name: str, *, installer: str = "pip", editable: bool = False, requires: str = "") -> None:
    """An installed package of one module, as pip leaves it."""
    info = site / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    code, stale = f"x = '{name}'\n".encode(), b"compiled"
    (site / f"{name}.py").write_bytes(code)
    needed = f"Requires-Dist: {requires}\nRequires-Dist: absent; extra == 'test'\n" if requires else ""
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{needed}")
    (info / "INSTALLER").write_text(installer + "\n")
    (info / "direct_url.json").write_text(
        f'{{"url": "file:///x", "dir_info": {{"editable": {str(editable).lower()}}}}}'
    )
    (info / "RECORD").write_text(
        f"{name}.py,sha256={encoded(code)},{len(code)}\n{name}.pyc,sha256={encoded(stale)},8\n{info.name}/RECORD,,\n"
    )


def encoded(data: bytes) -> str:
    return urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")


@pytest.fixture
def site(tmp_path, monkeypatch) -> Path:
    """A site-packages of its own."""

    def find(name: str) -> PathDistribution:
        found = tmp_path / f"{name}-1.0.dist-info"
        if not found.exists():
            raise installed.PackageNotFoundError(name)
        return PathDistribution(found)

    monkeypatch.setattr(installed, "distribution", find)
    return tmp_path


class TestInstalledByPip:
    """Clivus and what it needs, by their RECORDs; Python's compiled files come and go."""

    def test_a_changed_library_is_seen(self, site):
        wheel(site, "clivus", requires="some-qt>=6 ; sys_platform != 'darwin'")
        wheel(site, "some-qt")
        assert str(check_installed_files().measured) == "2 of 2 files unchanged"
        (site / "some-qt.py").write_text("half")
        check = check_installed_files()
        assert check.status == "fail"
        assert "An installed file is missing or changed:" in str(check.message)
        assert "some-qt.py" in str(check.message)

    @pytest.mark.parametrize("how", [{"editable": True}, {"installer": "conda"}])
    def test_what_has_no_sums_to_hold_it_to_is_named(self, site, how):
        wheel(site, "clivus", requires="other", **how)
        wheel(site, "other")
        (site / "clivus.py").write_text("edited")
        check = check_installed_files()
        assert (check.status, str(check.measured)) == ("pass", "1 of 1 files unchanged")
        assert "Installed without sums: clivus" in str(check.message)

    def test_a_source_tree_says_so(self, site):
        check = check_installed_files()
        assert (check.status, str(check.measured)) == ("pass", "no sums")
        assert "source tree" in str(check.message)
