"""Reads the slices of a file from its header (CT Image: PS3.3 A.3; Enhanced CT Image: PS3.3 A.38)."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from math import hypot, isfinite
from typing import Any

from desktop.imaging import dicom
from desktop.imaging.attributes import Attributes, UnfitFile
from desktop.imaging.dataset import UNDEFINED_LENGTH, Budget, FileDataset, by_keyword, read_file
from desktop.imaging.decoding import loses, readable
from desktop.imaging.geometry import Vector
from desktop.imaging.kinds import Kind, Statement, is_localizer, kind_of
from desktop.imaging.pixels import PixelFormat
from desktop.imaging.series import Lossy, Patient, PixelPlace, Skipped, Slice
from desktop.imaging.sources import Candidate
from desktop.imaging.transfer_syntaxes import EXPLICIT_BIG_ENDIAN, NATIVE
from desktop.imaging.windowing import Window
from desktop.messages import Message, message, verbatim
from desktop.synthetic import COMMENT, SOFTWARE
from desktop.system_errors import reason_of
from desktop.version import MAKER

LARGEST_SIDE = 4096
"""Pixels, four times the usual size of CT; more is damage, and would need gigabytes."""

MOST_FRAMES = 20_000
SPACING_LIMITS_MM = (0.01, 20.0)
"""Limits for the pixel spacing of any CT."""

FARTHEST_MM = 10_000.0
"""No table moves a patient farther than this from the origin."""

SQUARENESS = 0.01
"""How far rounded direction cosines may be from unit length and from a right angle."""

_DIRECTORY = "1.2.840.10008.1.3.10"
_SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
_STRUCTURED_REPORT = "1.2.840.10008.5.1.4.1.1.88.34"
_LOSSY = {
    "1.2.840.10008.1.2.4.50": "JPEG",
    "1.2.840.10008.1.2.4.51": "JPEG",
    "1.2.840.10008.1.2.4.81": "JPEG-LS",
}
"""Transfer syntaxes that are always lossy; for others LossyImageCompression decides."""

_RATIO = re.compile(r"\d+(\.\d+)?([eE][+-]?\d+)?")
_CODESTREAM_HEAD = 4096
"""Bytes at the beginning of encapsulated pixels that contain the codestream header."""

_MOST_PEEKED = 2**16

_WANTED = (
    "SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID", "Modality",
    "SeriesDescription", "ImageType", "PatientName", "PatientID", "PatientBirthDate", "Manufacturer",
    "ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "SliceThickness", "ConvolutionKernel",
    "ContrastBolusAgent", "ContrastBolusAgentSequence", "AcquisitionNumber", "AcquisitionDateTime",
    "AcquisitionTime", "TemporalPositionIdentifier", "KVP", "ReconstructionDiameter", "FilterType", "ContentTime",
    "Rows", "Columns", "SamplesPerPixel", "PhotometricInterpretation", "BitsAllocated", "BitsStored", "HighBit",
    "PixelRepresentation", "PixelPaddingValue", "PixelPaddingRangeLimit", "RescaleSlope", "RescaleIntercept",
    "RescaleType", "ModalityLUTSequence", "WindowCenter", "WindowWidth", "NumberOfFrames",
    "LossyImageCompression", "LossyImageCompressionRatio", "SharedFunctionalGroupsSequence",
    "PerFrameFunctionalGroupsSequence", "DirectoryRecordSequence", "SpecificCharacterSet",
    "VolumeBasedCalculationTechnique", "VolumetricProperties", "DerivationCodeSequence", "DerivationDescription",
    "MultienergyCTCharacteristicsSequence", "SoftwareVersions", "ImageComments",
)  # fmt: skip


_OF_THE_FILE = ("SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID", "FrameOfReferenceUID")
"""Attributes of the whole file: a frame has none of its own, although a reference within it may contain one."""

_APART = (
    "AcquisitionNumber", "FrameAcquisitionNumber", "TemporalPositionIdentifier", "TemporalPositionIndex", "KVP",
    "ReconstructionDiameter", "FilterType", "AcquisitionDateTime", "FrameAcquisitionDateTime", "AcquisitionTime",
    "FrameReferenceDateTime", "ContentTime",
)  # fmt: skip

_TERMS = ("VolumeBasedCalculationTechnique", "VolumetricProperties")
_TEXTS = ("SeriesDescription", "DerivationDescription")
_ENERGY = "MonoenergeticEnergyEquivalent"
"""Attributes that tell the kind of image besides ImageType: defined terms, free texts, and an energy in keV."""

_NO_AGENT = {"NONE", "NO", "WITHOUT", "W/O", "NO CONTRAST", "WITHOUT CONTRAST", "UNENHANCED"}
"""Entries that mean "no contrast agent" where the attribute should be absent."""


class OwnResult(UnfitFile):
    """A file that Clivus itself wrote about a CT (`desktop.report.dicom`).

    Attributes:
        is_report: whether it is the one that says all of a reading.
    """

    def __init__(self, *, is_report: bool) -> None:
        self.is_report = is_report
        super().__init__(
            message("a report by Clivus, which is shown with its series")
            if is_report
            else message("a result by Clivus, not a CT")
        )


@dataclass(frozen=True)
class Header:
    """One slice, with everything that decides to which stack it belongs.

    `stack_id` is the StackID of an Enhanced CT. `apart` may separate several scans within one series: contrast,
    acquisition, time, reconstruction. The other attributes are as in `Series`.
    """

    item: Slice
    series_instance_uid: str
    study_instance_uid: str
    frame_of_reference_uid: str
    description: str
    patient: Patient
    modality: str
    image_type: tuple[str, ...]
    localizer: bool
    kind: Kind | None
    manufacturer: str
    synthetic: bool
    row_mm: float
    column_mm: float
    across: Vector
    down: Vector
    kernel: str
    contrast: bool | None
    unit: str
    lossy: Lossy | None
    window: Window | None
    stack_id: str
    apart: tuple[str, ...]


def read_headers(candidate: Candidate) -> tuple[tuple[Header, ...], tuple[Skipped, ...]]:
    """The slices of a file (one, or the frames of an Enhanced CT), and the frames that cannot be used.

    Raises:
        UnfitFile: it contains no usable slice; the message says why.
    """
    try:
        with candidate.path.open("rb") as stream:
            status = os.fstat(stream.fileno())
            found = read_file(stream, _WANTED)
            return _slices(candidate, found, (status.st_size, status.st_mtime_ns))
    except UnfitFile:
        raise
    except OSError as error:
        raise UnfitFile(message("cannot be opened ({error})", error=reason_of(error))) from None
    except MemoryError:
        raise UnfitFile(message("the header asks for more memory than there is; it is damaged")) from None
    except Exception as error:  # pydicom finds an invalid value only when it converts it
        raise UnfitFile(message("the header is damaged ({error})", error=type(error).__name__)) from None


def _slices(
    candidate: Candidate, found: FileDataset, stamp: tuple[int, int]
) -> tuple[tuple[Header, ...], tuple[Skipped, ...]]:
    values = by_keyword(found.dataset, found.budget)
    whole = Attributes(values)
    kind = whole.text("SOPClassUID") or found.sop_class
    if kind.startswith(_DIRECTORY) or "DirectoryRecordSequence" in values:
        raise UnfitFile(message("a disc's table of contents (DICOMDIR); the images are read from their own files"))
    if whole.text("Manufacturer") == MAKER:
        raise OwnResult(is_report=kind == _STRUCTURED_REPORT)
    if found.pixels is None:
        raise UnfitFile(_without_pixels(whole, kind))
    if found.floating:
        raise UnfitFile(message("it holds floating-point pixels, which no CT scanner writes; export the series again"))
    if kind.startswith(_SECONDARY_CAPTURE):
        raise UnfitFile(message("a secondary capture, an image of a screen or of a sheet, not CT values"))
    frames = max(1, whole.whole("NumberOfFrames", 0, MOST_FRAMES, default=1))
    if "PerFrameFunctionalGroupsSequence" in values:
        groups = _groups(values, frames, found.budget)
    elif frames > 1:
        raise UnfitFile(
            message("{frames} frames without ImagePositionPatient ({kind})", frames=frames, kind=_what(kind))
        )
    else:
        groups = [whole]
    uids = {name: whole.text(name) for name in _OF_THE_FILE}
    uids["SOPInstanceUID"] = uids["SOPInstanceUID"] or found.sop_instance_uid
    for name in ("SOPInstanceUID", "SeriesInstanceUID"):
        if not uids[name]:
            raise UnfitFile(message("{attribute} is missing, so the slice belongs to no series", attribute=name))
    compressed = found.transfer_syntax not in NATIVE
    loses_pixels = compressed and loses(found.peek(0, _CODESTREAM_HEAD))
    file = _File(candidate, found, stamp, kind, uids, frames, loses_pixels)
    forms: dict[PixelFormat, PixelFormat] = {}
    headers: list[Header] = []
    unfit: list[Skipped] = []
    for number, frame in enumerate(groups):
        try:
            headers.append(_header(file, frame, number, forms))
        except UnfitFile as error:
            unfit.append(Skipped(f"{candidate.shown}, frame {number + 1}", error.message))
    if not headers:
        raise UnfitFile(unfit[0].reason)
    return tuple(headers), tuple(unfit)


def _groups(values: dict[str, Any], frames: int, budget: Budget) -> list[Attributes]:
    """The attributes of each frame: its functional groups, the shared ones, and the data set."""
    per_frame = values["PerFrameFunctionalGroupsSequence"]
    if len(per_frame) != frames:
        raise UnfitFile(
            message(
                "{frames} frames are stated and {described} described; export the series again",
                frames=frames,
                described=len(per_frame),
            )
        )
    shared = _flat(next(iter(values.get("SharedFunctionalGroupsSequence") or []), dicom.Dataset()), budget)
    return [Attributes(_flat(group, budget), shared, values) for group in per_frame]


def _flat(group: dicom.Dataset, budget: Budget) -> dict[str, Any]:
    """The attributes of a functional group's macros, each a sequence of one item."""
    return {
        name: value
        for items in by_keyword(group, budget).values()
        if isinstance(items, list) and items and isinstance(items[0], dicom.Dataset)
        for name, value in by_keyword(items[0], budget).items()
        if name not in _OF_THE_FILE
    }


