"""A figure that cannot be computed says why."""

import pytest

from desktop.learning.statistics.estimate import Estimate, NotComputable, Undefined, known


def test_undefined_is_the_end_of_a_sentence():
    assert f"The AUC {Undefined('there is no positive case')}." == (
        "The AUC cannot be computed, because there is no positive case."
    )


def test_what_is_needed_and_missing_stops_with_that_sentence():
    assert known(Estimate(0.5, 0.4, 0.6), "The AUC by patient").value == 0.5
    with pytest.raises(NotComputable, match=r"^The AUC by patient cannot be computed, because there is nothing\.$"):
        known(Undefined("there is nothing"), "The AUC by patient")
