"""The images that a fit learns from or is watched on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, groupby

import numpy as np
import numpy.typing as npt

from desktop.errors import InputRefused
from desktop.learning.cohort.crops import SIXTHS, without_margin
from desktop.learning.patient_folds import require_patients
from desktop.messages import message


class ImagesRefused(InputRefused):
    """Images that nothing can be learned from."""


@dataclass(frozen=True)
class Stack:
    """The slices in range of one case, the lowest first.

    Attributes:
        rows: [n] where they lie among the images.
        positive: the case's label; a case is positive when an image of it is.
        positions_mm: [n] ascending.
    """

    patient: str
    positive: bool
    rows: npt.NDArray[np.int64]
    positions_mm: npt.NDArray[np.float64]
    spacing_mm: float


@dataclass(frozen=True)
class Images:
    """Slices of several patients, those of a case together; whole when built.

    Attributes:
        hu: float16 [n, side, side], crops with margin in HU (`desktop.learning.cohort.crops`).
        positive: [n] the slices' labels.
        sop_uid: [n] SOPInstanceUIDs, each once.
        case: [n] the cases' keys.
        patient: [n] the patients' keys.
        position_mm: [n] ascending within a case.
        spacing_mm: [n] by which slices of the case count as neighbours.
    """

    hu: npt.NDArray[np.float16]
    positive: npt.NDArray[np.bool_]
    sop_uid: tuple[str, ...]
    case: tuple[str, ...]
    patient: tuple[str, ...]
    position_mm: npt.NDArray[np.float64]
    spacing_mm: npt.NDArray[np.float64]

    def __post_init__(self) -> None:
        count = len(self.sop_uid)
        if not count:
            raise _nothing()
        parts = (self.hu, self.positive, self.case, self.patient, self.position_mm, self.spacing_mm)
        if any(len(part) != count for part in parts):
            raise ValueError("all parts must be of one length")
        if len(set(self.case)) != sum(1 for _ in groupby(self.case)):
            raise ValueError("the slices of a case must lie together")
        if self.hu.ndim != 3 or self.hu.shape[1] != self.hu.shape[2] or self.hu.shape[1] % SIXTHS:
            raise ValueError(f"hu is {self.hu.shape}; squares whose side is a multiple of {SIXTHS} are expected")
        if self.hu.dtype != np.float16 or self.positive.dtype != np.bool_:
            raise ValueError("hu is float16 and positive is bool")
        twice = _first_twice(self.sop_uid)
        if twice is not None:
            at = self.sop_uid.index(twice)
            raise ImagesRefused(
                message(
                    "The slice {twice} of case {case} is there twice: take one of the two out.",
                    twice=twice,
                    case=self.case[at],
                )
            )

    @staticmethod
    def join(parts: Sequence[Images]) -> Images:
        """The images of all parts, one part after the other.

        Raises:
            ImagesRefused: there are none, or a slice is there twice.
        """
        if not parts:
            raise _nothing()
        return Images(
            np.concatenate([part.hu for part in parts]),
            np.concatenate([part.positive for part in parts]),
            tuple(chain.from_iterable(part.sop_uid for part in parts)),
            tuple(chain.from_iterable(part.case for part in parts)),
            tuple(chain.from_iterable(part.patient for part in parts)),
            np.concatenate([part.position_mm for part in parts]),
            np.concatenate([part.spacing_mm for part in parts]),
        )

    def among(self, rows: npt.NDArray[np.bool_]) -> Images:
        """Those images alone.

        Raises:
            ImagesRefused: there are none.
        """
        kept = np.flatnonzero(rows).tolist()
        sop_uid, case, patient = (tuple(names[n] for n in kept) for names in (self.sop_uid, self.case, self.patient))
        places = self.position_mm[rows], self.spacing_mm[rows]
        return Images(self.hu[rows], self.positive[rows], sop_uid, case, patient, *places)

    @property
    def learnable(self) -> npt.NDArray[np.bool_]:
        """[n] the paper's training images: of a positive case the slices called positive, of a negative one all.

        A case is positive exactly when a slice of it is (`desktop.learning.cohort.examine` refuses any other).
        """
        ill = {case for case, positive in zip(self.case, self.positive, strict=True) if positive}
        return np.array([positive or case not in ill for case, positive in zip(self.case, self.positive, strict=True)])

    def stacks(self) -> tuple[Stack, ...]:
        """The cases, each with its slices."""
        found, start = [], 0
        for _, names in groupby(self.case):
            rows = np.arange(start, start + len(list(names)))
            start = int(rows[-1]) + 1
            label, spacing_mm = bool(self.positive[rows].any()), float(self.spacing_mm[rows[0]])
            found.append(Stack(self.patient[rows[0]], label, rows, self.position_mm[rows], spacing_mm))
        return tuple(found)

    def __len__(self) -> int:
        return len(self.sop_uid)

    @property
    def crop_size(self) -> int:
        """Pixels along a side of the crop without its margin."""
        return int(self.hu.shape[1]) * 4 // SIXTHS

    def crops(self, rows: slice) -> npt.NDArray[np.float32]:
        """The crops themselves [n, crop_size, crop_size] in HU, as the application sees them."""
        return without_margin(self.hu[rows])

    def fingerprint(self) -> str:
        """SHA-256 over identity, label and pixels of every image, in this order."""
        found = hashlib.sha256(repr((self.hu.shape, self.positive.tolist())).encode())
        found.update(repr((self.sop_uid, self.case, self.patient)).encode())
        found.update(repr((self.position_mm.tolist(), self.spacing_mm.tolist())).encode())
        found.update(np.ascontiguousarray(self.hu).view(np.uint8).data)
        return found.hexdigest()

    def numbers(self) -> dict[str, int]:
        """Patients, cases and images in numbers; a patient or case is positive when an image of it is."""
        ill = np.flatnonzero(self.positive)
        return {
            "patients": len(set(self.patient)),
            "positive_patients": len({self.patient[n] for n in ill}),
            "cases": len(set(self.case)),
            "positive_cases": len({self.case[n] for n in ill}),
            "images": len(self),
            "positive_images": len(ill),
        }


def require_learnable(train: Images, validation: Images | None, folds: int) -> None:
    """Refuse what a fit cannot learn from or cannot be watched on, or what would let it watch itself.

    The cohort's own check for leaks compares more; this one guards the last door.

    Args:
        validation: None where nobody is watched.
        folds: of the training patients, 0 for none.

    Raises:
        ImagesRefused: one class only, a patient or a slice on both sides, crops of two sizes, or nobody to measure on.
        FitRefused: fewer positive or negative patients than folds.
    """
    if validation is None and not folds:
        raise ImagesRefused(
            message("Without internal validation and without folds a fit cannot be measured: set folds to 2 or more.")
        )
    for images, what in ((train, "training"), (validation, "internal validation")):
        if images is None:
            continue
        labels = images.positive[images.learnable]
        if labels.all() or not labels.any():
            kind = "positive" if labels.all() else "negative"
            raise ImagesRefused(
                message(
                    "All {count} {what} images are {kind}: both kinds are needed on each side of the split.",
                    count=len(labels),
                    what=what,
                    kind=kind,
                )
            )
    numbers = train.numbers()
    require_patients(numbers["positive_patients"], numbers["patients"] - numbers["positive_patients"], folds)
    if validation is None:
        return
    for kind, ours, theirs in (
        ("patient", train.patient, validation.patient),
        ("slice", train.sop_uid, validation.sop_uid),
    ):
        both = sorted(set(ours) & set(theirs))
        if both:
            raise ImagesRefused(
                message(
                    "The {kind} {both} is in training and in internal validation: split the cohort by patient.",
                    kind=kind,
                    both=both[0],
                )
            )
    if train.hu.shape[1] != validation.hu.shape[1]:
        raise ImagesRefused(
            message(
                "The training crops are {crop_size} pixels wide, those of validation {other_size}: cut both with "
                "the same function.",
                crop_size=train.crop_size,
                other_size=validation.crop_size,
            )
        )


def _nothing() -> ImagesRefused:
    return ImagesRefused(message("There are no images to learn from: the cohort has no slices in range."))


def _first_twice(names: tuple[str, ...]) -> str | None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None
