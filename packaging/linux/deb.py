"""The .deb, for Debian, Ubuntu and their kin."""

from __future__ import annotations

import hashlib
import os
import subprocess
import textwrap
from email.utils import format_datetime
from pathlib import Path

from contents import PROGRAM
from linux.staging import HERE, compress, filled, set_dates, stage, words
from linux.system import debian_packages
from release import Release

_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
_SCRIPTS = ("preinst", "prerm", "postinst")

_RECOMMENDED = "fonts-noto-cjk"
"""Without a font for them, Chinese, Japanese and Korean names are boxes."""


def make_deb(release: Release, out: Path, work: Path) -> Path:
    """Write the package, from a staged system in the empty folder `work`."""
    architecture = _ARCHITECTURES[release.machine]
    stage(release, work)
    overrides = work / "usr/share/lintian/overrides"
    overrides.mkdir(parents=True)
    (overrides / PROGRAM).write_text((HERE / "lintian-overrides").read_text(encoding="utf-8"), encoding="utf-8")
    compress(_changelog(release).encode(), work / "usr/share/doc" / PROGRAM / "changelog.gz")
    control = work / "DEBIAN"
    control.mkdir()
    for name in _SCRIPTS:
        (control / name).write_text(filled(name, VERSION=release.version), encoding="utf-8")
        (control / name).chmod(0o755)
    files = sorted(path for path in (work / "usr").rglob("*") if path.is_file() and not path.is_symlink())
    (control / "md5sums").write_text("".join(f"{_md5(file)}  {file.relative_to(work)}\n" for file in files))
    size_kib = sum(file.stat().st_size for file in files) // 1024
    (control / "control").write_text(_control(release, architecture, size_kib), encoding="utf-8")
    set_dates(work, release)
    place = out / f"{PROGRAM}{release.suffix}_{release.version}_{architecture}.deb"
    environment = os.environ | {"SOURCE_DATE_EPOCH": f"{release.date.timestamp():.0f}"}
    command = ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(work), str(place)]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    return place


def _changelog(release: Release) -> str:
    """In Debian's form, which says no more than where ours is."""
    entry = f"{PROGRAM} ({release.version}) stable; urgency=medium\n\n  * See CHANGELOG.md.gz.\n\n"
    return f"{entry} -- {release.maintainer}  {format_datetime(release.date)}\n"


def _control(release: Release, architecture: str, size_kib: int) -> str:
    summary, paragraphs = words()
    lines = [textwrap.fill(one, 78, initial_indent=" ", subsequent_indent=" ") for one in paragraphs]
    fields = {
        "Package": PROGRAM,
        "Version": release.version,
        "Architecture": architecture,
        "Maintainer": release.maintainer,
        "Installed-Size": str(size_kib),
        "Depends": ", ".join(debian_packages(release.tree)),
        "Recommends": _RECOMMENDED,
        "Section": "science",
        "Priority": "optional",
        "Description": f"{summary}\n" + "\n .\n".join(lines),
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def _md5(file: Path) -> str:
    """What `dpkg --verify` compares; the application's own sums are SHA-256."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
