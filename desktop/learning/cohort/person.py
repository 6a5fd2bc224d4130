"""Sex and age of the person on a series, for tables of a cohort; nothing that tells who it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pydicom import dcmread
from pydicom.errors import InvalidDicomError

SEXES = {"F": "female", "M": "male"}
"""Of PatientSex (PS3.3 C.7.1.1); "O" for other counts as not stated, for it is what many anonymisers write."""

_YEARS = re.compile(r"0*(\d{1,3})Y")


@dataclass(frozen=True)
class Person:
    """What a header states.

    Attributes:
        sex: "female", "male", or "" where it is not stated.
        years: of age at the scan, None where it is not stated.
    """

    sex: str = ""
    years: int | None = None


def person_on(path: Path) -> Person:
    """The person on a slice, by PatientSex and PatientAge; a header that cannot be read states nothing."""
    try:
        header = dcmread(path, stop_before_pixels=True, specific_tags=["PatientSex", "PatientAge"], force=True)
        sex, age = str(header.get("PatientSex") or ""), str(header.get("PatientAge") or "")
    except (OSError, InvalidDicomError, ValueError, TypeError):
        return Person()
    years = _YEARS.fullmatch(age.strip().upper())
    return Person(SEXES.get(sex.strip().upper(), ""), int(years[1]) if years and int(years[1]) else None)