@dataclass(frozen=True)
class _File:
    """What all frames of a file have in common.

    Attributes:
        stamp: its size in bytes and the time of its last change in nanoseconds.
        kind: SOPClassUID.
        uids: by keyword, those of `_OF_THE_FILE`.
        loses: whether its codestream is lossy.
    """

    candidate: Candidate
    found: FileDataset
    stamp: tuple[int, int]
    kind: str
    uids: dict[str, str]
    frames: int
    loses: bool


def _header(file: _File, frame: Attributes, number: int, forms: dict[PixelFormat, PixelFormat]) -> Header:
    """The header of one frame; `forms` collects pixel formats already checked against the file."""
    lossy = _lossy(frame, file)
    form = _form(frame, file.found.transfer_syntax, file.kind, lossy is not None)
    row_mm, column_mm, across, down, origin = _plane(frame)
    if form not in forms:
        _require_pixels(file.found, form, file.frames)
    form = forms.setdefault(form, form)  # one object shared by all frames
    thickness = _positive(frame, "SliceThickness")
    image_type = frame.texts("FrameType") or frame.texts("ImageType")
    contrast = _contrast(frame)
    return Header(
        item=Slice(
            path=file.candidate.path,
            shown=file.candidate.shown,
            sop_instance_uid=file.uids["SOPInstanceUID"],
            origin=origin,
            thickness_mm=thickness,
            form=form,
            place=_place(file, number),
        ),
        series_instance_uid=file.uids["SeriesInstanceUID"],
        study_instance_uid=file.uids["StudyInstanceUID"],
        frame_of_reference_uid=file.uids["FrameOfReferenceUID"],
        description=frame.text("SeriesDescription"),
        patient=Patient(frame.text("PatientName"), frame.text("PatientID"), frame.text("PatientBirthDate")),
        modality=frame.text("Modality"),
        image_type=image_type,
        localizer=is_localizer(image_type),
        kind=_kind(frame, image_type),
        manufacturer=frame.text("Manufacturer"),
        synthetic=frame.text("SoftwareVersions") == SOFTWARE and frame.text("ImageComments") == COMMENT,
        row_mm=row_mm,
        column_mm=column_mm,
        across=across,
        down=down,
        kernel=" ".join(frame.texts("ConvolutionKernel")),
        contrast=contrast,
        unit=frame.text("RescaleType").upper() or "HU",
        lossy=lossy,
        window=_window(frame),
        stack_id=frame.text("StackID"),
        apart=(str(contrast), *(frame.text(name) for name in _APART)),
    )


