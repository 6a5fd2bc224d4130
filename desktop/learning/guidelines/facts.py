"""The facts that model cards and reporting checklists are written from, each worded in one place only.

`bundle_facts.py` tells what a manifest knows, `training/fit/run_facts.py` what a run knows, an evaluation the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Fact(StrEnum):
    """A fact's key; `meaning` says in words what it tells, as it stands in a checklist where the fact is not known."""

    meaning: str

    def __new__(cls, key: str, meaning: str) -> Fact:
        """A member that is its key."""
        fact = str.__new__(cls, key)
        fact._value_, fact.meaning = key, meaning
        return fact

    # What the model is and is for
    QUESTION = "question", "the question, and the kind of technology that answers it"
    INTENDED_USE = "intended_use", "what the model is for, and what not"
    READER_TASK = "reader_task", "what the reader does before the network judges"
    INPUT_LIMITS = "input_limits", "which series may be judged, and what becomes of the others"
    PREPROCESSING = "preprocessing", "from a slice to what the network sees"
    MODEL = "model", "the network's architecture and task"
    OUTPUT = "output", "what the model puts out"
    CUTOFF = "cutoff", "the cut-offs"
    CUTOFF_SET = "cutoff_set", "whether the cut-offs were set beforehand"
    PREDICTION = "prediction", "how an answer is computed, and what the network does not see"
    EXPLANATION = "explanation", "how answers are explained"
    IDENTITY = "identity", "which model, data, split and configuration, by fingerprint"
    LICENCE = "licence", "the model's licence"
    SOFTWARE = "software", "software with versions"
    FIRST_WEIGHTS = "first_weights", "the weights that training began with, and their licence"

    # What it learned from
    DATA_SOURCE = "data_source", "the kind of cohort that was learned from"
    DATA_NUMBERS = "data_numbers", "patients, series and images on each side of the split"
    LABELS = "labels", "where the labels learned from are from"
    PARTITION = "partition", "how the cohort was divided, and checked against leaks"
    DATA_SELECTION = "data_selection", "which slices were learned from"
    IMAGING = "imaging", "slice thickness and contrast phases learned from"

    # How it was fitted
    TRAINING = "training", "the fit with its numbers"
    AUGMENTATION = "augmentation", "the augmentation"
    MODEL_SELECTION = "model_selection", "how the final model was chosen"
    ENSEMBLE = "ensemble", "whether several fits were combined"
    CLASS_BALANCE = "class_balance", "how unequal classes were dealt with"
    SEED = "seed", "the seed of all chance"
    HARDWARE = "hardware", "the hardware of the fit"

    # What the bundle itself states
    BUNDLE_FIGURES_FROM = "bundle_figures_from", "what the bundle's own figures were measured on"
    BUNDLE_FIGURES = "bundle_figures", "the bundle's own figures with unit and interval"

    # What an evaluation adds
    DESIGN = "design", "which came first: data and labels, or the model's answers"
    TEST_SOURCE = "test_source", "the kind of cohort evaluated"
    TEST_RELATION = "test_relation", "how the cases evaluated stand to those learned from: internal or external"
    TEST_SEPARATION = "test_separation", "the checks that no case evaluated was learned from"
    TEST_FLOW = "test_flow", "the cases of the cohort evaluated that were judged, and those that were not, with reasons"
    TEST_NUMBERS = "test_numbers", "patients, series and slices evaluated"
    TEST_CHARACTERISTICS = "test_characteristics", "characteristics of the cases evaluated"
    SHIFT = "shift", "how the cases evaluated differ from those learned from"
    LOOKS = "looks", "how often these cases have been evaluated"
    REFERENCE_STANDARD = "reference_standard", "the reference standard of the cases evaluated"
    REFERENCE_AGREEMENT = "reference_agreement", "agreement within and between those who gave the reference standard"
    INDETERMINATE = "indeterminate", "how indeterminate verdicts were counted"
    MISSING = "missing", "how missing data were dealt with"
    METRICS = "metrics", "the figures measured, and their units"
    INTERVALS = "intervals", "how the intervals were computed"
    COMPARISON = "comparison", "comparisons with readers or other models, and their tests"
    FIGURES = "figures", "the figures on the cases evaluated, with unit and interval"
    CROSS_TABLE = "cross_table", "verdicts against the reference standard, in numbers"
    CALIBRATION = "calibration", "calibration"
    SUBGROUPS = "subgroups", "figures by subgroup"
    ROBUSTNESS = "robustness", "how the answers change with the input"
    FAILURES = "failures", "the cases that were judged wrongly"
    UPDATING = "updating", "whether the model was updated by the cases evaluated"
    LIMITATIONS = "limitations", "limitations that the program can see"
    OUTPUTS_KEPT = "outputs_kept", "which outputs are kept for others to check"


Facts = Mapping[Fact, str]
"""What is known, each in whole sentences of plain text; a fact that is absent or empty is not known."""
