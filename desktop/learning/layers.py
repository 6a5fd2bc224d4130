"""Final layers from features: of the members that are averaged, and of the folds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop.inference.layer import Layer
from desktop.learning.features import Features, Floats, Indices
from desktop.learning.fit_settings import Logistic
from desktop.learning.images import Images
from desktop.learning.logistic import Tried, choose_penalty, fit_logistic
from desktop.learning.patient_folds import patient_folds
from desktop.work import Work


@dataclass(frozen=True)
class Learned:
    """Images that final layers learn from, and their features.

    Attributes:
        features: of the images, then of every first copy, and so on (`desktop.learning.features.FeatureOrder`).
        copies: of each image, for one member.
    """

    images: Images
    features: Features
    copies: int

    def rows(self, member: int) -> Indices:
        """The feature rows of a member: the images themselves, and copies of its own."""
        return member_rows(len(self.images), self.copies, member)

    def positive(self, rows: Indices) -> npt.NDArray[np.bool_]:
        """Labels of feature rows."""
        return self.images.positive[rows % len(self.images)]

    def choose(self, folds: npt.NDArray[np.int64], settings: Logistic, work: Work) -> list[Tried]:
        """Every penalty with its loss on patients left out; the one to take first (`choose_penalty`).

        Args:
            folds: [images] of the patient.

        Raises:
            Cancelled: `work` was asked to stop.
            FitRefused: no convergence.
        """
        rows, count = self.rows(0), len(self.images)
        features = self.features.rows(rows).astype(np.float64)
        patients = self._patients(rows)
        return choose_penalty(features, self.positive(rows), patients, folds[rows % count], count, settings, work)

    def layer(self, rows: Indices, penalty: float, settings: Logistic) -> Layer:
        """The final layer that some rows give.

        Raises:
            FitRefused: no convergence.
        """
        features = self.features.rows(rows).astype(np.float64)
        return fit_logistic(features, self.positive(rows), self._patients(rows), penalty, settings.balance)

    def _patients(self, rows: Indices) -> list[str]:
        return [self.images.patient[n] for n in rows % len(self.images)]


def member_rows(images: int, copies: int, member: int) -> Indices:
    """The feature rows of a member: the images themselves, and copies of its own."""
    own = np.arange(member * copies * images, (member + 1) * copies * images) + images
    return np.concatenate([np.arange(images), own])


def fold_of(images: Images, folds: int, seed: int) -> npt.NDArray[np.int64]:
    """The fold of each image; the same patient has the same one among all slices and among those learned from."""
    return patient_folds(images.positive, images.patient, folds, seed)


def logits_of(features: Features, images: Images, shifts: int, layers: Sequence[Layer]) -> Floats:
    """[layers, crops, images] what each layer answers to every crop of every slice.

    Args:
        features: in the order of `desktop.learning.features.ShiftOrder`.
    """
    found = np.empty((len(layers), shifts, len(images)), dtype=np.float32)
    for crop in range(shifts):
        rows = features.rows(np.arange(len(images)) + crop * len(images))
        for number, layer in enumerate(layers):
            found[number, crop] = layer.logits(rows)
    return found


def held_out(features: Features, images: Images, shifts: int, layers: Sequence[Layer], fold: Indices) -> Floats:
    """[crops, images] the answer of each slice's own fold's layer; see `logits_of`."""
    return np.asarray(np.take_along_axis(logits_of(features, images, shifts, layers), fold[None, None, :], axis=0)[0])
