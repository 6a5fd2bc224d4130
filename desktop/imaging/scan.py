"""Finds series in files, from their headers alone."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter

from desktop.imaging.attributes import UnfitFile
from desktop.imaging.copies import Pictures
from desktop.imaging.decoding import DecoderPool
from desktop.imaging.headers import Header, OwnResult, read_headers
from desktop.imaging.series import OwnReport, Scan, Skipped
from desktop.imaging.sources import NothingToRead, Source
from desktop.imaging.stacks import stacks_of
from desktop.messages import counted
from desktop.work import UNWATCHED, Work

FIRST_REPORT_S = 0.3
"""Seconds until the first report of what was found, so that a reader does not look at an empty list."""

_REPORT_SHARE = 10
"""Minimum time between two reports, in durations of the last report: reporting then takes less than a tenth of the
time."""


def scan(
    source: Source,
    work: Work = UNWATCHED,
    found: Callable[[Scan], None] = lambda scan: None,
    decoders: DecoderPool | None = None,
) -> Scan:
    """Find every series in a source, reading headers only.

    There is one exception: the pixels of slices at the same position are compared, to tell a copy from a second
    reconstruction.

    Args:
        work: progress in files, checked between files.
        found: called regularly with what has been found so far.
        decoders: for compressed pixels of such slices; without it, a pool is started when needed.

    Raises:
        Cancelled: `work` was asked to stop.
    """
    headers: list[Header] = []
    skipped = list(source.skipped)
    reports: list[OwnReport] = []
    with Pictures(decoders) as pictures:

        def so_far(looked_at: int) -> Scan:
            series, copies = stacks_of(headers, pictures.same)
            return Scan(source.shown, series, (*skipped, *copies), tuple(reports), looked_at, len(source.files))

        report_at = perf_counter() + FIRST_REPORT_S
        for number, candidate in enumerate(source.files, start=1):
            work.raise_if_stopped()
            try:
                found_here, unfit_here = read_headers(candidate)
                headers += found_here
                skipped += unfit_here
            except UnfitFile as unfit:
                skipped.append(Skipped(candidate.shown, unfit.message))
                if isinstance(unfit, OwnResult) and unfit.is_report:
                    reports.append(OwnReport(candidate.path, candidate.shown))
            work.progress(number, len(source.files))
            started = perf_counter()
            if started >= report_at and headers:
                found(so_far(number))
                report_at = perf_counter() + max(FIRST_REPORT_S, _REPORT_SHARE * (perf_counter() - started))
        return so_far(len(source.files))


def scan_for_images(
    source: Source,
    work: Work = UNWATCHED,
    found: Callable[[Scan], None] = lambda scan: None,
    decoders: DecoderPool | None = None,
) -> Scan:
    """Like `scan`, for a caller who needs at least one series.

    Raises:
        NothingToRead: the source contains no image; the message says why files were skipped.
    """
    complete = scan(source, work, found, decoders)
    if not complete.series:
        first = next(iter(complete.skipped))
        raise NothingToRead(
            counted(
                "No CT image can be read at {path}: {file} was left out ({reason}); choose the folder that holds the "
                "CT's DICOM files.",
                "No CT image can be read at {path}: {number} files were left out, the first being {file} ({reason}); "
                "choose the folder that holds the CT's DICOM files.",
                len(complete.skipped),
                path=source.shown,
                file=first.shown,
                reason=first.reason,
            )
        )
    return complete
