"""How near a case's crops lie to those that the model learned from, in the network's own features.

The score of a slice is the cosine distance of its features to the k-th nearest crop of the training; the score of a
case is the median over its slices. A model that has not seen the like answers all the same, and with the same
confidence: only this tells.
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
from desktop.messages import message

Floats = npt.NDArray[np.float32]

MOST_BYTES = 256 * 2**20
"""Of an unpacked array: five thousand patients of twelve crops with the 2048 channels of a ResNet50 in 16 bits."""

WARNED_FROM = 0.95
"""Quantile of the training's own patients."""

REFUSED_BEYOND = 1.0
"""As far again above that quantile as it lies above the median: where the training's patients end, and some way on."""

LEAST_PATIENTS = 10
"""Of fewer, the 95th percentile is the largest one."""

MOST_GROUPS = 100
"""Up to so many patients each is left out alone; of more, several at once, so that the limits of thousands are found in
minutes."""

SAME_NETWORK = 1e-3
"""Cosine distance: 16 bits and other processors make 1e-6, another training 0.1 and more."""

_DIMENSIONS = {"features.npy": 2, "cases.npy": 1, "known.npy": 2}
"""The arrays of the file, and how many dimensions each has."""

_MOST_HEADER = 4096
"""Bytes before the numbers of an array; numpy writes 128."""

_NOT_FEATURES = message("it does not hold the features of a training")


class ReferenceRefused(Reason):
    """A file of reference features that cannot be used, and why."""


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
    """What the model learned from: features without pixels.

    Attributes:
        features: [crops, channels] of unit length.
        cases: [patients] ascending scores of the training's patients, each against all others.
        known: [1, channels] those of the bundle's self-test crop, by which another network's are noticed.
    """

    features: Floats
    cases: Floats
    known: Floats
    limits: Limits

    @staticmethod
    def of(
        features: Floats,
        patients: npt.NDArray[np.str_],
        known: Floats,
        k: int,
        condense: Callable[[Floats], Floats] = np.asarray,
    ) -> Reference:
        """The reference of a training, whose patients are left out in turn, or in `MOST_GROUPS` groups, to find the
        limits.

        Args:
            features: [n, channels] of the crops.
            patients: [n] whose they are.
            known: [1, channels] of the self-test's crop.
            condense: from features of unit length [n, channels] to what is kept of them, such as centres.

        Raises:
            ReferenceRefused: there are fewer than `LEAST_PATIENTS`, or without a group fewer than `k` crops are left.
        """
        unit, whose = _unit(features), np.unique(patients, return_inverse=True)[1]
        count = int(whose.max(initial=-1)) + 1
        scores = np.empty(count, dtype=np.float32)
        for group in range(min(count, MOST_GROUPS)):
            out = whose % MOST_GROUPS == group
            others = _unit(condense(unit[~out])) if (~out).sum() >= k else unit[:0]
            if count < LEAST_PATIENTS or len(others) < k:
                raise ReferenceRefused(message("there are too few patients to tell what is familiar"))
            for patient in range(group, count, MOST_GROUPS):
                scores[patient] = np.median(_distances(unit[whose == patient], others, k))
        cases = np.sort(scores)
        return Reference(_unit(condense(unit)), cases, _unit(known), Limits(k, *limits_of(cases)))

    @staticmethod
    def read(content: bytes, limits: Limits) -> Reference:
        """The reference in the content of a file.

        Raises:
            ReferenceRefused: it is not what `content` writes, or its numbers make no sense.
        """
        features, cases, known = _arrays(content)
        if len(features) < limits.k:
            raise ReferenceRefused(message("it holds fewer crops than neighbours are counted"))
        if known.shape != (1, features.shape[1]):
            raise ReferenceRefused(_NOT_FEATURES)
        return Reference(_unit(features), np.sort(cases), _unit(known), limits)

    def content(self) -> bytes:
        """As a file: an archive of three arrays, the same bytes every time."""
        stream = io.BytesIO()
        features, known = self.features.astype(np.float16), self.known.astype(np.float16)
        np.savez_compressed(stream, features=features, cases=self.cases, known=known)
        return stream.getvalue()

    def is_of(self, known: Floats) -> bool:
        """Whether the network that gives these features [1, channels] for the self-test's crop is the reference's."""
        return known.shape == self.known.shape and 1 - float((_unit(known) * self.known).sum()) <= SAME_NETWORK

    def judge(self, features: Floats) -> Familiarity:
        """The familiarity of a case's crops, features [n, channels]."""
        slices = _distances(_unit(features), self.features, self.limits.k)
        score = float(np.median(slices))
        nearer = float(np.searchsorted(self.cases, score)) / max(1, len(self.cases))
        return Familiarity(tuple(slices.tolist()), score, 100 * nearer, self.limits.level(score))


def limits_of(cases: Floats) -> tuple[float, float]:
    """The limits to warn and to refuse, from the scores [patients] of the training, each patient left out in turn."""
    warn, middle = (float(value) for value in np.quantile(cases, (WARNED_FROM, 0.5)))
    return warn, warn + REFUSED_BEYOND * (warn - middle)


def _unit(features: Floats) -> Floats:
    length = np.linalg.norm(features.astype(np.float32), axis=1, keepdims=True)
    return np.asarray(features / np.maximum(length, np.finfo(np.float32).tiny), dtype=np.float32)


def _distances(unit: Floats, others: Floats, k: int) -> Floats:
    """Cosine distance [n] to the k-th nearest of the others."""
    near = np.partition(unit @ others.T, len(others) - k, axis=1)[:, len(others) - k]
    return np.asarray(1 - near, dtype=np.float32)


def _arrays(content: bytes) -> list[Floats]:
    """The arrays of the archive; the size of each is known before it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sorted(archive.namelist()) != sorted(_DIMENSIONS):
                raise ReferenceRefused(_NOT_FEATURES)
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
        raise ReferenceRefused(_NOT_FEATURES)
    shape, by_columns, kind = np.lib.format.read_array_header_1_0(stream, max_header_size=_MOST_HEADER)
    numbers = stream.read()
    whole = len(shape) == dimensions and 0 not in shape and len(numbers) == math.prod(shape) * kind.itemsize
    if not whole or by_columns or kind not in (np.float16, np.float32):
        raise ReferenceRefused(_NOT_FEATURES)
    array = np.frombuffer(numbers, kind).reshape(shape).astype(np.float32)
    if not np.isfinite(array).all():
        raise ReferenceRefused(message("it holds numbers that are not finite"))
    return array
