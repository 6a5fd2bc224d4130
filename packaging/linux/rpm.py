"""The .rpm, for RHEL, Fedora and their kin: the same files as the .deb."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from contents import PROGRAM
from linux.staging import FOLDER, filled, set_dates, stage, words
from linux.system import rpm_requirements
from release import Release

_OWNED = (FOLDER, Path("usr/share/doc") / PROGRAM)
"""Folders that are the package's own, with all in them; others are the system's."""


def make_rpm(release: Release, out: Path, work: Path) -> Path:
    """Write the package, from a staged system in the empty folder `work`."""
    root, top = work / "root", work / "top"
    root.mkdir()
    stage(release, root)
    set_dates(root, release)
    summary, paragraphs = words()
    text = filled(
        "clivus.spec.in",
        VERSION=release.version,
        SUMMARY=summary,
        DESCRIPTION="\n\n".join(paragraphs),
        REQUIRES="\n".join(f"Requires: {one}" for one in rpm_requirements(release.tree)),
        FILES="\n".join(_files(root)),
    )
    spec = work / f"{PROGRAM}.spec"
    spec.write_text(text, encoding="utf-8")
    environment = os.environ | {"SOURCE_DATE_EPOCH": f"{release.date.timestamp():.0f}"}
    command = ["rpmbuild", "-bb", "--quiet", "--noclean", f"--buildroot={root}", f"--define=_topdir {top}", str(spec)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"rpmbuild failed:\n{done.stdout}{done.stderr}")
    made = next(top.glob("RPMS/*/*.rpm"))
    return made.rename(out / made.name.replace(PROGRAM, f"{PROGRAM}{release.suffix}", 1))


def _files(root: Path) -> list[str]:
    """The list of what is installed; folders only where they are ours."""
    owned = [f"/{folder}" for folder in _OWNED]
    others = [
        f"/{path}"
        for path in sorted(path.relative_to(root) for path in root.rglob("*") if not path.is_dir() or path.is_symlink())
        if not any(path.is_relative_to(folder) for folder in _OWNED)
    ]
    return [*owned, *others]
