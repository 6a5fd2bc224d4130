"""The objects of a result, each in a file of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from desktop.imaging.series import Series
from desktop.inference.result import Result
from desktop.inference.stability import Stability
from desktop.object_kinds import Kind
from desktop.report.dicom.common_modules import NewSeries, Occasion
from desktop.report.dicom.device_uid import device_uid
from desktop.report.dicom.encapsulated_pdf import encapsulated_pdf
from desktop.report.dicom.key_object import key_object
from desktop.report.dicom.library import Dataset
from desktop.report.dicom.parametric_map import parametric_map
from desktop.report.dicom.presentation_state import presentation_states
from desktop.report.dicom.secondary_capture import secondary_capture
from desktop.report.dicom.source_images import SourceImages, require_attributes
from desktop.report.dicom.structured_report import structured_report
from desktop.report.dicom.wanted import KeySlice, Objects


def write_objects(result: Result, stability: Stability | None, wanted: Objects, folder: Path) -> list[Path]:
    """Write the objects into a folder, one after the other, and return the files.

    Raises:
        ObjectsRefused: the source lacks what they must have, or is no longer there.
        NotWritten: the UID of this installation cannot be kept.
        OSError: the disk fails.
    """
    series = result.region.volume.series
    require_attributes(series, wanted.kinds)
    source = SourceImages.of(series, (series.slices[answer.index] for answer in result.slices))
    occasion = Occasion(result, stability, source, device_uid(), datetime.now())
    files: list[Path] = []
    for place, (name, make) in enumerate(_makers(wanted, series)):
        for number, made in enumerate(make(occasion, place), start=1):
            files.append(folder / f"{name}{'' if number == 1 else f'-{number}'}.dcm")
            made.save_as(files[-1], enforce_file_format=True)
    return files


def _makers(wanted: Objects, series: Series) -> Iterator[tuple[str, Callable[[Occasion, int], list[Dataset]]]]:
    """The name of the file of each object that is wanted, and what makes it."""
    for kind in wanted.kinds:
        yield kind, partial(_made, kind, wanted)
    if wanted.key_slices:
        yield "ko", partial(_key_object, series, wanted.key_slices)


def _made(kind: Kind, wanted: Objects, occasion: Occasion, place: int) -> list[Dataset]:
    match kind:
        case Kind.REPORT:
            return [structured_report(occasion, NewSeries(place, "report"))]
        case Kind.PICTURE:
            return [secondary_capture(occasion, NewSeries(place, "picture"))]
        case Kind.MAP:
            return [parametric_map(occasion, NewSeries(place, "heat map"))]
        case Kind.PRESENTATION:
            return presentation_states(occasion, NewSeries(place, "rectangles"))
        case Kind.PDF:
            assert wanted.pdf is not None
            return [
                encapsulated_pdf(
                    occasion, NewSeries(place, "report to read"), wanted.pdf(occasion.result, occasion.stability)
                )
            ]


def _key_object(series: Series, key_slices: tuple[KeySlice, ...], occasion: Occasion, place: int) -> list[Dataset]:
    slices = {item.key: item for item in series.slices}
    chosen = [one for one in key_slices if (one[0], one[1]) in slices]  # a slice may be gone from the folder
    if not chosen:
        return []
    images = SourceImages.of(series, (slices[uid, frame] for uid, frame, _ in chosen))
    return [key_object(occasion, NewSeries(place, "key slices"), images, tuple(chosen))]
