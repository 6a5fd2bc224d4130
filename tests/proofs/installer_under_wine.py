"""Proof that the installer for Windows does what its guide says, as far as Wine is like Windows.

    python tests/proofs/installer_under_wine.py

The real script is compiled over a stand-in for the application, for 64 bits, since that is what Wine runs without more,
and run in a Wine of its own without anybody to ask: install, upgrade, downgrade, a broken application, a running one, a
folder of somebody else, an installer cut in half, uninstall with and without what belongs to the user. Wine is not
Windows: the questions to an administrator, the pages and the languages are not tried.

Exit status 0: all of it holds. Needs makensis and wine (Debian: nsis, wine64, wine), and a minute.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from own_screen import require
from proof import Proof

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "packaging"))

from icons import draw_icons  # noqa: E402 - of a folder of scripts
from PIL import Image  # noqa: E402

_FOR_64_BITS = "-XTarget amd64-unicode"
_STAND_IN = """
OutFile "{place}"
SilentInstall silent
RequestExecutionLevel user
Section
    Sleep {milliseconds}
    SetErrorLevel {status}
SectionEnd
"""
_LONG_MS = 60_000
_SMALL_KIB = 400
"""Room for the stand-in with its uninstaller, and not for two."""

_WAIT_S = 60
_UNINSTALL_KEY = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\Clivus"


class Windows:
    """A Wine of its own, and one user of it."""

    def __init__(self, folder: Path) -> None:
        self.environment = os.environ | {"WINEPREFIX": str(folder / "prefix"), "WINEDEBUG": "-all", "DISPLAY": ""}
        self.environment |= {"WINEDLLOVERRIDES": "mscoree,mshtml=", "HOME": str(folder)}
        self.run("wineboot", "--init")
        users = folder / "prefix/drive_c/users"
        (self.local,) = users.glob("*/AppData/Local")
        self.folder = self.local / "Programs/Clivus"
        self.own = self.local / "Clivus"

    def run(self, *command: str | Path) -> int:
        """Run a program of Windows to its end; its exit status."""
        return self.start(*command).wait()

    def start(self, *command: str | Path) -> subprocess.Popen[bytes]:
        """Begin one."""
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
        return subprocess.Popen(["wine", *map(str, command)], env=self.environment, **quiet)

    def is_registered(self) -> bool:
        """Whether Windows lists it among its programs."""
        return self.run("reg", "query", _UNINSTALL_KEY) == 0

    def installed(self) -> dict[str, bytes]:
        """The files of the application."""
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in _files(self.folder)}

    def uninstall(self, *options: str) -> None:
        """Run the uninstaller, which goes on in a copy of itself when it has returned."""
        self.run(self.folder / "clivus-uninstall.exe", "/S", *options)
        end = time.monotonic() + _WAIT_S
        while (self.folder.exists() or self.is_registered()) and time.monotonic() < end:
            time.sleep(1)
        subprocess.run(["wineserver", "--wait"], env=self.environment, check=False)


def main() -> int:
    """Prove it, and return the exit status."""
    require("makensis", "wine", "wineserver")
    proof = Proof()
    with tempfile.TemporaryDirectory(prefix="clivus-wine-") as name:
        folder = Path(name)
        windows = Windows(folder)
        old, new = (_installer(folder, version) for version in ("1.9.0", "1.10.0"))
        _install(windows, proof, old, new)
        _refuse(windows, proof, folder, old, new)
        _mend(windows, proof, new)
        _full_disk(windows, proof, folder, old, new)
        _uninstall(windows, proof, new)
    return proof.status


def _install(windows: Windows, proof: Proof, old: Path, new: Path) -> None:
    # Wine begins as Windows 7.
    proof.holds(windows.run(old, "/S", "/CurrentUser") == 8, "a Windows that is too old: exit status 8")
    windows.run("winecfg", "/v", "win10")
    windows.own.mkdir(parents=True)
    (windows.own / "settings.json").write_text("{}")
    proof.holds(windows.run(old, "/S", "/CurrentUser") == 0, "it installs for one user, and the self-test runs")
    files = windows.installed()
    proof.holds("of-1.9.0" in files and "clivus-uninstall.exe" in files, "its files are there", list(files))
    proof.holds(windows.is_registered(), "Windows lists it")
    proof.holds(windows.run(new, "/S", "/CurrentUser") == 0, "a newer version replaces it")
    files = windows.installed()
    proof.holds("of-1.10.0" in files and "of-1.9.0" not in files, "and nothing is left of the old one", list(files))


def _refuse(windows: Windows, proof: Proof, folder: Path, old: Path, new: Path) -> None:
    before = windows.installed()

    def refuses(status: int, what: str, *command: str | Path) -> None:
        found = windows.run(*command)
        same = windows.installed() == before
        proof.holds(found == status and same, f"{what}: exit status {status}, nothing changed", (found, same))

    refuses(3, "an older version", old, "/S", "/CurrentUser")
    other = windows.local / "Other"
    other.mkdir()
    (other / "thesis.txt").write_text("mine")
    refuses(7, "a folder with something else", new, "/S", "/CurrentUser", f"/D={_windows_path(other)}")
    proof.holds((other / "thesis.txt").read_text() == "mine", "which is as it was")
    half = folder / "half.exe"
    half.write_bytes(new.read_bytes()[: new.stat().st_size * 2 // 3])
    found = windows.run(half, "/S", "/CurrentUser")
    proof.holds(found != 0 and windows.installed() == before, f"one cut in half: exit status {found}, nothing changed")
    running = _installer(folder, "1.10.0", sleep_ms=_LONG_MS)
    proof.holds(windows.run(running, "/S", "/CurrentUser") == 0, "the same version again")
    before = windows.installed()
    window = windows.start(windows.folder / "clivusw.exe")
    time.sleep(5)
    refuses(4, "while Clivus is open", new, "/S", "/CurrentUser")
    window.wait()
    broken = _installer(folder, "1.10.0", status=4)
    proof.holds(windows.run(broken, "/S", "/CurrentUser") == 6, "a self-test that fails: exit status 6")


def _mend(windows: Windows, proof: Proof, new: Path) -> None:
    for name in ("SHA256SUMS", "clivus.exe"):
        (windows.folder / name).unlink()
    status = windows.run(new, "/S", "/CurrentUser")
    proof.holds(status == 0 and "clivus.exe" in windows.installed(), "half an installation is made whole", status)


def _full_disk(windows: Windows, proof: Proof, folder: Path, old: Path, new: Path) -> None:
    """On a disk with room for one and not for two; the user's registration then names that place."""
    small = folder / "small"
    small.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_SMALL_KIB}k", "tmpfs", str(small)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        print("not tried: a full disk, which needs root")
        return
    try:
        place = f"/D={_windows_path(small / 'Clivus')}"
        windows.uninstall("/CurrentUser")
        proof.holds(windows.run(old, "/S", "/CurrentUser", place) == 0, "it installs where it is told to")
        before = {path: path.read_bytes() for path in _files(small)}
        status = windows.run(new, "/S", "/CurrentUser", place)
        same = {path: path.read_bytes() for path in _files(small)} == before
        proof.holds(status == 5 and same, "a full disk: exit status 5, and the old one is back", (status, same))
        windows.run(small / "Clivus/clivus-uninstall.exe", "/S", "/CurrentUser")
        subprocess.run(["wineserver", "--wait"], env=windows.environment, check=False)
    finally:
        subprocess.run(["umount", str(small)], check=False)


