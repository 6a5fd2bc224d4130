"""Which features a fit takes, of images, copies and shifted crops, and how they are kept on disk."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from desktop.checksum import file_sha256
from desktop.files import write_json, write_with
from desktop.learning.augmentation import Augmentation
from desktop.learning.augmented import copy_of
from desktop.learning.images import Images

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]

PART_ROWS = 512
"""Rows in one file: what a kill loses at most, half a minute on two cores."""


@dataclass(frozen=True)
class FeatureOrder:
    """Which features: of every image, then of every first copy, and so on; row = copy x images + image.

    Attributes:
        copies: of each image, besides the image itself.
        seed, amounts: see `desktop.learning.augmented.copy_of`.
        data: the images' fingerprint; taken once, for hashing takes time.
    """

    images: Images
    copies: int
    seed: int
    amounts: Augmentation
    data: str

    @property
    def rows(self) -> int:
        """How many features."""
        return len(self.images) * (self.copies + 1)

    def image(self, row: int) -> Floats:
        """The crop [size, size] in HU of one row."""
        copy, n = divmod(row, len(self.images))
        return copy_of(self.images.hu[n], self.images.sop_uid[n], copy, self.seed, self.amounts)

    def named(self) -> dict[str, object]:
        """Everything that the features depend on but the backbone."""
        return {"data": self.data, "copies": self.copies, "augmentation": asdict(self.amounts), "seed": self.seed}


@dataclass(frozen=True)
class ShiftOrder:
    """Which features: of every image's crop at the first shift, then at the second, and so on; row = shift x images +
    image.

    Attributes:
        shifts: (columns, rows) in pixels of the crop; see `desktop.inference.averaging.Averaging.shifts`.
        data: the images' fingerprint.
    """

    images: Images
    shifts: tuple[tuple[int, int], ...]
    data: str

    @property
    def rows(self) -> int:
        """How many features."""
        return len(self.images) * len(self.shifts)

    def image(self, row: int) -> Floats:
        """The crop [size, size] in HU of one row."""
        shift, n = divmod(row, len(self.images))
        across, down = self.shifts[shift]
        size, margin = self.images.crop_size, (self.images.hu.shape[1] - self.images.crop_size) // 2
        left, top = margin + across, margin + down
        return self.images.hu[n, top : top + size, left : left + size].astype(np.float32)

    def named(self) -> dict[str, object]:
        """Everything that the features depend on but the backbone."""
        return {"data": self.data, "shifts": self.shifts}


def part_ranges(rows: int) -> list[range]:
    """The rows of each part."""
    return [range(start, min(start + PART_ROWS, rows)) for start in range(0, rows, PART_ROWS)]


@dataclass(frozen=True)
class Features:
    """Features [rows, m], in parts of `PART_ROWS` rows."""

    parts: tuple[Floats, ...]

    def rows(self, index: Indices) -> Floats:
        """The rows [len(index), m], in the order of the index."""
        parts, places = np.divmod(index, PART_ROWS)
        found = np.empty((len(index), self.parts[0].shape[1]), dtype=np.float32)
        for n, (part, place) in enumerate(zip(parts.tolist(), places.tolist(), strict=True)):
            found[n] = self.parts[part][place]
        return found


def part_file(folder: Path, n: int) -> Path:
    """Where a part is kept."""
    return folder / f"{n:05d}.npy"


def keep_part(path: Path, key: str, features: Floats) -> Floats:
    """Write a part, then its note: a kill in between leaves a note that does not fit, and the part is not trusted.

    Raises:
        NotWritten: the disk is full.
    """
    write_with(path, lambda stream: np.save(stream, features, allow_pickle=False))
    write_json(path.with_suffix(".json"), {"key": key, "sha256": file_sha256(path)})
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


def trusted_part(path: Path, key: str) -> Floats | None:
    """A part as it was written for this key, or nothing."""
    try:
        note = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        if note != {"key": key, "sha256": file_sha256(path)}:
            return None
        return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
    except (OSError, ValueError):
        return None
