"""Opening files, a series or a saved reading, off the interface thread.

Two jobs work side by side: one searches the files and reports what it finds, the other reads a series. What was
open stays until a series of the new study is there: a failed or cancelled opening changes nothing. Once it is there,
the search goes on for the rest of the study.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop.errors import ClivusError
from desktop.imaging.decoding import DecoderPool
from desktop.imaging.series import Series, Slice
from desktop.imaging.sources import NothingToRead
from desktop.imaging.volume import Volume
from desktop.messages import Message, counted, message
from desktop.quoting import quoted
from desktop.reading.kept import Kept
from desktop.reading.matching import NamesStack, ReadingOfAnother, ReadingUnclear, belongs_to, series_of
from desktop.reading.saved import Reading
from desktop.viewer.desk.background import JobLink, Jobs
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.held_source import HeldSource
from desktop.viewer.desk.notices import Notices
from desktop.viewer.desk.study import Opened, Study, failures, read_series, search
from desktop.viewer.desk.terms import Terms
from desktop.viewer.desk.thumbnails import Thumbnails

SEARCHING, LOADING, CLOSING = "searching", "loading", "closing"
"""Kinds of jobs."""


@dataclass
class _Coming:
    """A study of which no series is open yet.

    Attributes:
        reading: to be opened with the series it belongs to.
        wanted: what says which series is to be opened; None for the first suitable one.
        study: what was found so far.
        tried: first slices of series that could not be opened, and what was the matter with the first of them.
    """

    held: HeldSource
    reading: Reading | None
    wanted: NamesStack | None
    study: Study | None = None
    tried: list[Slice] = field(default_factory=list)
    trouble: ClivusError | None = None


class Opening(QObject):
    """Brings series onto the desk."""

    changed = Signal()
    began = Signal()
    """The reader asked for another source; what was said so far is not about it."""
    progressed = Signal(object, int, int)
    """Carries what is being done, how much of it is done, and how much there is."""
    listed = Signal()
    """The list of series has changed."""
    turned_away = Signal()
    """What was asked for is there and readable, and must not come onto the desk now. `failed` follows."""
    failed = Signal()
    missed = Signal(object)
    """Carries a `Reading` whose series was not found where it was looked for."""
    previewed = Signal(object)
    """Carries a `Volume` of one slice while its series is read, None when that has come to nothing."""
    opened = Signal()
    """A series is on the desk."""

    def __init__(self, case: Case, jobs: Jobs, decoders: DecoderPool, notices: Notices) -> None:
        super().__init__(case)
        self._case, self._jobs, self._decoders, self._notices = case, jobs, decoders, notices
        self.study: Study | None = None
        self.thumbnails = Thumbnails(jobs, decoders, self)
        self.may_replace: Callable[[], bool] = lambda: True
        """Asked before a series is read that the reader did not choose just now."""
        self.kept: Callable[[Series, Reading | None], Kept | None] = lambda series, opened: None
        """What was read of a series before, to be shown if the reader has not opened a reading of it."""
        self.barred: Callable[[Opened], Message | None] = lambda opened: None
        """Asked before a series comes onto the desk: why it must not."""
        self._coming: _Coming | None = None
        self._asking = False
        self._open: Opened | None = None
        self._followed: Series | None = None

    @property
    def busy(self) -> bool:
        """Whether something is being opened or searched."""
        return self._jobs.busy(SEARCHING) or self.loading

    @property
    def loading(self) -> bool:
        """Whether a series is being read."""
        return self._jobs.busy(LOADING)

    @property
    def open_name(self) -> str | None:
        """The current name of the series on the desk; None if there is none."""
        if self.study is None or self._open is None or self._case.volume is None:
            return None
        entry = self.study.holding(self._open.series.slices[0])
        return None if entry is None else entry.series.name

    @property
    def paths(self) -> tuple[Path, ...]:
        """Where the study lies that is coming, or else the one on the desk; nothing where there is none."""
        study = self._coming or self.study
        return () if study is None else study.held.paths

    @property
    def reading(self) -> Reading | None:
        """The reading that the series on the desk was opened with."""
        return None if self._open is None else self._open.reading

    def lists(self, reading: Reading) -> bool:
        """Whether the series of a reading is in the study on the desk."""
        return self.study is not None and belongs_to(reading, self.study.scan.series)

    @property
    def shown_study(self) -> Study | None:
        """The study whose series can be chosen from: the one on the desk, or else the one that is coming."""
        return self.study if self.study is not None or self._coming is None else self._coming.study

    def pixel_failures(self, series: Series) -> tuple[Message, ...]:
        """Why its pixels make a series unsuitable; known for the open series only."""
        opened = self._open
        return failures(opened.checks) if opened is not None and opened.series.slices == series.slices else ()

    # What the reader asks for

    def open_paths(
        self, paths: Sequence[Path], reading: Reading | None = None, wanted: NamesStack | None = None
    ) -> None:
        """Find the series in these places and open one, unless the case on the desk must stay.

        Args:
            reading: to be opened with its series, and only with that.
            wanted: only this series is to be opened.
        """
        if not self.may_leave():
            return
        self.began.emit()
        self._drop_coming()
        held = HeldSource()
        self._coming = _Coming(held, reading, wanted or reading)
        self._jobs.start(
            SEARCHING,
            held.during(lambda link: search(paths, held, self._decoders, link)),
            self._found,
            self._search_failed,
            self._search_progressed,
            self._found,
        )
        self.changed.emit()

    def open_series(self, name: str) -> None:
        """Open another series of the study shown, unless the case on the desk must stay."""
        if not self.may_leave() or name == self.open_name:
            return
        study = self.shown_study
        entry = study.entry(name) if study is not None else None
        if study is not None and entry is not None:
            if study is self.study:
                self._drop_coming()
            self._load(study.held, self._reader(entry.series))

    def open_reading(self, reading: Reading) -> None:
        """Open a reading of a series of the study, unless the case on the desk must stay."""
        study = self.study
        if study is None or not self.may_leave():
            return
        scan, shown = study.scan, self._open

        def operation(link: JobLink) -> Opened:
            series = series_of(reading, scan.series, scan.shown)
            if shown is not None and shown.series.slices == series.slices:  # its disc may be gone meanwhile
                return shown.with_reading(reading)
            return self._reader(series, reading)(link)

        self._drop_coming()
        self._load(study.held, operation)

    def cancel(self) -> None:
        """Stop the operation whose progress is shown; what was open stays."""
        if self._coming is not None:
            self._drop_coming()
        elif self.loading:
            self.stop_loading()
        elif self.study is not None and self._jobs.busy(SEARCHING):
            self._jobs.cancel(SEARCHING)
            self.listed.emit()
            unseen, files = self.study.unseen, self.study.scan.files
            text = message(
                "The search was stopped: {unseen} of {files} files were not searched.", unseen=unseen, files=files
            )
            self._notices.informed.emit(text)
        self.changed.emit()

    def clear(self, terms: Terms) -> None:
        """Take what is open off the desk, and what is being opened; from now on these terms hold there."""
        self._drop_coming()
        self.stop_loading()
        study, self.study = self.study, None
        self._open = self._followed = None
        if study is not None:
            self._jobs.cancel(SEARCHING)
            self.thumbnails.forget()
            self._close_source(study.held)
        self._case.clear(terms)
        self.listed.emit()
        self.changed.emit()

    def close(self) -> None:
        """Release the files, once no job runs any more."""
        for study in (self.study, self._coming):
            if study is not None:
                study.held.release()
        self.study = self._coming = None

    def may_leave(self) -> bool:
        """Whether the case on the desk may be replaced; one that was put aside comes back to be asked about."""
        self.stop_loading()
        return self.may_replace()

    def _fail(self, text: Message) -> None:
        if self._case.terms.in_study:  # files and folders are often named after patients
            text = message("This case could not be opened. Leave the study, and open it in the worklist to see why.")
        self._notices.warned.emit(text)
        self.failed.emit()

    # Searching the files

    def _search_progressed(self, stage: Message, done: int, total: int) -> None:
        if not self.loading:
            self.progressed.emit(stage, done, total)

    def _found(self, study: Study) -> None:
        """More of the study was found, or all of it."""
        if self._coming is None:
            self.study = study
            self._follow_growth()
        else:
            self._coming.study = study
            self._choose(self._coming, study)
        if study is self.shown_study:
            self.listed.emit()
            self._draw_thumbnails()
        if study.complete:
            self.changed.emit()

    def _search_failed(self, error: ClivusError) -> None:
        coming = self._coming
        self._drop_coming()
        self._fail(error.message)
        elsewhere = isinstance(error, ReadingOfAnother | NothingToRead) and not isinstance(error, ReadingUnclear)
        if coming is not None and coming.reading is not None and elsewhere:
            self.missed.emit(coming.reading)
        self.changed.emit()

    def _choose(self, coming: _Coming, study: Study) -> None:
        """Read the first series worth opening, if it is known by now."""
        if self.loading or self._asking:
            return
        try:
            series = study.to_open(coming.wanted, coming.tried)
            if series is None and study.complete and coming.trouble is not None:
                raise coming.trouble
        except ClivusError as error:
            self._search_failed(error)
            return
        if series is None:
            return
        self._asking = True  # events come in while the reader is asked
        allowed = self.may_replace()
        self._asking = False
        if not allowed:
            self._drop_coming()
            self.changed.emit()
        elif coming is self._coming:
            coming.tried.append(series.slices[0])
            self._load(coming.held, self._reader(series, coming.reading))

    def _drop_coming(self) -> None:
        """Forget a study that is not open yet."""
        coming, self._coming = self._coming, None
        if coming is not None:
            self._jobs.cancel(SEARCHING)
            self.stop_loading()
            self._close_source(coming.held)
            if self.study is None:
                self.thumbnails.forget()
                self.listed.emit()

    # Reading a series

    def _reader(self, series: Series, reading: Reading | None = None) -> Callable[[JobLink], Opened]:
        return lambda link: read_series(series, reading, self._decoders, link)

    def _load(self, held: HeldSource, operation: Callable[[JobLink], Opened]) -> None:
        self.stop_loading()
        self._jobs.start(
            LOADING,
            held.during(operation),
            lambda opened: self._loaded(held, opened),
            lambda error: self._load_failed(held, error),
            self.progressed.emit,
            self._preview,
        )
        self.changed.emit()

    def _preview(self, volume: Volume) -> None:
        self.previewed.emit(volume)
        self._case.put_aside()

    def stop_loading(self) -> None:
        """Stop reading a series; the case that was put aside for it comes back."""
        if self.loading:
            self._jobs.cancel(LOADING)
            self._take_back()
            self._followed = None if self._open is None else self._open.series
            self.changed.emit()

    def _take_back(self) -> None:
        self._case.take_back()
        self.previewed.emit(None)

    def _loaded(self, held: HeldSource, opened: Opened) -> None:
        barred = self.barred(opened)
        if barred is not None:
            self._turn_away(barred)
            return
        coming = self._coming
        if coming is not None and held is coming.held:
            if self.study is not None:
                self.thumbnails.forget()
                self._close_source(self.study.held)
            self.study, self._coming = coming.study, None
        self._open, self._followed = opened, opened.series
        kept = self.kept(opened.series, opened.reading)
        self._case.open(opened.volume, opened.reading if kept is None else kept.reading)
        self.listed.emit()
        self.changed.emit()
        self._tell(opened, kept)
        self.opened.emit()
        if coming is not None and coming.trouble is not None:
            reason = coming.trouble.message
            self._fail(message("{reason} Another series was opened.", reason=reason))
        self._follow_growth()
        self._draw_thumbnails()

    def _turn_away(self, why: Message) -> None:
        """What was read does not come onto the desk; what was there stays."""
        self._take_back()
        self._drop_coming()
        self._notices.warned.emit(why)
        self.turned_away.emit()
        self.failed.emit()
        self.changed.emit()

    def _tell(self, opened: Opened, kept: Kept | None) -> None:
        """What the reader should know about a series before working on it."""
        self._notices.outdated.emit()
        skipped = opened.volume.skipped
        if self._case.terms.in_study:  # no name of a file, and nothing of whose CT it is
            if skipped:
                number = len(skipped)
                text = counted("{number} slice could not be read.", "{number} slices could not be read.", number)
                self._notices.warned.emit(text)
            return
        if kept is not None:
            text = message("Your reading of {when:%Y-%m-%d %H:%M} is shown.", when=kept.saved_at)
            self._notices.informed.emit(text)
        if opened.reading is not None:
            self._notices.informed.emit(message("The ROI and range of the reading are marked."))
            if not opened.reading.origin.confirmed:
                text = message(
                    "This reading is a proposal that no reader has confirmed (labels from {labels}): correct range and "
                    "ROI and save it, then confirm it with `clivus-train cohort confirm`.",
                    labels=quoted(opened.reading.origin.labels or "a reader"),
                )
                self._notices.warned.emit(text)
        if skipped:
            text = counted(
                "{number} slice could not be read. {place}: {reason}",
                "{number} slices could not be read. The first, {place}: {reason}",
                len(skipped),
                place=skipped[0].shown,
                reason=skipped[0].reason,
            )
            self._notices.warned.emit(text)
        if self.study is not None and self.study.patients > 1:
            text = message(
                "This source holds CT of {patients} patients: check the name in the corner of the axial view.",
                patients=self.study.patients,
            )
            self._notices.warned.emit(text)

    def _load_failed(self, held: HeldSource, error: ClivusError) -> None:
        self._take_back()
        coming = self._coming
        if coming is None or held is not coming.held:
            self._fail(error.message)
        elif coming.wanted is not None:
            self._search_failed(error)
        else:
            coming.trouble = coming.trouble or error
            assert coming.study is not None
            self._choose(coming, coming.study)
        self.changed.emit()

    def _follow_growth(self) -> None:
        """Read the open series again if more of its slices were found since."""
        study, followed = self.study, self._followed
        if study is None or followed is None or self.loading:
            return
        entry = study.holding(followed.slices[0])
        if entry is None or not entry.settled or entry.series.slices == followed.slices:
            return
        self._followed = series = entry.series
        before = len(followed.slices)
        self._jobs.start(
            LOADING,
            study.held.during(self._reader(series)),
            lambda grown: self._grown(grown, before),
            lambda error: self._not_grown(series, error),
            self.progressed.emit,
        )
        self.changed.emit()

    def _grown(self, grown: Opened, before: int) -> None:
        self._open = grown
        self._case.extend(grown.volume)
        self.listed.emit()
        self.changed.emit()
        text = message(
            "More files of this series were found: it has {now} slices now, {before} before. The marks were kept.",
            now=len(grown.series.slices),
            before=before,
        )
        self._notices.informed.emit(text)

    def _not_grown(self, series: Series, error: ClivusError) -> None:
        text = message(
            "More files of this series were found, but it could not be read again with its {now} slices, and is shown "
            "without them. {error}",
            now=len(series.slices),
            error=error.message,
        )
        self._fail(text)
        self.changed.emit()

    # What goes on beside

    def _draw_thumbnails(self) -> None:
        study = self.shown_study
        if study is not None and not self.loading:
            self.thumbnails.draw(study)

    def _close_source(self, held: HeldSource) -> None:
        """Off the interface thread: an unpacked archive has thousands of files."""

        def operation(link: JobLink) -> None:
            held.release()

        self._jobs.start(CLOSING, operation, lambda _: None, lambda error: None)