def _uninstall(windows: Windows, proof: Proof, new: Path) -> None:
    windows.run(new, "/S", "/CurrentUser")
    windows.uninstall("/CurrentUser")
    left = [str(path) for path in windows.folder.parent.rglob("*")]
    proof.holds(not left and not windows.is_registered(), "it uninstalls and leaves no file", left)
    proof.holds((windows.own / "settings.json").is_file(), "what is the user's own is kept")
    windows.run(new, "/S", "/CurrentUser")
    windows.uninstall("/CurrentUser", "/PURGE")
    proof.holds(not windows.own.exists(), "and removed when asked")


def _installer(folder: Path, version: str, *, status: int = 0, sleep_ms: int = 0) -> Path:
    """The installer of a stand-in, whose self-test has this exit status and whose window is open for a time."""
    name = f"{version}-{status}-{sleep_ms}"
    tree, place = folder / name, folder / f"setup-{name}.exe"
    (tree / "licences").mkdir(parents=True)
    (tree / "licences/LICENSE").write_bytes((ROOT / "LICENSE").read_bytes())
    (tree / "SHA256SUMS").touch()
    (tree / f"of-{version}").touch()
    for program, script in (
        ("clivus.exe", _STAND_IN.format(place=tree / "clivus.exe", milliseconds=0, status=status)),
        ("clivusw.exe", _STAND_IN.format(place=tree / "clivusw.exe", milliseconds=sleep_ms, status=0)),
    ):
        file = folder / f"{program}.nsi"
        file.write_text(script)
        subprocess.run(["makensis", "-V1", _FOR_64_BITS, str(file)], check=True)
    icon, picture = folder / "clivus.ico", folder / "clivus.png"
    draw_icons({48: picture})
    Image.open(picture).save(icon)
    values = {"VERSION": version, "TREE": tree, "OUT": place, "ICON": icon, "SIZE_KIB": 1}
    command = ["makensis", "-V2", "-WX", "-INPUTCHARSET", "UTF8", _FOR_64_BITS]
    command += [f"-D{key}={value}" for key, value in values.items()]
    subprocess.run([*command, str(ROOT / "packaging/windows/clivus.nsi")], check=True)
    return place


def _windows_path(path: Path) -> str:
    return "Z:" + str(path).replace("/", "\\")


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    sys.exit(main())
