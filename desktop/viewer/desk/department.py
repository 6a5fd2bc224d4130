"""The project in use: its cases, the reader whose turn it is, and the case on the desk, which is kept by itself."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Sequence
from itertools import combinations
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.errors import ClivusError
from desktop.imaging.scan import scan_for_images
from desktop.imaging.series import Series
from desktop.imaging.sources import Source
from desktop.messages import Message, message, sentences, tr
from desktop.project import cases, entries, states
from desktop.project.adding import add_all, suggest_all
from desktop.project.database import Project, backup_of
from desktop.project.differences import between
from desktop.project.entries import Kept
from desktop.project.entry import Entry
from desktop.project.places import Places
from desktop.project.states import Row
from desktop.project.taking import table_at, take
from desktop.reading.draft import THE_USER, Owner
from desktop.unwritten import NotWritten
from desktop.viewer.desk.autosave import KEEP_AFTER_MS, TRY_AGAIN_MS
from desktop.viewer.desk.background import JobLink, Jobs
from desktop.viewer.desk.case import Case, Done, Marks
from desktop.viewer.desk.notices import Notices
from desktop.viewer.desk.opening import Opening
from desktop.work import Work

ADDING = "adding cases"
"""Kind of job."""

_LAST = "last project"
"""Stands for it among the places, whose other names are the ids of cases."""

_ADDED, _SUGGESTED = message("Cases"), message("Suggestions")
"""What adding says of its progress."""


class Department(QObject):
    """Opens a project, puts its cases on the desk one after the other, and keeps what the reader does in it.

    A reader sees only what was done under the own code, so that two readers of a case stay independent.
    """

    changed = Signal()
    """The project, the reader, the list or the case on the desk is another."""
    closing = Signal()
    """The project is about to be closed: what is to be written into it is written now."""
    progressed = Signal(object, int, int)
    """Of adding: what is being done, how much of it is done, and how much there is."""

    def __init__(self, case: Case, opening: Opening, jobs: Jobs, places: Path, notices: Notices) -> None:
        super().__init__(case)
        self._case, self._opening, self._jobs, self._notices = case, opening, jobs, notices
        self._places = places
        self.project: Project | None = None
        self.reader = ""
        self.settling = False
        self.current: cases.Case | None = None
        """The case on the desk, if it is one of the project's."""
        self.held_back: Callable[[], Collection[str]] = lambda: ()
        """The ids of the cases that this reader may not see now, because a study has them."""
        self.shown: Kept | None = None
        """The entry on the desk as the project has it; None until the reader has one."""
        self._wanted = ""
        """The id of the edit to be shown, where there are two."""
        self._told = False
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.timeout.connect(self.keep_shown)
        self._awaited: tuple[str, Path | None] = "", None
        """The id of the case that is being opened, and the folder in which it is looked for anew."""
        opening.began.connect(self._await_nothing)
        opening.turned_away.connect(self._await_nothing)
        opening.failed.connect(self._failed)
        case.opened.connect(self._opened)
        case.settled.connect(self._settled)

    # The project and its reader

    def open(self, path: Path, reader: str, *, new: bool = False) -> bool:
        """Open a project, or begin one, for a reader; whether that succeeded. A copy of the file is made first."""
        try:
            project = Project.create(path) if new else Project.open(path)
            try:
                entries.add_reader(project, reader)
                if not new:
                    project.back_up(backup_of(path))
            except ClivusError:
                project.close()
                raise
        except ClivusError as error:
            self._notices.warned.emit(error.message)
            return False
        self.close()
        self.project, self.reader = project, reader
        with contextlib.suppress(NotWritten):  # then it has to be looked for the next time
            Places(self._places).remember({_LAST: path})
        self._begin_anew()
        return True

    def settle_differences(self, on: bool) -> None:
        """Whether the entry that is made is the third one, in which two readers settle what differs: everything of
        both is then shown."""
        if on != self.settling:
            self.keep_now()
            self.settling = on
            self._begin_anew()

    def show(self, kept: Kept) -> None:
        """Show the other edit of the entry on the desk."""
        self.keep_now()
        self._wanted = kept.id
        self._begin_anew()

    def _begin_anew(self) -> None:
        """What is on the desk is another reader's, or for another purpose: nothing of that is shown any longer."""
        volume = self._case.volume
        if volume is not None and self.holds(volume.series):
            self._case.open(volume)
        else:
            self._opened()

    def last_project(self) -> Path | None:
        """The project that was open last on this computer; None if it is not there any more."""
        return Places(self._places).find(_LAST)

    def close(self) -> None:
        """Close the project; what was done is in it."""
        if self.project is not None:
            self.closing.emit()
        self.keep_now()
        self._clock.stop()
        self._jobs.cancel(ADDING)
        project, self.project, self.current, self.reader = self.project, None, None, ""
        self.settling, self.shown, self._told = False, None, False
        if project is not None:
            project.close()
            self.changed.emit()

    def rows(self) -> list[Row]:
        """The cases with their states; empty without a project."""
        if self.project is None:
            return []
        try:
            return states.rows(self.project, self.reader)
        except ClivusError as error:
            self._notices.warned.emit(error.message)
            return []

    # Cases

    @property
    def adding(self) -> bool:
        """Whether cases are being added."""
        return self._jobs.busy(ADDING)

    def add(self, paths: Sequence[Path]) -> None:
        """Add every axial CT in these places, and look for suggestions in each, in the background."""
        if self.project is None:
            return
        file, places, reader = self.project.path, self._places, self.reader

        def operation(link: JobLink) -> Message:
            told: list[Message] = []
            troubles: list[Message] = []
            with Project.open(file) as own:  # a connection belongs to one thread
                for path in paths:
                    table = table_at(path)
                    if table is not None:
                        told.append(take(own, table, reader, Places(places), _listed(link), suggest=True).told)
                        continue
                    with Source.open(path) as source:
                        found = scan_for_images(source)
                        told.append(add_all(own, path, found, Places(places), link.part(_ADDED)).told)
                        link.tell(None)
                        part = link.part(_SUGGESTED)
                        suggest_all(own, found, lambda case, error: troubles.append(_unread(case, error)), part)
            return sentences([*told, *troubles])

        self._jobs.start(ADDING, operation, self._added, self._not_added, self.progressed.emit, self._some_added)
        self.changed.emit()

    def stop_adding(self) -> None:
        """Stop adding; what was added stays."""
        self._jobs.cancel(ADDING)
        self.changed.emit()

    def _some_added(self, news: object) -> None:
        self.changed.emit()

    def _added(self, told: Message) -> None:
        self._notices.informed.emit(told)
        self.changed.emit()

    def _not_added(self, error: ClivusError) -> None:
        self._notices.warned.emit(error.message)
        self.changed.emit()

    def open_case(self, own: str) -> bool:
        """Put a case on the desk, by its id; False where its series is not found, and a folder has to be named."""
        if self.project is None:
            return False
        case = cases.find(self.project, own)
        place = Places(self._places).find(own)
        if place is None:
            return False
        self._opening.open_paths([place], wanted=case)
        self._awaited = own, None
        return True

    def look_in(self, own: str, folder: Path) -> None:
        """Look for the series of a case in a folder, and remember the folder if it is there."""
        if self.project is not None:
            self._opening.open_paths([folder], wanted=cases.find(self.project, own))
            self._awaited = own, folder

    def _await_nothing(self) -> None:
        self._awaited = "", None

    def _failed(self) -> None:
        """The series of a case is not where it was, or cannot be read: its folder is asked for the next time."""
        own, _ = self._awaited
        if own:
            with contextlib.suppress(NotWritten):  # then the same is tried again
                Places(self._places).forget(own)

    def next_case(self, step: int) -> str | None:
        """The id of the next case that this reader has not answered; None if there is none."""
        own = "" if self.current is None else self.current.id
        held_back = self.held_back()
        rows = [row for row in self.rows() if row.id not in held_back]
        row = states.next_open(rows, own, step, settling=self.settling)
        if row is None and held_back:
            self._notices.informed.emit(message("The other cases are read in a study: choose it in the worklist (F7)."))
        return None if row is None else row.id

    def differences(self, own: str) -> list[Message]:
        """What the readers of a case differ in, in words; for those who settle it."""
        if self.project is None or not self.settling:
            return []
        case = cases.find(self.project, own)
        found = [kept for kept in entries.of_case(self.project, case) if kept.entry.answered]
        return [
            message("{reader}, edited twice: {what}", reader=one.reader, what=list(told))
            if one.reader == other.reader
            else message("{one} and {other}: {what}", one=one.reader, other=other.reader, what=list(told))
            for one, other in combinations(found, 2)
            if (told := between(case, one.entry, other.entry).told)
        ]

    def settle_as_shown(self) -> None:
        """What is on the desk is what the readers agree on."""
        if self.settling:
            self.keep_shown()

    def doubled(self) -> dict[str, list[str]]:
        """The patients who may be one and the same under several keys, and the other keys of each."""
        groups: list[tuple[str, ...]] = []
        with contextlib.suppress(ClivusError):  # `rows` has told of it
            groups = [] if self.project is None else cases.doubled_people(self.project)
        return {key: [other for other in group if other != key] for group in groups for key in group}

    def refresh(self) -> None:
        """Something was noted of a case."""
        with contextlib.suppress(ClivusError):  # told by what noted it
            if self.project is not None and self.current is not None:
                self.current = cases.find(self.project, self.current.id)
        self.changed.emit()

    # The case on the desk

    @property
    def key(self) -> str:
        """The pseudonym of the case on the desk; "" where it is none of the project."""
        return "" if self.current is None else self.current.key

    @property
    def owner(self) -> Owner:
        """Whose the marks on the desk are."""
        if self.project is None or self.current is None:
            return THE_USER
        return Owner(self.project.id, self.reader, self.settling)

    def holds(self, series: Series) -> bool:
        """Whether a series is a case of the project: what is kept of it elsewhere is then nobody's business."""
        return self.project is not None and bool(
            self.project.rows("SELECT 1 FROM cases WHERE id = ?", cases.case_id(series))
        )

    def _opened(self) -> None:
        self._clock.stop()
        self.current = None
        try:
            self._show_own()
        except ClivusError as error:  # the disk or share of the project is gone
            self._notices.warned.emit(error.message)
        self.changed.emit()

    def _show_own(self) -> None:
        """Show what the reader did with the case, and nothing of others."""
        volume = self._case.volume
        self.shown, wanted, self._wanted = None, self._wanted, ""
        ordinary = not self._case.terms.in_study  # a study is read on a bare case
        if self.project is not None and volume is not None and ordinary and self.holds(volume.series):
            self.current = cases.find(self.project, cases.case_id(volume.series))
            own, folder = self._awaited
            if folder is not None and own == self.current.id:
                Places(self._places).remember({own: folder})
            found = entries.edits(self.project, self.current, self.reader, settled=self.settling)
            self.shown = next((kept for kept in found if kept.id == wanted), found[-1] if found else None)
            entry = self._to_begin_with(self.project, self.current) if self.shown is None else self.shown.entry
            if entry is not None and not entry.empty:
                marks = Marks(entry.roi, entry.low_mm, entry.high_mm, entry.measurements)
                done = Done.of(marks, entry)
                self._case.take_over(done, entry.origin, tr("Your reading"), entry.before_model)
                self._case.history.clear()
                self._case.kept_elsewhere()

    def _to_begin_with(self, project: Project, case: cases.Case) -> Entry | None:
        """What is shown before there is an entry: nothing, or where differences are settled the first reader's."""
        found = [kept.entry for kept in entries.of_case(project, case) if kept.entry.answered]
        return found[0] if self.settling and found else None

    def _settled(self) -> None:
        if self.current is None or not self._case.unsaved:
            self._clock.stop()  # what was only shown is not kept: where differences are settled, that would settle them
        elif not self._clock.isActive():
            self._clock.start(KEEP_AFTER_MS)

    def keep_now(self) -> None:
        """Keep what was done in the last moments, before another case comes."""
        if self._clock.isActive():
            self.keep_shown()

    def keep_shown(self) -> None:
        """Keep what is on the desk, changed or not."""
        self._clock.stop()
        if self.project is None or self.current is None:
            return
        done = self._case.done_before_drag
        marks = done.marks
        entry = Entry(
            marks.roi,
            marks.low_mm,
            marks.high_mm,
            done.own_verdict,
            done.labels,
            marks.measurements,
            self._case.origin,
            done.remark,
            self._case.before_model,
            done.key_slices,
        )
        try:
            self.shown = entries.keep_over(
                self.project, self.current, self.reader, entry, self.shown, settled=self.settling
            )
        except ClivusError as error:
            self._not_kept(error)
            return
        if self._told:
            self._told = False
            self._notices.informed.emit(message("What you mark is kept in the project again."))
        if not self._case.dragging:
            self._case.kept_elsewhere()
        self.changed.emit()

    def _not_kept(self, error: ClivusError) -> None:
        """Told once; the draft beside holds what the project does not, and what may pass is tried again."""
        passes = isinstance(error, NotWritten)
        if not self._told:
            self._told = True
            beside = message("What you mark is kept beside the project, and goes into it once that is possible.")
            self._notices.warned.emit(sentences((error.message, beside)) if passes else error.message)
        if passes:
            self._clock.start(TRY_AGAIN_MS)


def _listed(link: JobLink) -> Work:
    """The work of adding, after each step of which the list is shown anew."""

    def progress(done: int, total: int) -> None:
        link.progress(_ADDED, done, total)
        link.tell(None)

    return Work(progress, link.stop)


def _unread(case: cases.Case, error: ClivusError) -> Message:
    return message("Case {case}: {reason}", case=case.key, reason=error.message)
