"""One case, read without a window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from desktop.headless.series_choice import choose_series
from desktop.imaging.decoding import DecoderPool
from desktop.imaging.scan import scan_for_images
from desktop.imaging.series import Series
from desktop.imaging.sources import Source
from desktop.imaging.volume import load
from desktop.inference.analyse import analyse
from desktop.inference.network import Network
from desktop.inference.result import Result
from desktop.inference.stability import SECOND_READER, changes_of, measure
from desktop.reading.matching import NamesStack, series_of
from desktop.reading.region import Region
from desktop.reading.roi import PositionRange, Roi
from desktop.report import SavedReport, require_place, save_report
from desktop.report.dicom.source_images import require_attributes
from desktop.report.dicom.wanted import Objects
from desktop.report.told import Told
from desktop.suggestion import suggest
from desktop.work import UNWATCHED, Work

Marks = tuple[Roi, PositionRange]


def _nothing(series: Series) -> None:
    """No further condition."""


def judge_case(
    path: Path,
    wanted: str | NamesStack | None,
    marks: Marks | None,
    network: Network,
    work: Work = UNWATCHED,
    decoders: DecoderPool | None = None,
    require: Callable[[Series], None] = _nothing,
) -> Result:
    """Judge one case.

    Args:
        wanted: the series' name, or what was made on it; None where only one can be meant.
        marks: where to look; None for where the anatomy says, of which the result tells that nobody looked at it.
        require: refuses a series before it is loaded.

    Raises:
        ClivusError: any refusal along the way.
    """
    with _judged(path, wanted, marks, network, work, decoders, require) as result:
        return result


@contextmanager
def _judged(
    path: Path,
    wanted: str | NamesStack | None,
    marks: Marks | None,
    network: Network,
    work: Work,
    decoders: DecoderPool | None,
    require: Callable[[Series], None],
) -> Iterator[Result]:
    """The result of a case, as long as the files of its series are there."""
    with Source.open(path) as source:
        found = scan_for_images(source, decoders=decoders)
        series = (
            choose_series(found, wanted)
            if wanted is None or isinstance(wanted, str)
            else series_of(wanted, found.series, found.shown)
        )
        require(series)
        volume = load(series, decoders)
        if marks is None:
            given = suggest(volume, network.manifest.roi)
            yield analyse(Region(volume, given.roi, given.range), network, work, suggested=True)
        else:
            yield analyse(Region(volume, *marks), network, work)


def read_case(
    path: Path,
    wanted: str | NamesStack | None,
    marks: Marks | None,
    network: Network,
    out: Path,
    work: Work = UNWATCHED,
    stability: Work | None = None,
    decoders: DecoderPool | None = None,
    told: Told | None = None,
    objects: Objects | None = None,
) -> tuple[Result, SavedReport]:
    """Read one case and write the report to `out`.

    Args:
        path, wanted, marks: as `judge_case`.
        stability: by which its measuring is followed; None if it is not wanted.
        told: what a PDF tells beside the result; None if no PDF is wanted.
        objects: the DICOM objects of the report; None if none are wanted.

    Raises:
        ClivusError: any refusal along the way; `out` is then untouched.
    """

    def require(series: Series) -> None:
        require_place(out, series.name, objects=objects is not None)
        if objects is not None:
            require_attributes(series, objects.kinds)

    with _judged(path, wanted, marks, network, work, decoders, require) as result:
        if stability is None:
            return result, save_report(result, out, None, told, objects)
        changes = changes_of(result.region.volume.series, SECOND_READER)
        steadiness = measure(result, network, SECOND_READER, changes, stability)
        return result, save_report(result, out, steadiness, told, objects)
