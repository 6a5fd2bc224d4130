"""The coded concepts of the objects: the standard's where it has one, else Clivus' own, which every object declares."""

from __future__ import annotations

from desktop.reading.run import Verdict
from desktop.report.dicom.library import CodingSchemeIdentificationItem, codes, highdicom

Concept = highdicom.sr.CodedConcept

_OWN = "99CLIVUS"
"""Coding schemes that are private begin with 99 (PS3.16 8.2)."""

_OWN_UID = "2.25.246002431916380737061058417689197106150"

SCHEME = CodingSchemeIdentificationItem(
    designator=_OWN, name="Codes of Clivus", uid=_OWN_UID, responsible_organization="Clivus"
)


def _own(value: str, meaning: str) -> Concept:
    return Concept(value, _OWN, meaning)


INVASION = _own("INVASION", "Skull-base invasion by nasopharyngeal tumor")
RUN_SLICES = _own("RUN_SLICES", "Longest run of adjacent positive slices")
RUN_LENGTH = _own("RUN_LENGTH", "Length of the longest run of adjacent positive slices")
SCORE = _own("SCORE", "Highest threshold at which the run reaches the cut-off")
LOGIT = _own("LOGIT", "Logit of the probability")
POSITION = _own("POSITION", "Position along the normal of the stack")

PROBABILITY = Concept.from_code(codes.DCM.Probability)
AREA = Concept.from_code(codes.SCT.Area)
CLASS_ACTIVATION = Concept.from_code(codes.DCM.ClassActivation)
HEAD_CT = Concept.from_code(codes.SCT.ComputedTomographyOfHead)
SITE = Concept.from_code(codes.SCT.Skull)
FAMILY = Concept.from_code(codes.DCM.ArtificialIntelligence)
SOURCE_IMAGE = Concept.from_code(codes.DCM.SourceImageForImageProcessingOperation)
SOURCE = Concept.from_code(codes.SCT.Source)
OF_INTEREST = Concept.from_code(codes.DCM.OfInterest)
COMMENT = Concept.from_code(codes.DCM.Comment)

ANSWERS = {
    Verdict.POSITIVE: Concept("52101004", "SCT", "Present"),
    Verdict.NEGATIVE: Concept("2667000", "SCT", "Absent"),
    Verdict.INDETERMINATE: Concept("82334004", "SCT", "Indeterminate"),
}

NO_UNIT = Concept("1", "UCUM", "no units")
SLICES = Concept("{slices}", "UCUM", "slices")
MM = Concept("mm", "UCUM", "mm")
CM2 = Concept("cm2", "UCUM", "square centimeter")
PER_CM2 = Concept("/cm2", "UCUM", "per square centimeter")
