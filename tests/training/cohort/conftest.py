"""What the cohort tests share: copies of the small cohort that may be spoiled."""

from __future__ import annotations

import csv
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass
class Spoilable:
    """A copy of the small cohort; its DICOM files are links to the original's and must not be changed."""

    folder: Path

    @property
    def table(self) -> Path:
        return self.folder / "cohort.csv"

    def rows(self) -> list[dict[str, str]]:
        with self.table.open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.DictReader(stream))

    def write(self, rows: list[dict[str, str]]) -> None:
        with self.table.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)

    def reading(self, case: str) -> Path:
        return self.folder / "readings" / f"{case}.json"

    def edit(self, case: str, **changes: Any) -> dict[str, Any]:
        """Change a reading's values; returns what was there."""
        path = self.reading(case)
        before = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(before | changes), encoding="utf-8")
        return before

    def one(self, label: str) -> str:
        """Keep one case of a label only, for speed; returns its key."""
        row = next(row for row in self.rows() if self.label(row["case"]) == label)
        self.write([row])
        return row["case"]

    def label(self, case: str) -> str:
        return json.loads(self.reading(case).read_text(encoding="utf-8"))["answers"][0]["verdict"]


@pytest.fixture
def cohort(small: Path, tmp_path: Path) -> Spoilable:
    folder = tmp_path / "cohort"
    shutil.copytree(small / "series", folder / "series", copy_function=os.link)
    shutil.copytree(small / "readings", folder / "readings")
    shutil.copy(small / "cohort.csv", folder)
    return Spoilable(folder)
