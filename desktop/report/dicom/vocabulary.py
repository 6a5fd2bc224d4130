"""The codes in the objects: the standard's where it has one, else Clivus' own, which every object declares.

Without highdicom, so that reports are read again without it.
"""

from __future__ import annotations

from typing import NamedTuple

from desktop.reading.run import Verdict

OWN_SCHEME, OWN_SCHEME_UID = "99CLIVUS", "2.25.246002431916380737061058417689197106150"
"""Designators of private coding schemes begin with 99 (PS3.16 8.2)."""


class Term(NamedTuple):
    """A code with its scheme and its meaning."""

    value: str
    scheme: str
    meaning: str


INVASION = Term("INVASION", OWN_SCHEME, "Skull-base invasion by nasopharyngeal tumor")
RUN_SLICES = Term("RUN_SLICES", OWN_SCHEME, "Longest run of adjacent positive slices")
RUN_LENGTH = Term("RUN_LENGTH", OWN_SCHEME, "Length of the longest run of adjacent positive slices")
SCORE = Term("SCORE", OWN_SCHEME, "Highest threshold at which the run reaches the cut-off")
LOGIT = Term("LOGIT", OWN_SCHEME, "Logit of the probability")
POSITION = Term("POSITION", OWN_SCHEME, "Position along the normal of the stack")

PROBABILITY = Term("122157", "DCM", "Probability")
PARAMETERS = Term("111002", "DCM", "Algorithm Parameters")
IMAGE_REGION = Term("111030", "DCM", "Image Region")
CLASS_ACTIVATION = Term("130402", "DCM", "Class activation")
FAMILY = Term("123110", "DCM", "Artificial Intelligence")
COMMENT = Term("121106", "DCM", "Comment")
REPORT = Term("126000", "DCM", "Imaging Measurement Report")
DEVICE = Term("121007", "DCM", "Device")
SCANNER = Term("109101", "DCM", "Acquisition Equipment")
PROCESSING = Term("109102", "DCM", "Processing Equipment")
OF_INTEREST = Term("113000", "DCM", "Of Interest")
DERIVATION = Term("113085", "DCM", "Spatial resampling")
SOURCE_IMAGE = Term("121322", "DCM", "Source image for image processing operation")
AREA = Term("42798000", "SCT", "Area")
SITE = Term("89546000", "SCT", "Skull")
HEAD_CT = Term("303653007", "SCT", "CT of head")
SOURCE = Term("260753009", "SCT", "Source")

ANSWERS = {
    Verdict.POSITIVE: Term("52101004", "SCT", "Present"),
    Verdict.NEGATIVE: Term("2667000", "SCT", "Absent"),
    Verdict.INDETERMINATE: Term("82334004", "SCT", "Indeterminate"),
}

NO_UNIT = Term("1", "UCUM", "no units")
SLICES = Term("{slices}", "UCUM", "slices")
MM = Term("mm", "UCUM", "mm")
CM2 = Term("cm2", "UCUM", "square centimeter")
PER_CM2 = Term("/cm2", "UCUM", "per square centimeter")
