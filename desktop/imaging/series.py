"""What is known of a series before its pixels are read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from desktop.imaging.geometry import StackGeometry, Vector


@dataclass(frozen=True)
class SliceFile:
    """One slice's file and place. `origin` is ImagePositionPatient in mm (PS3.3 C.7.6.2)."""

    path: Path
    sop_instance_uid: str
    origin: Vector


@dataclass(frozen=True)
class Series:
    """One stack of slices with one orientation, size and reconstruction, ordered by position from the feet up.

    `stack` counts the stacks that share one SeriesInstanceUID, from 1.
    """

    series_instance_uid: str
    stack: int
    study_instance_uid: str
    frame_of_reference_uid: str
    description: str
    modality: str
    localizer: bool
    rows: int
    columns: int
    row_mm: float
    column_mm: float
    across: Vector
    down: Vector
    slice_thickness_mm: float | None
    kernel: str
    contrast: bool | None
    transfer_syntaxes: tuple[str, ...]
    slices: tuple[SliceFile, ...]

    @property
    def name(self) -> str:
        """How `--series` names this stack: the UID, with ":2" and so on where a series holds several."""
        return self.series_instance_uid if self.stack == 1 else f"{self.series_instance_uid}:{self.stack}"

    @property
    def geometry(self) -> StackGeometry:
        """The geometry of the stored slices."""
        return StackGeometry(
            np.array([item.origin for item in self.slices], dtype=np.float64).reshape(-1, 3),
            self.across,
            self.down,
            self.column_mm,
            self.row_mm,
            rows=self.rows,
            columns=self.columns,
        )


@dataclass(frozen=True)
class Skipped:
    """A file that was left out, and why."""

    path: Path
    reason: str


@dataclass(frozen=True)
class Scan:
    """Everything found under a path."""

    series: tuple[Series, ...]
    skipped: tuple[Skipped, ...]
