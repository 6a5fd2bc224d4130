"""What the tests of the paper's figures share."""

from __future__ import annotations

import pytest

from training.paper.cases import Study
from training.paper.reproduction import Reproduction, reproduce


@pytest.fixture(scope="session")
def found() -> Reproduction:
    return reproduce()


@pytest.fixture(scope="session")
def study() -> Study:
    return Study.of()
