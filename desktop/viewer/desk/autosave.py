"""Marks survive a crash: what is not in a saved reading is kept as a draft, and offered the next time."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Qt, QTimer, Signal

from desktop.imaging.volume import Volume
from desktop.messages import message, sentences, tr
from desktop.reading.draft import THE_USER, Draft, Drafts, Left, Owner, Slot
from desktop.reading.roi import RoiRefused
from desktop.unwritten import NotWritten
from desktop.viewer.desk.case import Case, Done, Marks
from desktop.viewer.desk.notices import Notices

KEEP_AFTER_MS = 250
"""From a change to the draft, so that it is there within a second on a slow disk and in a busy window too. Changes in
quick succession, such as those of a key that is held, are one."""

TRY_AGAIN_MS = 1000
"""After a draft could not be written: a disk has room again, a share is back."""


def drafts_folder() -> Path:
    """Where this user's drafts lie."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppDataLocation)) / "drafts"


class Autosave(QObject):
    """Keeps a draft of the case on the desk as long as it has something unsaved, and finds those left behind."""

    offered = Signal(object)
    """Carries a `Draft` of the open series that its window left behind, None when there is none any more."""
    _troubled = Signal(object)
    _relieved = Signal(object)

    def __init__(self, case: Case, drafts: Drafts, notices: Notices, owner: Callable[[], Owner]) -> None:
        """`owner` says whose the case on the desk is."""
        super().__init__(case)
        self._case, self._drafts, self._whose = case, drafts, owner
        self._owner = THE_USER
        """Whose the marks on the desk are, since their series was opened: a project may be closed before its draft."""
        self._own: Slot | None = None
        self._left: list[Left] = []
        self._told = False
        self._beside = False
        """Whether the series is known to be open in another window too."""
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.timeout.connect(self._keep)
        # Queued, since a series that was opened takes away older messages.
        self._troubled.connect(notices.warned, Qt.ConnectionType.QueuedConnection)
        self._relieved.connect(notices.informed, Qt.ConnectionType.QueuedConnection)
        case.opened.connect(self._opened)
        case.settled.connect(self._settled)

    # The draft of this window

    def _opened(self) -> None:
        """Another case is on the desk; what was there is in a file, or was given up."""
        self._clock.stop()
        own, self._own = self._own, None
        if own is not None:
            own.remove()
        self._release_left()
        self._owner = self._whose()
        if self._case.volume is not None and not self._case.terms.in_study:
            series_uid = self._case.volume.series.series_instance_uid
            self._beside = False
            self._look_beside(series_uid)
            with contextlib.suppress(NotWritten):  # told once there is something to keep
                self._own = self._drafts.new_slot(series_uid)
        self._look_for_left()

    def _look_beside(self, series_uid: str) -> None:
        """Say so when the series is open in another window too, in the one that was first as well."""
        beside = self._drafts.open_elsewhere(series_uid, self._own)
        if beside and not self._beside:
            text = message(
                "This series is open in another window of Clivus too: neither shows what is marked in the other, and "
                "nothing of either is lost. Close one of them."
            )
            self._troubled.emit(text)
        self._beside = beside

    def _settled(self) -> None:
        if not self._case.unsaved:
            self.forget()
        elif not self._clock.isActive():  # further changes do not put it off
            self._clock.start(KEEP_AFTER_MS)

    def _keep(self) -> bool:
        self._clock.stop()
        volume = self._case.volume
        if volume is None:
            return False
        draft = _draft(self._case, volume, self._owner)
        try:
            if self._own is None:
                self._own = self._drafts.new_slot(draft.series)
            self._own.keep(draft)
        except NotWritten as error:
            self._not_kept(error)
            return False
        self._look_beside(draft.series)
        if self._told:
            self._told = False
            self._relieved.emit(message("What you mark is being kept again."))
        return True

    def _not_kept(self, error: NotWritten) -> None:
        if self._own is not None and error.error.errno == errno.ENOENT:  # its folder is gone, and its lock
            self._own.leave()
            self._own = None
        if not self._told:  # once is enough: the reader goes on, and saves as usual
            self._told = True
            advice = message(
                "What you mark is not being kept, and a crash or a power cut would lose it: save the reading often."
            )
            self._troubled.emit(sentences((advice, error.message)))
        self._clock.start(TRY_AGAIN_MS)

    def forget(self) -> None:
        """What is on the desk is in a file, or was given up: no draft of it is needed."""
        self._clock.stop()
        if self._own is not None:
            self._own.clear()

    def keep_now(self) -> bool:
        """Whether nothing that is unsaved would be lost if the window ended now."""
        return not self._case.unsaved or self._keep()

    def leave_behind(self) -> bool:
        """Keep what could not be kept elsewhere, to be offered when its series is opened again; whether it is kept."""
        if not self.keep_now():
            return False
        if self._own is not None:
            self._own.leave()
            self._own = None
        return True

    def close(self) -> None:
        """The window ends: what is unsaved by now is kept for the next one."""
        if self._clock.isActive():
            self._keep()
            self._clock.stop()
        if self._own is not None:
            self._own.leave()
            self._own = None
        self._release_left()

    # Drafts that were left behind

    def take_over(self) -> None:
        """Put the draft that is offered on the desk, in one step that can be undone."""
        left, draft = self._left[0], self._left[0].draft
        self._case.take_over(_done(draft), draft.origin, tr("Take over unsaved marks"), draft.before_model)
        if not self._case.unsaved or self._keep():  # the older file goes once the marks are in another
            left.slot.remove()
        else:
            left.slot.leave()
        self._next()

    def discard(self) -> None:
        """Remove the draft that is offered."""
        self._left[0].slot.remove()
        self._next()

    def _next(self) -> None:
        del self._left[0]
        self.offered.emit(self._left[0].draft if self._left else None)

    def _look_for_left(self) -> None:
        volume = self._case.volume
        if volume is not None and not self._case.terms.in_study:  # a study is read on a bare case
            left, troubles = self._drafts.left(volume.series.series_instance_uid)
            for draft_left in left:
                draft = draft_left.draft
                if draft.owner != self._owner or not _fits(draft, volume):  # another reader's, or of another stack
                    draft_left.slot.leave()
                elif draft.owner != THE_USER and _done(draft) == self._case.done:  # the project kept it before the kill
                    draft_left.slot.remove()
                else:
                    self._left.append(draft_left)
            for trouble in troubles:
                self._troubled.emit(trouble)
        self.offered.emit(self._left[0].draft if self._left else None)

    def _release_left(self) -> None:
        for draft_left in self._left:
            draft_left.slot.leave()
        self._left.clear()


def _draft(case: Case, volume: Volume, owner: Owner) -> Draft:
    first, done = volume.series.slices[0], case.done_before_drag
    marks = done.marks
    return Draft(
        volume.series.series_instance_uid,
        first.sop_instance_uid,
        first.place.frame,
        datetime.now(),
        marks.roi,
        marks.low_mm,
        marks.high_mm,
        done.own_verdict,
        done.labels,
        marks.measurements,
        case.origin,
        owner,
        case.before_model,
        done.key_slices,
        done.remark,
    )


def _done(draft: Draft) -> Done:
    return Done.of(Marks(draft.roi, draft.low_mm, draft.high_mm, draft.measurements), draft)


def _fits(draft: Draft, volume: Volume) -> bool:
    """Whether a draft of the series is of this stack."""
    series = volume.series
    if all(
        (item.sop_instance_uid, item.place.frame) != (draft.sop_instance_uid, draft.frame) for item in series.slices
    ):
        return False
    try:
        if draft.roi is not None:
            draft.roi.require_inside(series.rows, series.columns)
    except RoiRefused:
        return False
    return True
