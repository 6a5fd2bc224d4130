"""What the tests of placement share: one phantom case, judged by the shipped network."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.inference.network import Network
from desktop.learning.cohort.members import Case
from desktop.phantoms import Phantom
from training.cohort.phantoms import reading_of
from training.evaluation.cases.judge import JudgedSeries, judge_case


@pytest.fixture(scope="session")
def phantom_case(phantom: Phantom, study: Path) -> Case:
    """A positive case; nothing of it is changed."""
    return Case("P1-plain", "P1", study, reading_of(phantom), study / "reading.json")


@pytest.fixture(scope="session")
def seen(phantom_case: Case, network: Network) -> JudgedSeries:
    return judge_case(phantom_case, network)