def _kind(frame: Attributes, image_type: tuple[str, ...]) -> Kind | None:
    """The kind of image, from the attributes of the frame and of the whole file."""
    statements: list[Statement] = [
        (name, value) for name in _TERMS for values in frame.every_layer(name) for value in values
    ]
    # If frames differ, ImageType of the file is MIXED (PS3.3 C.8.15.2), so any other value applies to all of them.
    types = (values for name in ("FrameType", "ImageType") for values in frame.every_layer(name))
    statements += (("ImageType", value) for values in types if values != image_type for value in values[2:])
    statements += (
        ("DerivationCodeSequence", str(step.get("CodeValue"))) for step in frame.items("DerivationCodeSequence")
    )
    spectral = [item.get(_ENERGY) for item in frame.items("MultienergyCTCharacteristicsSequence")]
    statements += ((_ENERGY, str(energy)) for energy in (frame.value(_ENERGY), *spectral) if energy is not None)
    texts = tuple((name, frame.text(name)) for name in _TEXTS if frame.has(name))
    return kind_of(image_type, tuple(statements), texts)


def _contrast(frame: Attributes) -> bool | None:
    """Whether contrast medium was given; None if that is not stated (PS3.3 C.7.6.4: empty means unknown)."""
    agent = frame.text("ContrastBolusAgent")
    if agent.upper() in _NO_AGENT:
        return False
    return True if agent or frame.value("ContrastBolusAgentSequence") else None


