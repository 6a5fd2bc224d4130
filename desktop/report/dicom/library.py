"""highdicom, which writes DICOM here, and pydicom, set up before it. Nothing else imports highdicom.

It is imported late: that takes 0.6 s, and only those who want objects need it. Its remarks are silenced: they might
repeat names of patients.
"""

from __future__ import annotations

import logging

from desktop.imaging.dicom import Dataset  # sets pydicom up

__all__ = [
    "CTImageStorage",
    "CodingSchemeIdentificationItem",
    "Dataset",
    "EncapsulatedPDFStorage",
    "codes",
    "highdicom",
]

import highdicom
from highdicom.coding_schemes import CodingSchemeIdentificationItem
from pydicom.sr.codedict import codes
from pydicom.uid import CTImageStorage, EncapsulatedPDFStorage

logging.getLogger("highdicom").setLevel(logging.CRITICAL)
