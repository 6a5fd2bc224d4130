"""highdicom, which writes DICOM here, and pydicom, set up before it. Nothing else imports highdicom.

It is imported late: that takes 0.6 s, and only those who want objects need it. Its remarks are silenced: they might
repeat names of patients.
"""

from __future__ import annotations

import logging

from desktop.imaging.dicom import Dataset  # sets pydicom up
from desktop.report.dicom.vocabulary import OWN_SCHEME, OWN_SCHEME_UID, Term

__all__ = ["CTImageStorage", "Dataset", "EncapsulatedPDFStorage", "coded", "highdicom", "own_scheme"]

import highdicom
from highdicom.coding_schemes import CodingSchemeIdentificationItem
from pydicom.uid import CTImageStorage, EncapsulatedPDFStorage

logging.getLogger("highdicom").setLevel(logging.CRITICAL)


def coded(term: Term) -> highdicom.sr.CodedConcept:
    """A term as an item of a sequence."""
    return highdicom.sr.CodedConcept(*term)


def own_scheme() -> Dataset:
    """What declares Clivus' own codes (PS3.3 C.12.1.1.7)."""
    return CodingSchemeIdentificationItem(
        designator=OWN_SCHEME, name="Codes of Clivus", uid=OWN_SCHEME_UID, responsible_organization="Clivus"
    )