def _form(frame: Attributes, syntax: str, kind: str, lossy: bool) -> PixelFormat:
    """How the pixels are stored (PS3.3 C.7.6.3) and what they mean (PS3.3 C.8.2.1, C.11.1)."""
    if syntax not in NATIVE and not readable(syntax):
        raise UnfitFile(
            message(
                "its pixels are stored as {syntax}, which cannot be read; export the series uncompressed",
                syntax=_name(syntax),
            )
        )
    rows, columns = (frame.whole(name, 1, LARGEST_SIDE) for name in ("Rows", "Columns"))
    photometric = frame.text("PhotometricInterpretation") or "MONOCHROME2"
    if frame.whole("SamplesPerPixel", 1, 4, default=1) != 1 or photometric not in ("MONOCHROME1", "MONOCHROME2"):
        raise UnfitFile(
            message("a colour image ({photometric}; {kind}), not CT values", photometric=photometric, kind=_what(kind))
        )
    allocated = frame.whole("BitsAllocated", 1, 64)
    if allocated not in (8, 16, 32) or (allocated == 32 and syntax not in NATIVE):
        raise UnfitFile(message("{allocated} bits per pixel where 8 or 16 are expected", allocated=allocated))
    stored = frame.whole("BitsStored", 1, allocated)
    high = frame.whole("HighBit", stored - 1, allocated - 1, default=stored - 1)
    signed = frame.whole("PixelRepresentation", 0, 1) == 1
    slope, intercept = _rescale(frame)
    return PixelFormat(
        syntax,
        rows,
        columns,
        allocated,
        stored,
        high,
        signed,
        slope,
        intercept,
        _padding(frame, signed, allocated),
        lossy,
    )


