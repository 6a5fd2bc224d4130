"""Folds of the training patients."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from desktop.errors import InputRefused
from desktop.learning.draws import stream
from desktop.messages import message

Flags = npt.NDArray[np.bool_]


class FitRefused(InputRefused):
    """A fit that these images do not allow."""


def require_patients(positive: int, negative: int, folds: int) -> None:
    """Refuse folds that some patients are too few for: each needs one of either label. 0 folds need none.

    Raises:
        FitRefused: there are fewer positive or negative patients than folds.
    """
    for count, what in ((positive, "positive"), (negative, "negative")):
        if count < folds:
            raise FitRefused(
                message(
                    "{folds} folds need {folds} {what} patients, and training has {count}: set folds to {count} or "
                    "less, add patients, or take the preset paper, which has no folds.",
                    folds=folds,
                    what=what,
                    count=count,
                )
            )


def patient_folds(positive: Flags, patient: Sequence[str], folds: int, seed: int) -> npt.NDArray[np.int64]:
    """The fold of each image [n]: by patient, positive and negative patients dealt evenly.

    Raises:
        FitRefused: there are fewer positive or negative patients than folds.
    """
    ill = {key for key, label in zip(patient, positive, strict=True) if label}
    groups = {"positive": sorted(ill), "negative": sorted(set(patient) - ill)}
    require_patients(len(groups["positive"]), len(groups["negative"]), folds)
    fold: dict[str, int] = {}
    for what, group in groups.items():
        for place, n in enumerate(stream(seed, "folds", what).permutation(len(group))):
            fold[group[n]] = place % folds
    return np.array([fold[key] for key in patient])
