"""A patient in words that people read: for the screen, and for a report that was asked to name the patient."""

from __future__ import annotations

import re
from dataclasses import replace

from desktop.imaging.series import Patient
from desktop.messages import tr

_LEAST_WORD = 3
"""Letters: shorter parts of names and numbers are in many words."""


def patient_texts(patient: Patient) -> list[str]:
    """Name, number and date of birth, for instance "DOE, JANE", "4711", "born 1950-01-31"."""
    born = _date(patient.birth_date.strip())
    texts = (_name(patient.name) or tr("(no name)"), patient.id.strip(), tr("born {date}", date=born) if born else "")
    return [_printable(text) for text in texts if text]


def patient_line(patient: Patient) -> str:
    """Name and number, for instance "DOE, JANE · 4711": what tells one patient of a list from another."""
    return " · ".join(patient_texts(replace(patient, birth_date="")))


def _name(name: str) -> str:
    """A person's name (PS3.5 6.2): up to three writings between "=", each of five parts between "^"."""
    writings = [_parts(writing) for writing in name.split("=")]
    latin, ideographic, phonetic = (*writings, [], [], [])[:3]
    own = " ".join(ideographic or phonetic)  # written without a comma, the family's name first
    family = ", ".join(part for part in (" ".join(latin[:1]), " ".join(latin[1:])) if part)
    return f"{family} ({own})" if family and own else family or own


def _parts(writing: str) -> list[str]:
    return [part.strip() for part in writing.split("^") if part.strip()]


def _date(date: str) -> str:
    """A date (PS3.5 6.2, "19500131") with hyphens; anything else unchanged."""
    digits = date.replace(".", "")
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}" if len(digits) == 8 and digits.isdigit() else date


def _printable(text: str) -> str:
    """Without signs that break the line or turn the text around it."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def names_patient(text: str, patient: Patient) -> bool:
    """Whether a text that somebody typed at the scanner holds a part of the patient's name, or the number."""
    words = {*re.split(r"[\W_]+", patient.name.casefold()), patient.id.strip().casefold()}
    return any(word in text.casefold() for word in words if len(word) >= _LEAST_WORD)
