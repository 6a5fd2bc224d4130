"""The images that were judged, as far as objects made of them must repeat or name what their files say."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desktop.errors import InputRefused
from desktop.imaging import dicom
from desktop.imaging.attributes import Attributes, UnfitFile
from desktop.imaging.dataset import by_keyword, read_file
from desktop.imaging.series import Series, Slice
from desktop.messages import Message, message
from desktop.object_kinds import Kind
from desktop.system_errors import reason_of

EMPTY_WHERE_UNKNOWN = (
    "PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime", "StudyID",
    "AccessionNumber", "ReferringPhysicianName",
)  # fmt: skip
"""Type 2 of patient and study: present in every object, empty where the source does not say."""

_REPEATED = (
    "IssuerOfPatientID", "TypeOfPatientID", "PatientAge", "PatientSize", "PatientWeight", "PatientComments",
    "StudyDescription", "PatientIdentityRemoved", "DeidentificationMethod",
)  # fmt: skip
"""Further ones of patient and study, repeated where the source has them: archives compare them."""

_NAMES = ("PatientName", "ReferringPhysicianName")

UTF8, _ASCII = "ISO_IR 192", ("", "ISO_IR 6", "ISO 2022 IR 6")

_SCANNER = ("Manufacturer", "ManufacturerModelName", "SoftwareVersions", "StationName", "DeviceSerialNumber")

_COMPRESSION = ("LossyImageCompression", "LossyImageCompressionRatio", "LossyImageCompressionMethod")
_OF_EACH = ("SOPClassUID", "SeriesInstanceUID")

_WANTED = (*EMPTY_WHERE_UNKNOWN, *_REPEATED, *_SCANNER, *_COMPRESSION, *_OF_EACH, "SpecificCharacterSet")

_OF_FRAMES = ("1.2.840.10008.5.1.4.1.1.2.1", "1.2.840.10008.5.1.4.1.1.2.2")
"""Enhanced CT, and what was converted into it: classes whose files have frames, even if it is one."""

_UID = re.compile(r"[0-9.]{1,64}")
_TIME = re.compile(r"\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?")
_AGE = re.compile(r"\d{3}[DWMY]")
_SEXES = ("M", "F", "O")
_LONGEST = 64
"""Characters of an LO."""


class ObjectsRefused(InputRefused):
    """A series of which objects cannot be made."""


@dataclass(frozen=True)
class SourceImage:
    """One judged slice.

    Attributes:
        frame: its number in the file, from 1; None where the file is one slice.
        frames: how many the file has.
    """

    sop_class_uid: str
    sop_instance_uid: str
    series_instance_uid: str
    frame: int | None
    frames: int


@dataclass(frozen=True)
class SourceImages:
    """The judged slices, the lowest first, and what their files say of patient, study and scanner.

    Attributes:
        character_set: SpecificCharacterSet of the texts, empty for ASCII; that of the source where it is a known one,
            since archives compare names byte by byte.
        identity: patient and study by keyword; type 2 attributes are all there, and empty where the source has nothing
            that the standard allows.
        scanner: equipment by keyword, as far as it is stated.
        compression: how pixels were compressed with loss, by keyword; empty where they were not.
    """

    study_instance_uid: str
    frame_of_reference_uid: str
    images: tuple[SourceImage, ...]
    character_set: tuple[str, ...]
    identity: dict[str, Any]
    scanner: dict[str, str]
    compression: dict[str, str]

    @staticmethod
    def of(series: Series, judged: Iterable[Slice]) -> SourceImages:
        """Read the headers of these slices again: scanning keeps no more of them than reading CT needs.

        Raises:
            ObjectsRefused: a file is no longer there, or lacks what every object must repeat.
        """
        known: dict[str, Attributes] = {}
        images = []
        for item in judged:
            name = str(item.path)
            if name not in known:
                known[name] = _header(item)
            header = known[name]
            class_uid, series_uid = (_uid(header.text(keyword), keyword) for keyword in _OF_EACH)
            number, uid = item.place.frame + 1, _uid(item.sop_instance_uid, "SOPInstanceUID")
            frame = number if class_uid in _OF_FRAMES else None
            images.append(SourceImage(class_uid, uid, series_uid, frame, item.place.frames))
        first = next(iter(known.values()))
        return SourceImages(
            series.study_instance_uid,
            series.frame_of_reference_uid,
            tuple(images),
            _character_set(first),
            _identity(first),
            {name: text[:_LONGEST] for name in _SCANNER if (text := first.text(name))},
            {name: text for name in _COMPRESSION if series.lossy is not None and (text := first.text(name))},
        )

    @property
    def files(self) -> dict[str, SourceImage]:
        """One image of each file, by SOPInstanceUID."""
        return {image.sop_instance_uid: image for image in self.images}


def require_attributes(series: Series, kinds: Iterable[Kind]) -> None:
    """Refuse a series that lacks what objects of these kinds must have, before it is judged.

    Raises:
        ObjectsRefused: it does; the sentence names the attribute.
    """
    _uid(series.study_instance_uid, "StudyInstanceUID")
    wanted = {"StudyInstanceUID"}
    if Kind.MAP in kinds:
        _uid(series.frame_of_reference_uid, "FrameOfReferenceUID")
        wanted.add("FrameOfReferenceUID")
    for keyword in sorted(wanted.intersection(series.membership.scattered)):
        raise ObjectsRefused(
            message(
                "DICOM objects cannot be made, because {attribute} differs from slice to slice: export the series "
                "again, or read it without DICOM objects.",
                attribute=_named(keyword),
            )
        )


def _uid(text: str, keyword: str) -> str:
    if not _UID.fullmatch(text):
        why = (
            message("the series has no {attribute}", attribute=_named(keyword))
            if not text
            else message("{attribute} of the series is not a UID", attribute=_named(keyword))
        )
        raise ObjectsRefused(
            message(
                "DICOM objects cannot be made, because {reason}: export the series again, or read it without DICOM "
                "objects.",
                reason=why,
            )
        )
    return text


def _named(keyword: str) -> str:
    """An attribute by name and number."""
    tag = dicom.Tag(keyword)
    return f"{keyword} ({tag.group:04X},{tag.element:04X})"


def _header(item: Slice) -> Attributes:
    try:
        with item.path.open("rb") as stream:
            status = os.fstat(stream.fileno())
            if (status.st_size, status.st_mtime_ns) != (item.place.size, item.place.changed_ns):
                raise _unreadable(item, message("another file has taken its place since the folder was opened"))
            found = read_file(stream, _WANTED)
            return Attributes(by_keyword(found.dataset, found.budget))
    except OSError as error:
        raise _unreadable(item, message("it cannot be opened ({error})", error=reason_of(error))) from None
    except UnfitFile as error:
        raise _unreadable(item, error.message) from None


def _unreadable(item: Slice, reason: Message) -> ObjectsRefused:
    return ObjectsRefused(
        message(
            "DICOM objects cannot be made, because the header of {file} cannot be read again: {reason}; open the "
            "series again.",
            file=item.shown,
            reason=reason,
        )
    )


def holds(character_set: Iterable[str], text: str) -> bool:
    """Whether a text can be written in a character set; several are an alphabet after the other (PS3.5 6.1.2.5)."""
    codecs = {codec for name in (*character_set, "") for codec in _codecs(name)}
    return all(any(_encodes(codec, sign) for codec in codecs) for sign in text)


def _codecs(character_set: str) -> tuple[str, ...]:
    if character_set in _ASCII:
        return ("ascii",)
    found = dicom.python_encoding[character_set]
    return (found,) if isinstance(found, str) else tuple(found)


def _encodes(codec: str, sign: str) -> bool:
    try:
        sign.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def _character_set(header: Attributes) -> tuple[str, ...]:
    stated = header.texts("SpecificCharacterSet")
    return stated if all(name in dicom.python_encoding for name in stated) else (UTF8,)


def _identity(header: Attributes) -> dict[str, Any]:
    found: dict[str, Any] = {name: _allowed(name, header.text(name)) for name in (*EMPTY_WHERE_UNKNOWN, *_REPEATED)}
    if found["PatientIdentityRemoved"] == "YES":  # then there must be a method (PS3.3 C.7.1.1)
        found["DeidentificationMethod"] = found["DeidentificationMethod"] or "Not stated by the source"
    for name in _NAMES:  # as they are stored, byte by byte
        found[name] = header.value(name) or ""
    return {name: text for name, text in found.items() if text or name in EMPTY_WHERE_UNKNOWN}


def _allowed(name: str, text: str) -> str:
    """The value, or nothing where the standard does not allow it: "00000000" is no day."""
    if name.endswith("Date"):
        return text if _is_day(text) else ""
    if name.endswith("Time"):
        return text if _TIME.fullmatch(text) else ""
    if name == "PatientSex":
        return text if text in _SEXES else ""
    if name == "PatientAge":
        return text if _AGE.fullmatch(text) else ""
    return text


def _is_day(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y%m%d")
    except ValueError:
        return False
    return len(text) == 8
