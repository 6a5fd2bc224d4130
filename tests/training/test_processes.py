"""Work spread over processes."""

from __future__ import annotations

import os
from contextlib import closing

import pytest

from training.processes import ProcessLost, in_order


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_order(workers):
    with closing(in_order(abs, range(-5, 5), workers)) as results:
        assert list(results) == [5, 4, 3, 2, 1, 0, 1, 2, 3, 4]


def test_a_killed_process_is_one_sentence():
    with closing(in_order(os._exit, [1], 2)) as results, pytest.raises(ProcessLost, match="smaller number"):
        list(results)
