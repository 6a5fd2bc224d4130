"""What the tests of checklists share: the shipped bundle's manifest, and one as a site's own fit writes it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.inference.bundle import Bundle
from desktop.inference.manifest import Manifest


@pytest.fixture(scope="session")
def shipped() -> Manifest:
    return Bundle.shipped().manifest


@pytest.fixture(scope="session")
def site(shipped: Manifest) -> Manifest:
    """Of patients, with a side of each kind."""
    learned = {"patients": 49, "positive_patients": 20, "cases": 56, "images": 260, "positive_images": 102}
    return replace(
        shipped,
        id="site-7",
        intended_use="research",
        cohort={
            "kind": "patients",
            "training": learned,
            "validation": learned | {"patients": 21},
            "test": {"patients": 30, "positive_patients": 13, "cases": 37, "positive_cases": 15},
            "phase_not_stated": 3,
            "watched": "fold 2 of 5",
            "fold": 2,
        },
        fingerprints={"cohort": "c" * 64, "whole split": "d" * 64},
        metrics=tuple(
            replace(metric, numbers=metric.numbers.removesuffix(", test") + ", validation")
            for metric in shipped.metrics
            if metric.numbers.endswith(", test")
        ),
    )
