"""The tumour's contours in an RT Structure Set (PS3.3 A.19.3, C.8.8.5 and C.8.8.6), taken as they stand or refused."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydicom import Dataset
from pydicom.tag import BaseTag

from desktop.errors import InputRefused
from desktop.imaging.attributes import UnfitFile
from desktop.imaging.dataset import Budget, items_of, read_file
from desktop.messages import Message, message
from desktop.quoting import quoted

RT_STRUCTURE_SET = "1.2.840.10008.5.1.4.1.1.481.3"

GTV = r"gtv[ _-]?(p|t|primary)?[ _-]?\d*"
"""Names of ROIs that are the primary tumour: GTV, GTVp, GTVp1, GTV-T; not GTVn, which is of lymph nodes."""

CLOSED = ("CLOSED_PLANAR", "CLOSEDPLANAR_XOR")

LARGEST_MM = 1e4
MOST_POINTS = 1_000_000
"""Of a tumour. A careful contour of a large one has a hundred points on each of fifty slices."""

_BYTES, _READS = 256 * 2**20, 3_000_000
"""Limits for reading: two hundred ROIs on two hundred slices stay below."""

_SOP_CLASS, _LABEL = 0x00080016, 0x30060002
_ROIS, _ROI_NUMBER, _ROI_NAME, _ROI_FRAME = 0x30060020, 0x30060022, 0x30060026, 0x30060024
_CONTOURED, _CONTOURED_NUMBER, _CONTOURS = 0x30060039, 0x30060084, 0x30060040
_KIND, _COUNT, _DATA, _IMAGES, _SOP_INSTANCE = 0x30060042, 0x30060046, 0x30060050, 0x30060016, 0x00081155
_FRAMES, _STUDIES, _SERIES, _SERIES_UID = 0x30060010, 0x30060012, 0x30060014, 0x0020000E


class StructureSetRefused(InputRefused):
    """A structure set that cannot be used."""


@dataclass(frozen=True, eq=False)
class Contour:
    """One closed contour.

    Attributes:
        roi: number of the ROI that it is of.
        points: [n, 3] mm of the patient, n at least 3; the last is joined to the first.
        slices: SOPInstanceUIDs of the slices that it says it was drawn on; may be none.
    """

    roi: str
    points: npt.NDArray[np.float64]
    slices: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class StructureSet:
    """The contours of the tumour in one file.

    Attributes:
        shown: the file's name for people.
        rois: names of the ROIs that the contours are of.
        frame_of_reference: UID.
        series: SeriesInstanceUIDs that the contours were drawn on, as far as stated.
    """

    shown: str
    rois: tuple[str, ...]
    frame_of_reference: str
    series: frozenset[str]
    contours: tuple[Contour, ...]


def is_structure_set(path: Path) -> bool:
    """Whether a file is an RT Structure Set; files that cannot be read are not."""
    try:
        with path.open("rb") as stream:
            found = read_file(stream, (_SOP_CLASS,))
    except (UnfitFile, OSError):
        return False
    return RT_STRUCTURE_SET in (_text(found.dataset, _SOP_CLASS), found.sop_class)


def read_structure_set(path: Path, shown: str, names: str = GTV) -> StructureSet:
    """The contours of the ROIs whose names match.

    Args:
        shown: the file's name for people.
        names: a regular expression that an ROI's whole name matches, whatever its capitals.

    Raises:
        StructureSetRefused: the file is damaged or of another kind, or it has no such contours, or not closed ones.
    """
    try:
        with path.open("rb") as stream:
            tags = (_SOP_CLASS, _ROIS, _CONTOURED, _FRAMES)
            found = read_file(stream, tags, Budget(_BYTES, _READS))
            return _Reader(shown, found.budget).read(found.dataset, re.compile(names, re.IGNORECASE))
    except UnfitFile as error:
        raise _refused(shown, error.message) from None
    except OSError as error:
        raise _refused(shown, message("it cannot be opened ({reason})", reason=error.strerror or error)) from None


@dataclass
class _Reader:
    """Takes one file apart.

    Attributes:
        budget: what may still be read of it.
    """

    shown: str
    budget: Budget

    def read(self, dataset: Dataset, names: re.Pattern[str]) -> StructureSet:
        if (kind := _text(dataset, _SOP_CLASS)) != RT_STRUCTURE_SET:
            raise self._refused(message("it is not an RT Structure Set but of the SOP class {kind}", kind=quoted(kind)))
        rois = {_text(item, _ROI_NUMBER): item for item in self._items(dataset, _ROIS)}
        if len(rois) < len(self._items(dataset, _ROIS)):
            raise self._refused(message("two of its ROIs have the same number"))
        wanted = {number: item for number, item in rois.items() if names.fullmatch(_text(item, _ROI_NAME))}
        if not wanted:
            raise self._refused(
                message(
                    "none of its ROIs ({names}) is named as a tumour is, such as GTVp (name others with --roi)",
                    names=quoted(", ".join(_text(item, _ROI_NAME) for item in rois.values()) or "it has none"),
                )
            )
        contours = {
            number: [
                contour
                for part in self._items(dataset, _CONTOURED)
                if _text(part, _CONTOURED_NUMBER) == number
                for contour in self._items(part, _CONTOURS)
            ]
            for number in wanted
        }
        drawn = {number: items for number, items in contours.items() if items}
        named = tuple(sorted(_text(wanted[number], _ROI_NAME) for number in drawn or wanted))
        listed = quoted(", ".join(named))
        if not drawn:
            raise self._refused(message("its ROI {names} has no contours", names=listed))
        frames = {_text(wanted[number], _ROI_FRAME) for number in drawn}
        if len(frames) > 1:
            raise self._refused(message("its ROIs {names} have different frames of reference", names=listed))
        found = [self._contour(number, item) for number, items in drawn.items() for item in items]
        read = [contour for contour in found if contour is not None]
        if not read:
            raise self._refused(message("its ROI {names} has no contour with an area", names=listed))
        if sum(len(contour.points) for contour in read) > MOST_POINTS:
            raise self._refused(message("its contours have more than {most} points", most=MOST_POINTS))
        return StructureSet(self.shown, named, frames.pop(), self._series(dataset), tuple(read))

    def _contour(self, roi: str, item: Dataset) -> Contour | None:
        """None where it has no area: some programs end a tumour with a contour of one or two points."""
        if (kind := _text(item, _KIND)) not in CLOSED:
            raise self._refused(
                message("a contour is of the type {kind}, and closed planar ones are expected", kind=quoted(kind))
            )
        try:
            values = np.array(_text(item, _DATA).split("\\"), dtype=np.float64)
        except ValueError:
            raise self._refused(message("a contour has coordinates that are not numbers, or none")) from None
        if not np.isfinite(values).all() or np.abs(values).max() > LARGEST_MM:
            raise self._refused(message("a contour has coordinates that are not places in a patient"))
        if len(values) % 3:
            raise self._refused(
                message("a contour has {number} coordinates, and three for each point are expected", number=len(values))
            )
        points = values.reshape(-1, 3)
        if _text(item, _COUNT) not in ("", str(len(points))):
            raise self._refused(
                message(
                    "a contour is said to have {stated} points and has {points}",
                    stated=quoted(_text(item, _COUNT)),
                    points=len(points),
                )
            )
        if len(points) < 3:
            return None
        images = (_text(image, _SOP_INSTANCE) for image in self._items(item, _IMAGES))
        return Contour(roi, points, tuple(filter(None, images)))

    def _series(self, dataset: Dataset) -> frozenset[str]:
        return frozenset(
            _text(series, _SERIES_UID)
            for frame in self._items(dataset, _FRAMES)
            for study in self._items(frame, _STUDIES)
            for series in self._items(study, _SERIES)
        ) - {""}

    def _items(self, dataset: Dataset, tag: int) -> list[Dataset]:
        if tag not in dataset:
            return []
        try:
            return items_of(dataset, BaseTag(tag), self.budget) or []
        except (UnfitFile, MemoryError):
            raise
        except Exception:  # pydicom raises many types of error on damaged files
            raise self._refused(message("it is damaged")) from None

    def _refused(self, reason: Message) -> StructureSetRefused:
        return _refused(self.shown, reason)


def _refused(shown: str, reason: Message) -> StructureSetRefused:
    return StructureSetRefused(
        message("The structure set {file} cannot be used, because {reason}.", file=shown, reason=reason)
    )


def _text(dataset: Dataset, tag: int) -> str:
    """A value as it is stored, without padding; "" where there is none, or a sequence in its place."""
    try:
        value = dataset.get_item(BaseTag(tag)).value
    except (KeyError, AttributeError):
        return ""
    if isinstance(value, bytes):
        return value.decode("ascii", "replace").strip(" \0")
    return _joined(value if isinstance(value, Iterable) and not isinstance(value, str | Dataset) else (value,))


def _joined(values: Iterable[object]) -> str:
    return "\\".join("" if value is None else str(value) for value in values).strip(" \0")
