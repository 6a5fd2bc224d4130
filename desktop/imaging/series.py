"""What is known of a series before its pixels are read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from desktop.imaging.geometry import StackGeometry, Vector
from desktop.imaging.kinds import Kind
from desktop.imaging.pixels import PixelFormat
from desktop.imaging.windowing import Window
from desktop.messages import Message, message


@dataclass(frozen=True)
class Patient:
    """The identity of the patient: for the screen only, never for a file or a log."""

    name: str
    id: str
    birth_date: str


@dataclass(frozen=True)
class PixelPlace:
    """The location of the stored values of a slice.

    Attributes:
        offset, length: of the value of PixelData in bytes, within the file, or within its inflated content; an
            encapsulated value extends to the end of the file.
        frame, frames: which of the value's frames, from 0, and how many there are.
        size, changed_ns: of the file when it was scanned, to detect that it was replaced.
    """

    offset: int
    length: int
    frame: int
    frames: int
    size: int
    changed_ns: int


@dataclass(frozen=True)
class Slice:
    """One slice: its file, its place in the patient, its pixels.

    Attributes:
        shown: the file's name for people; `path` may lie in a temporary folder.
        origin: ImagePositionPatient in mm (PS3.3 C.7.6.2).
        thickness_mm: SliceThickness, or None if it is not stated.
    """

    path: Path
    shown: str
    sop_instance_uid: str
    origin: Vector
    thickness_mm: float | None
    form: PixelFormat
    place: PixelPlace

    @property
    def key(self) -> tuple[str, int]:
        """The key of slice labels: SOPInstanceUID and frame, because all frames of an Enhanced CT share the UID."""
        return self.sop_instance_uid, self.place.frame


@dataclass(frozen=True)
class Lossy:
    """How pixels were compressed with loss: method and ratio, as far as stated."""

    method: str
    ratio: float | None

    @property
    def words(self) -> Message:
        """For sentences: "compressed with loss JPEG 1:10"."""
        details = [self.method] if self.method else []
        details += [f"1:{self.ratio:g}"] if self.ratio is not None else []
        if not details:
            return message("compressed with loss")
        return message("compressed with loss ({details})", details=" ".join(details))


@dataclass(frozen=True)
class Membership:
    """How a stack was put together, and what casts doubt on it.

    Attributes:
        series_instance_uids: all that its slices state: one, except in joined stacks.
        people: number of people whose slices share the SeriesInstanceUID; each has separate stacks.
        mixed: whether this stack contains slices of several people, each with too few for a stack.
        doubts: reasons to doubt that all slices are of one person, as clauses without values.
        scattered: keywords of the UIDs (study, series, frame of reference) that differ from slice to slice.
        one_each: whether each slice has its own value of these.
        apart: UIDs that separate this stack from others with the same SeriesInstanceUID.
    """

    series_instance_uids: tuple[str, ...]
    people: int
    mixed: bool
    doubts: tuple[Message, ...]
    scattered: tuple[str, ...]
    one_each: bool
    apart: tuple[str, ...]


@dataclass(frozen=True)
class Series:
    """One stack of slices with one orientation, size and reconstruction, ordered by position from the feet up.

    Attributes:
        stack: counts the stacks that share one SeriesInstanceUID, from 1.
        kind: what the pictures are if the header says that they are not ordinary CT images.
        kind_stated: whether there is an ImageType at all.
        synthetic: whether Clivus drew it (desktop/synthetic.py).
        contrast: whether contrast medium was given; None if that is not stated.
        unit: RescaleType, "HU" if it is not stated (PS3.3 C.11.1.1.2).
        lossy: how the pixels were compressed with loss; None if they were not.
        window: the series' own, if it states one.
        doubled_mm: positions with several different images.
        copies: SOPInstanceUIDs of slices left out as copies.
    """

    series_instance_uid: str
    stack: int
    study_instance_uid: str
    frame_of_reference_uid: str
    description: str
    patient: Patient
    modality: str
    localizer: bool
    kind: Kind | None
    kind_stated: bool
    manufacturer: str
    synthetic: bool
    rows: int
    columns: int
    row_mm: float
    column_mm: float
    across: Vector
    down: Vector
    kernel: str
    contrast: bool | None
    unit: str
    lossy: Lossy | None
    window: Window | None
    doubled_mm: tuple[float, ...]
    copies: tuple[str, ...]
    membership: Membership
    slices: tuple[Slice, ...]

    @property
    def name(self) -> str:
        """The name for `--series`: the UID, with ":2" and so on if a series has several stacks."""
        return self.series_instance_uid if self.stack == 1 else f"{self.series_instance_uid}:{self.stack}"

    @cached_property
    def slice_thickness_mm(self) -> float | None:
        """The largest thickness that a slice states."""
        return max((item.thickness_mm for item in self.slices if item.thickness_mm is not None), default=None)

    @property
    def transfer_syntaxes(self) -> tuple[str, ...]:
        """UIDs of the transfer syntaxes of the slices."""
        return tuple(sorted({item.form.transfer_syntax for item in self.slices}))

    @cached_property
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
    """A skipped file, by the name that people know, and the reason."""

    shown: str
    reason: Message


@dataclass(frozen=True)
class OwnReport:
    """A structured report that Clivus wrote, and the name that people know of its file."""

    path: Path
    shown: str


@dataclass(frozen=True)
class Scan:
    """Everything found under a path.

    `shown` names the path. `reports` are those of Clivus, which are among `skipped` too. `looked_at` of `files` files
    were examined: fewer while the scan is running or after it was stopped.
    """

    shown: str
    series: tuple[Series, ...]
    skipped: tuple[Skipped, ...]
    reports: tuple[OwnReport, ...]
    looked_at: int
    files: int
