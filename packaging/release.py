"""What an installer is made of: the application that build.py has proved, its bill of materials, version and date."""

from __future__ import annotations

import os
import platform
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from contents import INTERNAL, SUMS_FILE

from desktop.version import VERSION


@dataclass(frozen=True)
class Release:
    """One application, for one kind of machine.

    Attributes:
        tree: the application.
        bom: its bill of materials.
        root: the clone.
        version: as the application says it.
        date: of the version in the changelog, or SOURCE_DATE_EPOCH; all files of an installer have it.
    """

    tree: Path
    bom: Path
    root: Path
    version: str
    date: datetime

    @staticmethod
    def of(tree: Path, bom: Path, root: Path) -> Release:
        """The release in these folders.

        Raises:
            SystemExit: they are not what build.py writes, or the changelog does not know the version.
        """
        for file in (tree / SUMS_FILE, bom):
            if not file.is_file():
                raise SystemExit(f"{file} is missing: build the application first, by packaging/build.py.")
        return Release(tree, bom, root, VERSION, _date(root / "CHANGELOG.md"))

    @property
    def machine(self) -> str:
        """The kind of processor, such as x86_64."""
        return platform.machine()

    @property
    def maintainer(self) -> str:
        """Who answers for the installer: name and address of the publisher."""
        return os.environ.get("CLIVUS_MAINTAINER", "The Clivus contributors <clivus@localhost>")

    @property
    def suffix(self) -> str:
        """What tells the files of the GPU build from the others."""
        return "-gpu" if (self.tree / INTERNAL / "nvidia").is_dir() else ""


def _date(changelog: Path) -> datetime:
    if epoch := os.environ.get("SOURCE_DATE_EPOCH"):
        return datetime.fromtimestamp(int(epoch), UTC)
    text = changelog.read_text(encoding="utf-8")
    match = re.search(rf"^## \[{re.escape(VERSION)}\] - (\d{{4}}-\d\d-\d\d)$", text, re.MULTILINE)
    if match is None:
        raise SystemExit(f"{changelog.name} has no date for version {VERSION}: write one, or set SOURCE_DATE_EPOCH.")
    return datetime.fromisoformat(match[1]).replace(tzinfo=UTC)
