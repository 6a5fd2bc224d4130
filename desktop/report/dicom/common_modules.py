"""What all objects have in common: patient and study, series, equipment, and who made them (IHE AI Results)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from desktop.inference.result import Result
from desktop.inference.stability import Stability
from desktop.report.dicom import vocabulary
from desktop.report.dicom.library import Dataset, coded, own_scheme
from desktop.report.dicom.source_images import UTF8, SourceImage, SourceImages, holds
from desktop.version import MAKER, VERSION

NOT_FOR_DIAGNOSIS = "AI, not for diagnosis"
"""What the description of every series begins with. English in every language, like all that files say."""

_FIRST_SERIES = 9701
"""Far above what scanners number, so that the results stand behind the images in a list."""


_EQUIPMENT = {"Manufacturer": MAKER, "ManufacturerModelName": MAKER, "SoftwareVersions": VERSION}


@dataclass(frozen=True)
class Occasion:
    """What is told in objects, and when they were made.

    Attributes:
        stability: None if it was not measured.
        device_uid: of this installation (`desktop.report.dicom.device_uid`).
    """

    result: Result
    stability: Stability | None
    source: SourceImages
    device_uid: str
    made_at: datetime


def new_uid() -> str:
    """A UID that nobody else has (PS3.5 B.2)."""
    return f"2.25.{uuid.uuid4().int}"


@dataclass(frozen=True)
class NewSeries:
    """The series of one object; objects of different modalities cannot share one.

    Attributes:
        place: among the results, from 0.
        about: what it contains, after `NOT_FOR_DIAGNOSIS`.
    """

    place: int
    about: str

    @property
    def number(self) -> int:
        """SeriesNumber."""
        return _FIRST_SERIES + self.place

    @property
    def description(self) -> str:
        """SeriesDescription."""
        return f"{NOT_FOR_DIAGNOSIS}: {self.about}"


def complete(made: Dataset, series: NewSeries, occasion: Occasion, text: str = "") -> Dataset:
    """Give an object what all have in common, in place of what the library has put there.

    Args:
        text: in it that is not ASCII, and decides whether the character set of the source will do.
    """
    source = occasion.source
    made.SpecificCharacterSet = list(source.character_set if holds(source.character_set, text) else (UTF8,))
    if not made.SpecificCharacterSet:
        del made.SpecificCharacterSet
    for keyword, text in source.identity.items():
        setattr(made, keyword, text)
    made.StudyInstanceUID = source.study_instance_uid
    made.SeriesNumber, made.SeriesDescription = series.number, series.description
    made.SeriesDate, made.SeriesTime = _day_and_time(occasion)
    if "ContentDate" in made:
        made.ContentDate, made.ContentTime = _day_and_time(occasion)
    made.InstanceCreationDate, made.InstanceCreationTime = _day_and_time(occasion)
    for keyword, text in _EQUIPMENT.items():
        setattr(made, keyword, text)
    made.DeviceSerialNumber = occasion.device_uid
    made.ContributingEquipmentSequence = _contributors(occasion)
    made.CodingSchemeIdentificationSequence = [own_scheme()]
    return made


def reference_to(image: SourceImage, *, whole: bool = False) -> Dataset:
    """An item that refers to a judged image, or to the `whole` file that it is a frame of (PS3.3 10.3)."""
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = image.sop_class_uid, image.sop_instance_uid
    if not whole:
        if image.frame is not None:
            item.ReferencedFrameNumber = image.frame
        item.PurposeOfReferenceCodeSequence = [coded(vocabulary.SOURCE_IMAGE)]
    return item


def _day_and_time(occasion: Occasion) -> tuple[str, str]:
    return occasion.made_at.strftime("%Y%m%d"), occasion.made_at.strftime("%H%M%S")


def _contributors(occasion: Occasion) -> list[Dataset]:
    """The scanner, as far as it is stated, and Clivus. The library does not count: it is a part of Clivus."""
    found = []
    if "Manufacturer" in occasion.source.scanner:
        found.append(_contributor(vocabulary.SCANNER, occasion.source.scanner))
    own = _contributor(vocabulary.PROCESSING, _EQUIPMENT | {"DeviceUID": occasion.device_uid})
    own.ContributionDateTime = "".join(_day_and_time(occasion))
    own.ContributionDescription = NOT_FOR_DIAGNOSIS
    return [*found, own]


def _contributor(purpose: vocabulary.Term, equipment: dict[str, str]) -> Dataset:
    item = Dataset()
    item.PurposeOfReferenceCodeSequence = [coded(purpose)]
    for keyword, text in equipment.items():
        setattr(item, keyword, text)
    return item
