"""What the paper prints (Nakagawa et al., Jpn J Radiol 2024): numbers as text, to the printed digit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Reader = Literal["CNN", "senior", "junior"]
Measure = Literal["AUC", "accuracy", "sensitivity", "specificity", "PPV", "NPV"]
READERS: tuple[Reader, ...] = ("CNN", "senior", "junior")
RATES: tuple[Measure, ...] = ("accuracy", "sensitivity", "specificity", "PPV", "NPV")


@dataclass(frozen=True)
class Cell:
    """A figure of the table of results with its 95 % interval, "low-high"."""

    reader: Reader
    measure: Measure
    value: str
    interval: str


@dataclass(frozen=True)
class Comparison:
    """The p value of a comparison of two readers: a number, or "<" and a bound."""

    one: Reader
    other: Reader
    p: str


@dataclass(frozen=True)
class SecondRoi:
    """The network once more, on ROIs placed by a third radiologist."""

    auc: str
    interval: str
    p: str


@dataclass(frozen=True)
class Tally:
    """A count that must come out of others: the sum of products of `parts`."""

    figure: str
    unit: str
    value: str
    parts: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Paper:
    """Everything printed that can be recomputed.

    Attributes:
        results: section "Results" (values also in Table 1).
        comparisons: of AUCs, at the end of "Radiologists' diagnostic performances".
        abstract_accuracies: of the abstract.
        abstract_aucs: what the abstract says of the p values of the AUCs.
        abstract_accuracy_claim: the accuracies too are called significantly different there, without a test of them.
        cutoff: run from which a case is positive, by the Youden index.
        tallies: sections "Study population" to "Image preprocessing and deep-learning analysis".
    """

    results: tuple[Cell, ...]
    comparisons: tuple[Comparison, ...]
    abstract_accuracies: tuple[tuple[Reader, str], ...]
    abstract_aucs: tuple[Comparison, ...]
    abstract_accuracy_claim: tuple[Comparison, ...]
    second_roi: SecondRoi
    cutoff: str
    tallies: tuple[Tally, ...]

    def cell(self, reader: Reader, measure: Measure) -> Cell:
        """One figure of the results."""
        return next(cell for cell in self.results if (cell.reader, cell.measure) == (reader, measure))


SIGNIFICANT = "<0.05"

COPIES = 21
"""Augmented copies of each training image, beside the image itself."""

TRAINING_IMAGES = 146, 226
"""Slices of the positive and of the negative training group, before augmentation."""

VALIDATION_SHARE = 0.30
NEGATIVE_TEST_SLICES = 99
SLICE_THICKNESS_MM = (1.25, 4.00)

PAPER = Paper(
    results=(
        Cell("CNN", "AUC", "0.953", "0.861-1.045"),
        Cell("CNN", "accuracy", "0.973", "0.858-0.999"),
        Cell("CNN", "sensitivity", "0.933", "0.681-0.998"),
        Cell("CNN", "specificity", "1.000", "1.000-1.000"),
        Cell("CNN", "PPV", "1.000", "1.000-1.000"),
        Cell("CNN", "NPV", "0.957", "0.781-0.999"),
        Cell("senior", "AUC", "0.832", "0.704-0.960"),
        Cell("senior", "accuracy", "0.833", "0.653-0.944"),
        Cell("senior", "sensitivity", "0.769", "0.462-0.950"),
        Cell("senior", "specificity", "0.882", "0.636-0.985"),
        Cell("senior", "PPV", "0.833", "0.516-0.979"),
        Cell("senior", "NPV", "0.833", "0.586-0.964"),
        Cell("junior", "AUC", "0.617", "0.459-0.774"),
        Cell("junior", "accuracy", "0.600", "0.406-0.773"),
        Cell("junior", "sensitivity", "0.692", "0.386-0.909"),
        Cell("junior", "specificity", "0.529", "0.278-0.770"),
        Cell("junior", "PPV", "0.529", "0.278-0.770"),
        Cell("junior", "NPV", "0.692", "0.386-0.909"),
    ),
    comparisons=(
        Comparison("CNN", "senior", "0.050"),
        Comparison("CNN", "junior", "<0.001"),
        Comparison("senior", "junior", "0.012"),
    ),
    abstract_accuracies=(("CNN", "0.973"), ("senior", "0.838"), ("junior", "0.595")),
    abstract_aucs=(Comparison("CNN", "senior", SIGNIFICANT), Comparison("CNN", "junior", SIGNIFICANT)),
    abstract_accuracy_claim=(Comparison("CNN", "senior", SIGNIFICANT), Comparison("CNN", "junior", SIGNIFICANT)),
    second_roi=SecondRoi("0.971", "0.861-1.045", "0.730"),
    cutoff="2",
    tallies=(
        Tally("all", "patient", "100", ((42,), (58,))),
        Tally("by phase", "patient", "100", ((7,), (76,), (17,))),
        Tally("with invasion", "patient", "42", ((29,), (13,))),
        Tally("without invasion", "patient", "58", ((41,), (17,))),
        Tally("training", "patient", "70", ((29,), (41,))),
        Tally("test", "patient", "30", ((13,), (17,))),
        Tally("plain only", "patient", "7", ((1,), (4,), (1,), (1,))),
        Tally("contrast only", "patient", "76", ((24,), (31,), (10,), (11,))),
        Tally("both phases", "patient", "17", ((4,), (6,), (2,), (5,))),
        Tally("training, positive", "patient", "29", ((1,), (24,), (4,))),
        Tally("training, positive", "series", "33", ((1,), (24,), (2, 4))),
        Tally("training, negative", "patient", "41", ((4,), (31,), (6,))),
        Tally("training, negative", "series", "47", ((4,), (31,), (2, 6))),
        Tally("test, positive", "patient", "13", ((1,), (10,), (2,))),
        Tally("test, positive", "series", "15", ((1,), (10,), (2, 2))),
        Tally("test, negative", "patient", "17", ((1,), (11,), (5,))),
        Tally("test, negative", "series", "22", ((1,), (11,), (2, 5))),
        Tally("test, positive", "slice", "86", ((69,), (17,))),
        Tally("images, positive", "slice", "3212", ((TRAINING_IMAGES[0], 1 + COPIES),)),
        Tally("images, negative", "slice", "4972", ((TRAINING_IMAGES[1], 1 + COPIES),)),
    ),
)

SETTINGS = (
    f"slices of {SLICE_THICKNESS_MM[0]:.2f}-{SLICE_THICKNESS_MM[1]:.2f} mm, about 512 x 512, from four vendors",
    "excluded above 4 mm or without MRI",
    "ROI about 18 cm²",
    "window level 60 HU, width 600 HU",
    f"{COPIES} further copies of each training image",
    "15 epochs, batch 64, learning rate 1e-4",
    f"{100 * VALIDATION_SHARE:.0f} % of the training data for internal validation",
    f"{TRAINING_IMAGES[0]} positive and {TRAINING_IMAGES[1]} negative training slices",
    f"{NEGATIVE_TEST_SLICES} slices of the negative test series",
)
"""Numbers that were chosen or counted: nothing else that is printed determines them."""
