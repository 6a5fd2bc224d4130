"""What speaks for and against invasion on every slice of a case, per area of the patient, and the paper's look of it.

A cell's contribution to the logit grows with the area that the cell covers. Per cm², maps of smaller and larger ROIs
can be compared, and one scale serves all cases of a model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop.inference.gradcam import grad_cam, upsample

Floats = npt.NDArray[np.float32]

UNIT = "log-odds per cm²"

LEAST_SCALE = 0.05
"""Log-odds per cm², the least end of a case's own scale: weaker maps must look faint."""


@dataclass(frozen=True)
class Localisation:
    """How far maps lie from what changed in the picture, measured by patches that were planted in training crops.

    Attributes:
        rows_px, columns_px: mean offset in pixels of the crop; positive is towards the back, and towards the patient's
            left.
        error_px: median distance.
        rows_mm, columns_mm, error_mm: the same for an ROI of the area that the model asks for.
        patches: how many were planted.
    """

    rows_px: float
    columns_px: float
    error_px: float
    rows_mm: float
    columns_mm: float
    error_mm: float
    patches: int


@dataclass(frozen=True)
class MapFacts:
    """What a model says about its maps.

    Attributes:
        scale: log-odds per cm² at the ends of the colour scale, the same for all cases.
        localisation: None if it was not measured.
    """

    scale: float
    localisation: Localisation | None


@dataclass(frozen=True, eq=False)
class Maps:
    """The maps of a case, over the crop of each slice.

    Attributes:
        evidence: [slices, size, size] log-odds per cm²: positive for invasion, negative against it.
        grad_cam: [slices, size, size] the paper's look: evidence for invasion alone, each slice from 0 to 1 by its own
            maximum.
        scale: log-odds per cm² at the ends of the colour scale.
        scale_is_models: whether the scale is the same for all cases of the model; else it is this case's own.
    """

    evidence: Floats
    grad_cam: Floats
    scale: float
    scale_is_models: bool

    @staticmethod
    def of(contributions: Floats, areas_cm2: Sequence[float], size: int, stride: int, facts: MapFacts | None) -> Maps:
        """Maps from the cells' contributions to the logit.

        Args:
            contributions: [slices, h, w], one cell every `stride` pixels of a crop.
            areas_cm2: [slices] of the ROI.
            size: pixels along a side of a crop.
            facts: what the model says about its maps.
        """
        evidence = upsample(per_cm2(contributions, areas_cm2, size, stride), size, stride)
        positive = grad_cam(contributions)
        strongest = positive.max(axis=(1, 2), keepdims=True)
        relative = np.divide(positive, strongest, out=np.zeros_like(positive), where=strongest > 0)
        own = max(float(np.abs(evidence).max(initial=0.0)), LEAST_SCALE)
        scale = own if facts is None else facts.scale
        return Maps(evidence, upsample(relative, size, stride), scale, facts is not None)


def per_cm2(contributions: Floats, areas_cm2: Sequence[float], size: int, stride: int) -> Floats:
    """Contributions [n, h, w] to the logit per cm² of the patient, for crops of areas [n]; see `Maps.of`."""
    cell_cm2 = np.asarray(areas_cm2, dtype=np.float32) * (stride / size) ** 2
    return np.asarray(contributions / cell_cm2[:, None, None], dtype=np.float32)
