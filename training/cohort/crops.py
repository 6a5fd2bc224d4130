"""Crops to learn from: the application's crop and a margin, so that it can be moved without black corners."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop.imaging.geometry import Rectangle
from desktop.imaging.windowing import Window
from desktop.inference.crop import CROP_SIZE, crop_slices

MARGIN = CROP_SIZE // 4
"""Pixels around the application's crop; what the augmentation may reach."""

SIDE = CROP_SIZE + 2 * MARGIN
"""Pixels along a side of a crop with its margin."""

WINDOW = Window(level=60.0, width=600.0)
"""HU: the window in which the network sees crops (paper, "Image preprocessing and deep-learning analysis")."""

Floats = npt.NDArray[np.float32]


def crops_with_margin(hu: npt.NDArray[np.int16] | npt.NDArray[np.float32], rectangles: Sequence[Rectangle]) -> Floats:
    """Crops [slices, SIDE, SIDE] in HU around a rectangle of each slice, in the standard view.

    The inner `CROP_SIZE` pixels are the application's crop: the same function samples the same places.
    """
    return crop_slices(hu, list(map(_with_margin, rectangles)), SIDE)


def _with_margin(rectangle: Rectangle) -> Rectangle:
    column, row, width, height = rectangle
    share = MARGIN / CROP_SIZE
    return column - share * width, row - share * height, width * (1 + 2 * share), height * (1 + 2 * share)


@dataclass(frozen=True)
class LabelledCrops:
    """Slices of several patients.

    Attributes:
        hu: float16 [n, SIDE, SIDE]; exact to 0.25 HU inside the window, far below the noise.
        invaded: [n] the slices' labels.
        patient: [n] the patients' keys.
        patient_invaded: [n] the label of each slice's patient.
    """

    hu: npt.NDArray[np.float16]
    invaded: npt.NDArray[np.bool_]
    patient: npt.NDArray[np.int64]
    patient_invaded: npt.NDArray[np.bool_]

    @staticmethod
    def join(patients: Iterable[LabelledCrops]) -> LabelledCrops:
        """The slices of all patients, one after the other."""
        parts = list(patients)
        return LabelledCrops(
            np.concatenate([part.hu for part in parts]),
            np.concatenate([part.invaded for part in parts]),
            np.concatenate([part.patient for part in parts]),
            np.concatenate([part.patient_invaded for part in parts]),
        )

    def chosen(self, wanted: npt.NDArray[np.bool_]) -> LabelledCrops:
        """The slices where `wanted` [n] is true."""
        return LabelledCrops(self.hu[wanted], self.invaded[wanted], self.patient[wanted], self.patient_invaded[wanted])

    def as_in_paper(self) -> LabelledCrops:
        """Of patients with invasion the invaded slices only, of the others all (paper, "Deep learning")."""
        return self.chosen(self.invaded | ~self.patient_invaded)

    def numbers(self) -> dict[str, int]:
        """Patients and slices in numbers."""
        return {
            "patients": len(np.unique(self.patient)),
            "invaded_patients": len(np.unique(self.patient[self.patient_invaded])),
            "slices": len(self.invaded),
            "invaded_slices": int(self.invaded.sum()),
        }
