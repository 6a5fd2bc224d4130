"""How near a case's crops lie to those that the model learned from, by how they look to it.

Each view of a slice (`desktop.inference.appearance`) has a distance to the k-th nearest crop of the training, in steps
of that training: 0 is its middle patient, 1 its 95th percentile. The score of a slice is the length of its steps above
the middle, so that one view may be very strange or several a little; the score of a case is the same of the medians
over its slices. A model that has not seen the like answers all the same, and with the same confidence: only this tells.
"""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from desktop.errors import Reason
from desktop.inference.appearance import VIEWS, unit
from desktop.messages import message

Floats = npt.NDArray[np.float32]

MOST_BYTES = 256 * 2**20
"""Of an unpacked array: three thousand patients of twelve crops, each of 55 parts of 64 numbers in 16 bits."""

WARNED_FROM = 0.95
"""Quantile of the training's own patients."""

REFUSED_BEYOND = 1.0
"""So far above that quantile, as a multiple of what it lies above the median: where the training's patients end."""

LEAST_PATIENTS = 10
"""Of fewer, the 95th percentile is the largest one."""

MOST_GROUPS = 100
"""Up to so many patients each is left out alone; of more, several at once, so that the limits of thousands are found in
minutes."""

SAME_NETWORK = 1e-3
"""Cosine distance: 16 bits and other processors make 1e-6, another training 0.1 and more."""

_DIMENSIONS = {"appearances.npy": 3, "cases.npy": 1, "known.npy": 3, "views.npy": 2}
"""The arrays of the file, and how many dimensions each has."""

_MOST_HEADER = 4096
"""Bytes before the numbers of an array; numpy writes 128."""

_NOT_ONE = message("it does not hold the crops of a training")


class ReferenceRefused(Reason):
    """A reference that cannot be used, and why."""


class Level(StrEnum):
    """What a case is to the model."""

    FAMILIAR = "familiar"
    UNUSUAL = "unusual"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Limits:
    """From which score on a case is unusual, and unknown; `k` counts neighbours."""

    k: int
    warn: float
    refuse: float

    def level(self, score: float) -> Level:
        """What a case of this score is."""
        if score > self.refuse:
            return Level.UNKNOWN
        return Level.UNUSUAL if score > self.warn else Level.FAMILIAR


@dataclass(frozen=True)
class Familiarity:
    """Of one case.

    Attributes:
        slices: [n] score of each.
        score: their median.
        percentile: the share, in percent, of the training's own patients that lie nearer to all others.
    """

    slices: tuple[float, ...]
    score: float
    percentile: float
    level: Level


@dataclass(frozen=True)
class Reference:
    """What the model learned from: appearances without pixels.

    Attributes:
        appearances: [crops, parts, width] of the training's crops, of unit length.
        cases: [patients] ascending scores of the training's patients, each against all others.
        known: [1, parts, width] of the bundle's self-test crop, by which another network's are noticed.
        views: [views, 2] distances of the training's patients, each against all others: median and 95th percentile.
    """

    appearances: Floats
    cases: Floats
    known: Floats
    views: Floats
    limits: Limits

    @staticmethod
    def of(
        appearances: Floats,
        patients: npt.NDArray[np.str_],
        known: Floats,
        k: int,
        condense: Callable[[Floats], Floats] = np.asarray,
    ) -> Reference:
        """The reference of a training, whose patients are left out in turn, or in `MOST_GROUPS` groups, to find the
        limits.

        Args:
            appearances: [n, parts, width] of its crops.
            patients: [n] whose they are.
            known: [1, parts, width] of the self-test's crop.
            condense: from appearances [n, parts, width] to what is kept of them, such as centres.

        Raises:
            ReferenceRefused: there are fewer than `LEAST_PATIENTS`, or without a group fewer than `k` crops are left.
        """
        whose = np.unique(patients, return_inverse=True)[1]
        count = int(whose.max(initial=-1)) + 1
        found = np.empty((count, len(VIEWS)), dtype=np.float32)
        for group in range(min(count, MOST_GROUPS)):
            out = whose % MOST_GROUPS == group
            others = condense(appearances[~out]) if (~out).sum() >= k else appearances[:0]
            if count < LEAST_PATIENTS or len(others) < k:
                raise ReferenceRefused(message("there are too few patients to tell what is familiar"))
            for patient in range(group, count, MOST_GROUPS):
                found[patient] = np.median(_distances(appearances[whose == patient], others, k), axis=0)
        views = np.stack([np.quantile(found, at, axis=0) for at in (0.5, WARNED_FROM)], axis=1, dtype=np.float32)
        cases = np.sort(_strangeness(found, views))
        return Reference(condense(appearances), cases, known, views, Limits(k, *limits_of(cases)))

    @staticmethod
    def read(content: bytes, limits: Limits) -> Reference:
        """The reference in the content of a file.

        Raises:
            ReferenceRefused: it is not what `content` writes, or its numbers make no sense.
        """
        appearances, cases, known, views = _arrays(content)
        if len(appearances) < limits.k:
            raise ReferenceRefused(message("it holds fewer crops than neighbours are counted"))
        parts, width = appearances.shape[1:]
        if known.shape != (1, parts, width) or views.shape != (len(VIEWS), 2) or parts <= VIEWS[-1].start:
            raise ReferenceRefused(_NOT_ONE)
        return Reference(unit(appearances), np.sort(cases), unit(known), views, limits)

    def content(self) -> bytes:
        """As a file: an archive of four arrays, the same bytes every time."""
        stream = io.BytesIO()
        appearances, known = self.appearances.astype(np.float16), self.known.astype(np.float16)
        np.savez_compressed(stream, appearances=appearances, cases=self.cases, known=known, views=self.views)
        return stream.getvalue()

    def is_of(self, known: Floats) -> bool:
        """Whether the network by which the self-test's crop looks so [1, parts, width] is the reference's."""
        return known.shape == self.known.shape and _apart(known, self.known) <= SAME_NETWORK

    def judge(self, appearances: Floats) -> Familiarity:
        """The familiarity of a case whose crops look so [n, parts, width]."""
        distances = _distances(appearances, self.appearances, self.limits.k)
        slices = _strangeness(distances, self.views)
        score = float(_strangeness(np.median(distances, axis=0), self.views))
        nearer = float(np.searchsorted(self.cases, score)) / max(1, len(self.cases))
        return Familiarity(tuple(slices.tolist()), score, 100 * nearer, self.limits.level(score))


