"""What is on a system that has Clivus: the application, and what menus, file managers and `man` know of it."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

from contents import PROGRAM
from icons import draw_icons
from licences import FOLDER as LICENCES
from release import Release

HERE = Path(__file__).resolve().parent
FOLDER = Path("usr/lib") / PROGRAM
"""Of the application, below the root of the system."""

_PARTS = {"IS_RUNNING": "is-running.sh", "SELFTEST": "selftest.sh"}
"""What several scripts of installers have in them."""

_ICONS_PX = (16, 24, 32, 48, 64, 128, 256)


def stage(release: Release, root: Path) -> None:
    """Lay out below `root` what .deb and .rpm install."""
    shutil.copytree(release.tree, root / FOLDER, symlinks=True)
    share, documents = root / "usr/share", root / "usr/share/doc" / PROGRAM
    for folder in (root / "usr/bin", documents, share / "applications", share / "man/man1", share / "metainfo"):
        folder.mkdir(parents=True)
    for library in (root / FOLDER).rglob("*.so*"):
        if not library.is_symlink():
            library.chmod(0o644)  # PyInstaller makes all of them executable
    (root / "usr/bin" / PROGRAM).symlink_to(f"../lib/{PROGRAM}/{PROGRAM}")
    shutil.copyfile(HERE / "clivus.desktop", share / "applications/clivus.desktop")
    (share / "mime/packages").mkdir(parents=True)
    shutil.copyfile(HERE / "clivus.xml", share / "mime/packages/clivus.xml")
    metainfo = filled("clivus.metainfo.xml", VERSION=release.version, DATE=f"{release.date:%Y-%m-%d}")
    (share / "metainfo/clivus.metainfo.xml").write_text(metainfo, encoding="utf-8")
    icons = {size: share / f"icons/hicolor/{size}x{size}/apps/{PROGRAM}.png" for size in _ICONS_PX}
    draw_icons(icons)
    compress(_manual(release).encode(), share / f"man/man1/{PROGRAM}.1.gz")
    compress((release.root / "CHANGELOG.md").read_bytes(), documents / "CHANGELOG.md.gz")
    shutil.copyfile(release.bom, documents / release.bom.name)
    (documents / LICENCES).symlink_to(f"../../../lib/{PROGRAM}/{LICENCES}")
    (documents / "copyright").write_text(_copyright(release), encoding="utf-8")


def set_dates(root: Path, release: Release) -> None:
    """Every file of one date, so that the same files make the same package."""
    seconds = release.date.timestamp()
    for path in (root, *root.rglob("*")):
        os.utime(path, (seconds, seconds), follow_symlinks=False)


def filled(name: str, **fields: str) -> str:
    """A file of this folder with its `@FIELDS@` filled in."""
    text = _text(name)
    for field, file in _PARTS.items():
        text = text.replace(f"@{field}@", _text(file))
    for field, value in ({"FOLDER": f"/{FOLDER}"} | fields).items():
        text = text.replace(f"@{field}@", value)
    return text


def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def words() -> tuple[str, list[str]]:
    """What package managers say of Clivus: a line, and paragraphs."""
    metainfo = ElementTree.fromstring(filled("clivus.metainfo.xml"))
    paragraphs = [" ".join("".join(one.itertext()).split()) for one in metainfo.iterfind("description/p")]
    return str(metainfo.findtext("summary")), paragraphs


def _manual(release: Release) -> str:
    """The page of `man`, from what `clivus --help` says."""
    command = [sys.executable, "-c", "from argparse_manpage.cli import main; main()"]
    command += ["--module", "desktop.cli", "--function", "_parser", "--format", "single-commands-section"]
    command += ["--project-name", "Clivus", "--version", release.version, "--manual-title", "Clivus"]
    summary, _ = words()
    command += ["--description", summary[0].lower() + summary[1:]]
    environment = os.environ | {"CLIVUS_LANGUAGE": "en", "SOURCE_DATE_EPOCH": f"{release.date.timestamp():.0f}"}
    done = subprocess.run(command, env=environment, cwd=release.root, capture_output=True, text=True, check=False)
    if done.returncode or not done.stdout:
        raise SystemExit(f"The manual could not be made:\n{done.stderr}")
    return done.stdout


def compress(content: bytes, place: Path) -> None:
    """Write a document as systems keep them."""
    place.write_bytes(gzip.compress(content, mtime=0))


def _copyright(release: Release) -> str:
    notice = (release.tree / LICENCES / "NOTICE.txt").read_text(encoding="utf-8")
    licence = "On Debian systems the Apache License 2.0 is in /usr/share/common-licenses/Apache-2.0."
    return f"Clivus, Copyright {release.date.year} the Clivus contributors.\n{licence}\n\n{notice}"
