"""The installers for Linux, made of a small application by the real tools and read again by them."""

from __future__ import annotations

import gzip
import importlib
import shutil
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="made on Linux")


def needs(tool: str) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")


def said(*command: object) -> str:
    return subprocess.run([*map(str, command)], capture_output=True, text=True, check=True).stdout


@pytest.fixture
def make(scripts, release, tmp_path):
    """Makes an installer, by the name of its module, in a folder of its own."""
    pytest.importorskip("elftools")
    pytest.importorskip("argparse_manpage")

    def make(kind: str, number: int = 0):
        out, work = tmp_path / f"out{number}", tmp_path / f"work{number}"
        out.mkdir(exist_ok=True)
        work.mkdir()
        return getattr(importlib.import_module(f"linux.{kind}"), f"make_{kind}")(release, out, work)

    return make


@pytest.fixture
def deb(make):
    needs("dpkg-deb")
    return make("deb")


def test_the_deb_declares_what_the_application_is_linked_to(deb):
    assert deb.name == "clivus_0.2.0_amd64.deb" or "arm64" in deb.name
    assert said("dpkg-deb", "--field", deb, "Depends").strip() == "libc6 (>= 2.34)"
    assert "not for clinical use" in said("dpkg-deb", "--field", deb, "Description").replace("\n ", " ")


def test_the_deb_brings_what_menus_file_managers_and_man_look_for(deb, tmp_path):
    root = tmp_path / "installed"
    said("dpkg-deb", "--extract", deb, root)
    assert (root / "usr/bin/clivus").resolve().name == "clivus"
    assert (root / "usr/lib/clivus/SHA256SUMS").is_file()
    assert (root / "usr/share/icons/hicolor/48x48/apps/clivus.png").read_bytes().startswith(b"\x89PNG")
    manual = gzip.decompress((root / "usr/share/man/man1/clivus.1.gz").read_bytes()).decode()
    assert ".TH CLIVUS" in manual
    assert "selftest" in manual
    for name in ("copyright", "changelog.gz", "CHANGELOG.md.gz", "clivus.cdx.json", "licences/NOTICE.txt"):
        assert (root / "usr/share/doc/clivus" / name).is_file()
    if shutil.which("desktop-file-validate"):
        said("desktop-file-validate", root / "usr/share/applications/clivus.desktop")
    if shutil.which("appstreamcli"):
        command = ["appstreamcli", "validate", "--no-net", root / "usr/share/metainfo/clivus.metainfo.xml"]
        remarks = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        found = [line for line in remarks.splitlines() if line[:2] in ("E:", "W:")]
        assert all("cid-desktopapp-is-not-rdns" in line for line in found), "we have no domain to be named after"


def test_the_same_application_makes_the_same_deb(deb, make):
    assert deb.read_bytes() == make("deb", 1).read_bytes()


def test_the_scripts_of_the_deb_are_whole(deb, tmp_path):
    said("dpkg-deb", "--control", deb, tmp_path / "control")
    for name in ("preinst", "prerm", "postinst"):
        script = tmp_path / "control" / name
        assert "@" not in script.read_text(encoding="utf-8")
        said("sh", "-n", script)


def test_an_older_deb_is_refused(deb, tmp_path):
    needs("dpkg")
    said("dpkg-deb", "--control", deb, tmp_path / "control")
    preinst = tmp_path / "control/preinst"
    for installed, status in (("0.1.9", 0), ("0.2.0", 0), ("0.10.0", 1)):
        done = subprocess.run(["sh", preinst, "upgrade", installed], capture_output=True, text=True, check=False)
        assert done.returncode == status
        assert ("Clivus 0.10.0 is installed" in done.stderr) is bool(status)


def test_the_rpm_holds_the_same_files_and_declares_libraries(make, deb):
    needs("rpmbuild")
    rpm = make("rpm", 1)
    files = {line for line in said("rpm", "--query", "--package", "--list", rpm).splitlines() if line.startswith("/")}
    listed = said("dpkg-deb", "--contents", deb).splitlines()
    in_deb = {line.split()[5].removeprefix(".").rstrip("/") for line in listed if not line.startswith("d")}
    folders = {"/usr/lib/clivus", "/usr/share/doc/clivus"}
    of_debian = {file for file in in_deb if "lintian" in file or file.endswith("/changelog.gz")}
    assert in_deb - of_debian <= files
    assert all(file in in_deb or any(file.startswith(folder) for folder in folders) for file in files)
    requires = said("rpm", "--query", "--package", "--requires", rpm)
    assert "libc.so.6(GLIBC_2.34)(64bit)" in requires
    assert "python" not in requires


def test_the_archive_has_a_note_and_a_menu_entry_that_comes_and_goes(make, tmp_path):
    needs("xz")
    archive = make("archive")
    home = tmp_path / "Zoë Ünal"
    home.mkdir()
    said("tar", "--extract", f"--file={archive}", f"--directory={home}")
    folder = home / "clivus-0.2.0"
    assert archive.name in (folder / "INSTALL.txt").read_text(encoding="utf-8")
    assert "@" not in (folder / "INSTALL.txt").read_text(encoding="utf-8")
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin"}
    before = set(home.rglob("*"))
    subprocess.run(["sh", folder / "menu.sh"], env=environment, check=True)
    entry = home / ".local/share/applications/clivus.desktop"
    assert f'Exec="{folder}/clivus" %f' in entry.read_text(encoding="utf-8")
    subprocess.run(["sh", folder / "menu.sh", "remove"], env=environment, check=True)
    assert {path for path in set(home.rglob("*")) - before if path.is_file() and "mime" not in path.parts} <= {
        home / ".local/share/applications/mimeinfo.cache"
    }


def test_a_library_that_no_package_is_known_for_stops_the_build(scripts, release, monkeypatch):
    pytest.importorskip("elftools")
    system = importlib.import_module("linux.system")
    monkeypatch.delitem(system._DEBIAN, "libc.so.6")
    with pytest.raises(SystemExit, match=r"No Debian package is known for libc\.so\.6"):
        system.debian_packages(release.tree)


def test_a_driver_that_clivus_goes_on_without_is_not_declared(scripts, release, monkeypatch):
    """The variant for graphics cards could not be packed."""
    pytest.importorskip("elftools")
    system = importlib.import_module("linux.system")
    monkeypatch.setattr(system, "outside", lambda files, tree: {"libc.so.6", "libcuda.so.1"})
    assert system.debian_packages(release.tree) == ["libc6 (>= 2.34)"]
    assert not any("cuda" in one for one in system.rpm_requirements(release.tree))


def test_an_installer_has_its_sum_beside_it_and_is_signed_before(scripts, release, tmp_path, monkeypatch):
    needs("xz")
    pytest.importorskip("elftools")
    monkeypatch.setenv("CLIVUS_SIGN", "sh -c 'echo signed >>\"$0\"'")
    installers = importlib.import_module("installers")
    assert installers.main(["--only", "archive", "--out", str(tmp_path)]) == 0
    (archive,) = tmp_path.glob("*.tar.xz")
    assert archive.read_bytes().endswith(b"signed\n")
    subprocess.run(["sha256sum", "--check", f"{archive.name}.sha256"], cwd=tmp_path, check=True, capture_output=True)


def test_without_an_application_nothing_is_made(scripts, tmp_path):
    pytest.importorskip("elftools")
    installers = importlib.import_module("installers")
    with pytest.raises(SystemExit, match="SHA256SUMS is missing: build the application first"):
        installers.main(["--out", str(tmp_path)])