def _rescale(frame: Attributes) -> tuple[float, float]:
    """RescaleSlope and RescaleIntercept, both required for Hounsfield units (type 1, PS3.3 C.8.2.1)."""
    slope, intercept = frame.number("RescaleSlope"), frame.number("RescaleIntercept")
    if frame.text("Modality") != "CT":  # can be viewed but not judged
        slope, intercept = 1.0 if slope is None else slope, 0.0 if intercept is None else intercept
    elif frame.value("ModalityLUTSequence") is not None:
        raise UnfitFile(
            message("its values are given by a table instead of RescaleSlope and RescaleIntercept; export it as CT")
        )
    if slope is None or intercept is None:
        raise UnfitFile(message("RescaleSlope or RescaleIntercept is missing, so there are no Hounsfield units"))
    if not (1e-6 <= abs(slope) <= 1e6 and abs(intercept) <= 1e6):
        raise UnfitFile(
            message(
                "RescaleSlope {slope:g} and RescaleIntercept {intercept:g} give no Hounsfield units",
                slope=slope,
                intercept=intercept,
            )
        )
    return slope, intercept


def _padding(frame: Attributes, signed: bool, allocated: int) -> tuple[int, int] | None:
    """The stored values that are padding: one, or all from PixelPaddingValue to PixelPaddingRangeLimit.

    Some writers state the value of a signed image as unsigned, or vice versa: it is taken modulo its width.
    """
    try:
        value, limit = frame.number("PixelPaddingValue"), frame.number("PixelPaddingRangeLimit")
    except UnfitFile:
        return None  # the checks find what then looks like tissue of -2000 HU
    if value is None:
        return None
    ends = []
    for number in (value, value if limit is None else limit):
        bits = int(number) % 2**allocated
        ends.append(bits - 2**allocated if signed and bits >= 2 ** (allocated - 1) else bits)
    return min(ends), max(ends)


def _plane(frame: Attributes) -> tuple[float, float, Vector, Vector, Vector]:
    """(row_mm, column_mm, across, down, origin): PS3.3 C.7.6.2, C.10.7.1.3."""
    values = {}
    for name, count in (("ImagePositionPatient", 3), ("ImageOrientationPatient", 6), ("PixelSpacing", 2)):
        numbers = frame.numbers(name, count)
        if numbers is None:
            raise UnfitFile(message("{attribute} is missing, so the slice has no place in the patient", attribute=name))
        values[name] = numbers
    row_mm, column_mm = values["PixelSpacing"]
    low, high = SPACING_LIMITS_MM
    if not (low <= row_mm <= high and low <= column_mm <= high):
        raise UnfitFile(
            message(
                "PixelSpacing is {row:g} and {column:g} mm, outside {low:g} to {high:g} mm",
                row=row_mm,
                column=column_mm,
                low=low,
                high=high,
            )
        )
    x, y, z = values["ImagePositionPatient"]
    if max(abs(x), abs(y), abs(z)) > FARTHEST_MM:
        raise UnfitFile(message("ImagePositionPatient {x:g}, {y:g}, {z:g} mm lies outside any scanner", x=x, y=y, z=z))
    cosines = values["ImageOrientationPatient"]
    across, down = cosines[:3], cosines[3:]
    skew = sum(a * b for a, b in zip(across, down, strict=True))
    if max(abs(hypot(*across) - 1), abs(hypot(*down) - 1), abs(skew)) > SQUARENESS:
        raise UnfitFile(message("ImageOrientationPatient is not two directions at a right angle"))
    return row_mm, column_mm, *_square(across, down), (x, y, z)


