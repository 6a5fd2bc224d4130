"""Writing into the trail. It is never a reason why a reading fails: where it cannot be written, the reading goes on and
says so, and the next entry that can be written says how many are missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from desktop import events
from desktop.errors import ClivusError
from desktop.messages import Message, message
from desktop.sqlite_file import Clock, now
from desktop.trail.acts import Act
from desktop.trail.end_note import EndNote
from desktop.trail.trail_file import BEGUN, END_MISSING, UNRECORDED, TrailFile, TrailPlace, salt_digest


class Recorder:
    """Records for one window or one command.

    Args:
        tell: is told once when entries cannot be written, and again only after they could.
    """

    def __init__(self, place: TrailPlace, tell: Callable[[Message], object], clock: Clock = now) -> None:
        self._place, self._tell, self._clock = place, tell, clock
        self._missing = 0

    def record(self, *acts: Act) -> None:
        """Write these, all or none."""
        try:
            self._write(acts)
        except ClivusError as error:
            if not self._missing:
                self._tell(
                    message(
                        "What was done is not recorded in the trail, and the work goes on without it: {reason}",
                        reason=error.message,
                    )
                )
            self._missing += len(acts)
        else:
            self._missing = 0

    def _write(self, acts: Sequence[Act]) -> None:
        with TrailFile.opened(self._place.file, self._clock, begin=True) as trail:
            with trail.change():
                self._look_back(trail)
                for act in acts:
                    subject = trail.stands_for(act.series.partition(":")[0])
                    data = {**act.data, **act.whose.document()}
                    events.append(trail, act.whose.reader, act.what, subject, data)
            end = trail.end()
        if end is not None:  # after the entry: a kill between the two leaves a note that is true, of an entry before
            end.save(self._place.note)

    def _look_back(self, trail: TrailFile) -> None:
        """Write down what is missing before more is written: the note of the end is about to be written over."""
        note = EndNote.load(self._place.note)
        lost = None if note is None or trail.holds(note) else {"trail": note.trail, "number": note.number}
        if trail.end() is None:
            events.append(trail, events.PROGRAM, BEGUN, trail.id, {"salt": salt_digest(trail), "before": lost})
        elif lost is not None:
            events.append(trail, events.PROGRAM, END_MISSING, trail.id, lost)
        if self._missing:
            events.append(trail, events.PROGRAM, UNRECORDED, trail.id, {"count": self._missing})
