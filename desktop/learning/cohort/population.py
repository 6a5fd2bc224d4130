"""Whom a cohort is of; what a model may be used for follows from it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # who needs the words alone, as the window does, do not wait for what examines cases
    from desktop.learning.cohort.examine import Identity

PHANTOMS, MIXED, PATIENTS = "phantoms", "patients and phantoms", "patients"


def kind_of(cases: Iterable[Identity]) -> str:
    """Whom cases are of, by the marks that only Clivus writes into the series it draws (`desktop.synthetic`)."""
    drawn = [case.synthetic for case in cases]
    return PHANTOMS if all(drawn) else MIXED if any(drawn) else PATIENTS