def _square(across: tuple[float, ...], down: tuple[float, ...]) -> tuple[Vector, Vector]:
    """Both directions at unit length, the second made perpendicular to the first."""
    length = hypot(*across)
    a, b, c = (value / length for value in across)
    skew = a * down[0] + b * down[1] + c * down[2]
    straight = (down[0] - skew * a, down[1] - skew * b, down[2] - skew * c)
    length = hypot(*straight)
    return (a, b, c), (straight[0] / length, straight[1] / length, straight[2] / length)


def _place(file: _File, number: int) -> PixelPlace:
    assert file.found.pixels is not None
    offset, length = file.found.pixels
    return PixelPlace(offset, min(length, file.found.available), number, file.frames, *file.stamp)


def _require_pixels(found: FileDataset, form: PixelFormat, frames: int) -> None:
    """Refuse a file whose pixels do not match its header."""
    assert found.pixels is not None
    _, length = found.pixels
    if form.compressed != (length == UNDEFINED_LENGTH):
        raise UnfitFile(
            message(
                "its pixels are not stored as its transfer syntax {syntax} says; export it again",
                syntax=_name(form.transfer_syntax),
            )
        )
    if not form.compressed:
        expected = form.frame_bytes * frames
        if min(length, found.available) < expected:
            raise UnfitFile(
                message(
                    "cut off: {expected} bytes of pixels expected, {found} found; copy the file again",
                    expected=expected,
                    found=min(length, found.available),
                )
            )
        row_bytes = form.frame_bytes // form.rows
        if length - expected >= row_bytes and any(found.peek(expected, min(length - expected, _MOST_PEEKED))):
            raise UnfitFile(
                message(
                    "{found} bytes of pixels found where {expected} are expected: its size or its bits are stated "
                    "wrongly",
                    found=length,
                    expected=expected,
                )
            )
        if form.transfer_syntax == EXPLICIT_BIG_ENDIAN and form.bits_allocated == 8 and found.pixels_vr == "OW":
            raise UnfitFile(
                message("its 8-bit pixels are stored in pairs in the wrong order; export it as little endian")
            )


def _lossy(frame: Attributes, file: _File) -> Lossy | None:
    syntax = file.found.transfer_syntax
    if not (frame.text("LossyImageCompression") == "01" or syntax in _LOSSY or file.loses):
        return None
    ratios = [float(text) for text in frame.texts("LossyImageCompressionRatio") if _RATIO.fullmatch(text)]
    return Lossy(_LOSSY.get(syntax, ""), max(ratios, default=None))


def _window(frame: Attributes) -> Window | None:
    """The first window that the slice states (PS3.3 C.11.2.1.2)."""
    try:
        level, width = (float(frame.texts(name)[0]) for name in ("WindowCenter", "WindowWidth"))
    except (IndexError, ValueError):
        return None  # only a display setting
    return Window(level, width) if isfinite(level) and isfinite(width) and width >= 1 else None


def _positive(frame: Attributes, name: str) -> float | None:
    """A number above zero, or None where the attribute holds anything else."""
    try:
        value = frame.number(name)
    except UnfitFile:
        return None
    return value if value is not None and value > 0 else None


def _without_pixels(whole: Attributes, kind: str) -> Message:
    if not kind and not whole.text("Modality"):
        return message("it holds no image; it may be cut off")
    if dicom.UID(kind).name.endswith("Image Storage"):
        return message("cut off before its pixels ({kind}); copy the file again", kind=_what(kind))
    return message("not an image ({kind})", kind=_what(kind))


def _what(uid: str) -> Message:
    return verbatim(_name(uid)) if uid else message("kind not stated")


def _name(uid: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in dicom.UID(uid).name)[:60]