def limits_of(cases: Floats) -> tuple[float, float]:
    """The limits to warn and to refuse, from the scores [patients] of the training, each patient left out in turn."""
    warn, middle = (float(value) for value in np.quantile(cases, (WARNED_FROM, 0.5)))
    return warn, warn + REFUSED_BEYOND * (warn - middle)


def _distances(appearances: Floats, others: Floats, k: int) -> Floats:
    """Cosine distance [n, views] to the k-th nearest of the others, each part by itself, then the view's mean."""
    kth = len(others) - k
    parts = range(appearances.shape[1])
    near = [np.partition(appearances[:, part] @ others[:, part].T, kth, axis=1)[:, kth] for part in parts]
    apart = 1 - np.stack(near, axis=1)
    return np.stack([apart[:, view].mean(axis=1) for view in VIEWS], axis=1, dtype=np.float32)


def _apart(known: Floats, other: Floats) -> float:
    """Cosine distance in the mean of the parts; two that are zero are the same."""
    return float(((unit(known) - other) ** 2).sum(axis=-1).mean()) / 2


def _strangeness(distances: Floats, views: Floats) -> Floats:
    """Length [...] of distances [..., views] in steps of the training above its median; its 95th percentile is 1."""
    middle, usual = views.T
    steps = (distances - middle) / np.maximum(usual - middle, np.finfo(np.float32).eps)
    return np.asarray(np.linalg.norm(np.maximum(steps, 0), axis=-1), dtype=np.float32)


def _arrays(content: bytes) -> list[Floats]:
    """The arrays of the archive; the size of each is known before it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sorted(archive.namelist()) != sorted(_DIMENSIONS):
                raise ReferenceRefused(_NOT_ONE)
            return [_array(archive, name, dimensions) for name, dimensions in _DIMENSIONS.items()]
    except ReferenceRefused:
        raise
    except Exception as error:  # zipfile and numpy raise many kinds on damaged files
        raise ReferenceRefused(message("it is damaged ({error})", error=type(error).__name__)) from None


def _array(archive: zipfile.ZipFile, name: str, dimensions: int) -> Floats:
    if archive.getinfo(name).file_size > MOST_BYTES:
        raise ReferenceRefused(message("it is larger than any training's"))
    stream = io.BytesIO(archive.read(name))
    if np.lib.format.read_magic(stream) != (1, 0):
        raise ReferenceRefused(_NOT_ONE)
    shape, by_columns, kind = np.lib.format.read_array_header_1_0(stream, max_header_size=_MOST_HEADER)
    numbers = stream.read()
    whole = len(shape) == dimensions and 0 not in shape and len(numbers) == math.prod(shape) * kind.itemsize
    if not whole or by_columns or kind not in (np.float16, np.float32):
        raise ReferenceRefused(_NOT_ONE)
    array = np.frombuffer(numbers, kind).reshape(shape).astype(np.float32)
    if not np.isfinite(array).all():
        raise ReferenceRefused(message("it holds numbers that are not finite"))
    return array
