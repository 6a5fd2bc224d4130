"""Whatever the cases are like: a sound interval, or the reason why there is none; never nan, never a warning."""

from __future__ import annotations

import math
from dataclasses import is_dataclass

import numpy as np
import pytest

from desktop.learning.statistics import auc_intervals, proportions, reported, roc
from desktop.learning.statistics.estimate import Estimate, Undefined
from desktop.learning.statistics.reported import Cases, Reported
from training.statistics import calibration, comparison, curve, decision, further, reliability

UNIT = "slice"
INPUTS = {
    "nothing": ([], [], []),
    "one case": ([True], [0.5], ["a"]),
    "one of each": ([True, False], [0.7, 0.2], ["a", "b"]),
    "one of each, of one patient": ([True, False], [0.7, 0.2], ["a", "a"]),
    "positive only": ([True] * 5, [0.1, 0.2, 0.3, 0.4, 0.5], list("abcde")),
    "negative only": ([False] * 5, [0.1, 0.2, 0.3, 0.4, 0.5], list("aabbc")),
    "one positive": ([True] + [False] * 6, [0.6, 0.7, 0.2, 0.1, 0.3, 0.2, 0.1], list("abcdefg")),
    "all probabilities the same": ([True, False] * 6, [0.5] * 12, list("aabbccddeeff")),
    "ties everywhere": ([True, False, True, False] * 5, [0.8, 0.2, 0.2, 0.8] * 5, list("abcdefghijklmnopqrst")),
    "fully apart": ([True] * 6 + [False] * 6, [0.9] * 6 + [0.2] * 6, list("abcdefghijkl")),
    "fully apart, of few patients": ([True] * 6 + [False] * 6, [0.9] * 6 + [0.2] * 6, list("aaabbbcccddd")),
    "fully the wrong way round": ([True] * 6 + [False] * 6, [0.1] * 6 + [0.8] * 6, list("abcdefghijkl")),
    "certain": ([True] * 6 + [False] * 6, [1.0] * 6 + [0.0] * 6, list("abcdefghijkl")),
    "certain and wrong once": ([True] * 6 + [False] * 6, [1.0] * 5 + [0.0] * 7, list("abcdefghijkl")),
    "very small": ([True] * 6 + [False] * 6, [1e-30] * 5 + [0.0] * 7, list("abcdefghijkl")),
    "one patient": ([True, False, True, False], [0.8, 0.3, 0.4, 0.6], list("aaaa")),
    "one patient has nearly all": ([True, False] * 20, [0.8, 0.3, 0.4, 0.6] * 10, ["a"] * 38 + ["b", "c"]),
    "not a number": ([True, False, True, False], [0.8, math.nan, 0.4, 0.6], list("abcd")),
}
MEASURES = {
    "auc": lambda p, s, _: roc.auc(p, s),
    "delong": lambda p, s, _: roc.delong(p, s),
    "newcombe_auc": auc_intervals.newcombe_auc,
    "covariance": lambda p, s, c: roc.obuchowski_covariance(p, [s, s], c),
    "delong_paired": lambda p, s, _: comparison.delong_paired(p, s, s[::-1]),
    "obuchowski_paired": lambda p, s, c: comparison.obuchowski_paired(p, s, s[::-1], c),
    "recovered_difference": lambda p, s, c: comparison.recovered_difference(p, s, s[::-1], c),
    "mcnemar_clustered": lambda p, s, c: comparison.mcnemar_clustered(p, np.greater(s, 0.5), c),
    "roc_curve": lambda p, s, _: curve.roc_curve(p, s),
    "youden": lambda p, s, _: curve.youden(p, s),
    "youden_in_folds": curve.youden_in_folds,
    "clustered_share": lambda p, _, c: proportions.clustered_share(p, c),
    "intercept": calibration.calibration_intercept,
    "slope": calibration.calibration_slope,
    "brier": calibration.brier,
    "reliability": reliability.reliability,
    "decision_curve": lambda p, s, _: decision.decision_curve(p, s, [0.1, 0.5, 0.9]),
    "rates": lambda p, s, c: reported.rates(Cases.of(UNIT, p, c), np.greater(s, 0.5)),
    "predictive_values": lambda p, s, c: further.predictive_values(Cases.of(UNIT, p, c), np.greater(s, 0.5), 0.1),
    "reported area": lambda p, s, c: reported.area(Cases.of(UNIT, p, c), s),
    "reported difference": lambda p, s, c: further.area_difference(Cases.of(UNIT, p, c), s, s[::-1]),
}


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("given", INPUTS)
def test_a_figure_or_the_reason(given, measure):
    for figure in parts(MEASURES[measure](*INPUTS[given])):
        if isinstance(figure, Undefined):
            assert figure.because[0].islower()
            assert not figure.because.endswith(".")
        elif isinstance(figure, Estimate | Reported):
            assert math.isfinite(figure.low)
            assert math.isfinite(figure.high)
            assert figure.low - 1e-9 <= figure.value <= figure.high + 1e-9
        else:
            assert np.isfinite(figure).all()


def parts(found):
    """The figures in what a measure returned."""
    if isinstance(found, Undefined | Estimate | Reported):
        return [found]
    if isinstance(found, tuple):
        return [figure for item in found for figure in parts(item)]
    return [figure for item in vars(found).values() for figure in parts(item)] if is_dataclass(found) else [found]
