"""Drafts: marks that are in no saved reading yet, kept so that a crash or a power cut costs only seconds of work.

A draft is not a reading (`desktop.reading.saved`): any part of it may be missing, and it never leaves its user. It
names its series by UIDs, contains neither a patient's name nor a path, and its file is named after a digest of the
series.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from desktop.errors import InputRefused
from desktop.fields import Fields, Unfit
from desktop.files import write_json
from desktop.locks import Lock
from desktop.messages import Message, message
from desktop.plain_file import NotPlain, read_plain
from desktop.reading.as_json import (
    LARGEST,
    MAXIMUM_BYTES,
    MOST_FRAMES,
    BeforeModel,
    Notes,
    SliceKey,
    former_roi_of,
    notes_as_json,
    notes_of,
    roi_as_json,
    roi_of,
)
from desktop.reading.measurement import Measurement
from desktop.reading.origin import Origin
from desktop.reading.roi import Roi, RoiRefused
from desktop.reading.run import Verdict
from desktop.strict_json import NotStrict, from_json
from desktop.unwritten import NotWritten, shortened

SCHEMA = "clivus-draft/2"
FORMER_SCHEMA = "clivus-draft/1"
"""Has marks as in readings of schema 1; still read, so that unsaved work survives an update."""

_OWNERS_ONLY, OWNERS_FOLDER = 0o600, 0o700

_DAMAGED = ".damaged"


class DraftRefused(InputRefused):
    """A draft that cannot be used; the message is a clause that follows "because"."""


@dataclass(frozen=True)
class Owner:
    """Whose a draft is: that of a reader in a project, whom nobody else's marks are shown to.

    Attributes:
        project: its id; "" outside projects, where a draft is the user's.
        reader: the reader's code in it.
        settled: whether it is what two readers agree on, and not the reader's own reading.
    """

    project: str = ""
    reader: str = ""
    settled: bool = False


THE_USER = Owner()


@dataclass(frozen=True)
class Draft:
    """The marks of a series when they were last kept.

    Attributes:
        series: SeriesInstanceUID.
        sop_instance_uid, frame: one slice of the stack, since a series may hold several.
        kept_at: when, in local time.
        low_mm, high_mm: the ends of the range, by position.
        origin: where the marks come from; None in drafts of earlier versions, which did not say it.
        owner: whose it is.
        before_model, key_slices, remark: as in a reading.
    """

    series: str
    sop_instance_uid: str
    frame: int
    kept_at: datetime
    roi: Roi | None = None
    low_mm: float | None = None
    high_mm: float | None = None
    verdict: Verdict | None = None
    slice_labels: Mapping[SliceKey, bool] = field(default_factory=dict)
    measurements: tuple[Measurement, ...] = ()
    origin: Origin | None = None
    owner: Owner = THE_USER
    before_model: BeforeModel | None = None
    key_slices: Mapping[SliceKey, str] = field(default_factory=dict)
    remark: str = ""

    def save(self, path: Path) -> None:
        """Write the draft, readable by its owner only.

        Raises:
            NotWritten: it cannot be written.
        """
        notes = Notes(
            self.verdict, self.slice_labels, self.measurements, self.before_model, self.key_slices, self.remark
        )
        content = {
            "schema": SCHEMA,
            "series_instance_uid": self.series,
            "sop_instance_uid": self.sop_instance_uid,
            "frame": self.frame,
            "kept_at": self.kept_at.isoformat(timespec="seconds"),
            "roi": None if self.roi is None else roi_as_json(self.roi),
            "low_mm": self.low_mm,
            "high_mm": self.high_mm,
            **notes_as_json(notes),
            "origin": None if self.origin is None else self.origin.document(),
            "owner": None if self.owner == THE_USER else asdict(self.owner),
        }
        write_json(path, content, _OWNERS_ONLY)

    @staticmethod
    def load(path: Path) -> Draft:
        """Read a draft.

        Raises:
            DraftRefused: it is damaged, or not a draft.
        """
        try:
            fields = Fields(from_json(read_plain(path, MAXIMUM_BYTES)))
            former = fields.one_of("schema", (SCHEMA, FORMER_SCHEMA)) == FORMER_SCHEMA
            roi = None
            if fields.has("roi"):
                roi = former_roi_of(fields, position_mm=0.0) if former else roi_of(fields)
            notes = notes_of(fields, former)
            return Draft(
                series=fields.text("series_instance_uid"),
                sop_instance_uid=fields.text("sop_instance_uid"),
                frame=fields.whole("frame", 0, MOST_FRAMES),
                kept_at=datetime.fromisoformat(fields.text("kept_at")),
                roi=roi,
                low_mm=_end(fields, "low_mm"),
                high_mm=_end(fields, "high_mm"),
                verdict=notes.verdict,
                slice_labels=notes.slice_labels,
                measurements=notes.measurements,
                origin=Origin.of(fields) if fields.has("origin") else None,
                owner=_owner(fields.part("owner")) if fields.has("owner") else THE_USER,
                before_model=notes.before_model,
                key_slices=notes.key_slices,
                remark=notes.remark,
            )
        except ValueError:
            raise DraftRefused(message("its time is damaged")) from None
        except (NotPlain, NotStrict, Unfit, RoiRefused) as error:
            raise DraftRefused(error.message) from None


def _owner(fields: Fields) -> Owner:
    return Owner(fields.text("project"), fields.text("reader"), fields.flag("settled"))


def _end(fields: Fields, key: str) -> float | None:
    return fields.number(key, -LARGEST, LARGEST) if fields.has(key) else None


class Slot:
    """The file of one draft, reserved for one window as long as it has the series open."""

    def __init__(self, path: Path, lock: Lock) -> None:
        self.path, self._lock = path, lock

    def keep(self, draft: Draft) -> None:
        """Write the draft over the previous one.

        Raises:
            NotWritten: it cannot be written.
        """
        draft.save(self.path)

    def clear(self) -> None:
        """Delete the draft, which is no longer needed; its place stays reserved."""
        with contextlib.suppress(OSError):  # then the draft is offered once more
            self.path.unlink(missing_ok=True)

    def leave(self) -> None:
        """Release the file: the next window that opens the series is offered the draft."""
        self._lock.release()

    def remove(self) -> None:
        """Delete the draft, which is no longer needed, and release its file."""
        self.clear()
        self._lock.release()


@dataclass(frozen=True)
class Left:
    """A draft whose window has ended; its file is held now."""

    draft: Draft
    slot: Slot


class Drafts:
    """The drafts of one user, in a folder that is made when needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def new_slot(self, series_uid: str) -> Slot:
        """A new file for a draft of a series; several windows may have one each.

        Raises:
            NotWritten: it cannot be made.
        """
        try:
            self._folder.mkdir(mode=OWNERS_FOLDER, parents=True, exist_ok=True)
            path = self._folder / f"{digest(series_uid)}-{secrets.token_hex(8)}.json"
            lock = Lock.take(_lock_of(path))
        except OSError as error:
            raise NotWritten(self._folder, error) from None
        assert lock is not None  # the name is random
        return Slot(path, lock)

    def open_elsewhere(self, series_uid: str, own: Slot | None) -> bool:
        """Whether another window than the one with the slot `own` has a slot of the series."""
        mine = None if own is None else _lock_of(own.path)
        return not all(self._free(path) for path in self._listed(f"{digest(series_uid)}-*.lock") if path != mine)

    def latest(self, owner: Owner = THE_USER) -> Draft | None:
        """The owner's draft that was kept last of those whose windows have ended, of any series."""
        for path in self._listed("*.lock"):  # those of windows that were killed are of no use to anybody
            if not path.with_suffix(".json").exists():
                self._free(path)
        ended = [path for path in self._listed("*.json") if self._free(_lock_of(path))]
        drafts = [draft for draft in map(_draft_at, ended) if draft is not None and draft.owner == owner]
        return max(drafts, key=lambda draft: draft.kept_at, default=None)

    def _listed(self, pattern: str) -> list[Path]:
        try:
            return sorted(self._folder.glob(pattern))
        except OSError:
            return []

    @staticmethod
    def _free(path: Path) -> bool:
        """Whether nobody holds this lock; removes what a killed window left of it."""
        try:
            lock = Lock.take(path)
        except OSError:
            return True
        if lock is not None:
            lock.release()
        return lock is not None

    def left(self, series_uid: str) -> tuple[list[Left], list[Message]]:
        """Drafts of a series whose windows have ended, the latest first; and why others were put aside."""
        found, troubles = [], []
        for path in self._listed(f"{digest(series_uid)}-*.json"):
            try:
                lock = Lock.take(_lock_of(path))
            except OSError:
                continue
            if lock is None:  # its window is open
                continue
            try:
                draft = Draft.load(path)
                if draft.series != series_uid:
                    raise DraftRefused(message("it is of another series"))
                found.append(Left(draft, Slot(path, lock)))
            except DraftRefused as error:
                troubles.append(_put_aside(path, error))
                lock.release()
        found.sort(key=lambda left: left.draft.kept_at, reverse=True)
        return found, troubles


def _draft_at(path: Path) -> Draft | None:
    try:
        return Draft.load(path)
    except DraftRefused:  # told when its series is opened
        return None


def _put_aside(path: Path, error: DraftRefused) -> Message:
    aside = path.with_name(path.name + _DAMAGED)
    try:
        path.replace(aside)
    except OSError:
        aside = path
    return message(
        "Unsaved marks of this series cannot be restored, because {reason}; the file was kept as {path}.",
        reason=error.message,
        path=shortened(aside),
    )


def _lock_of(path: Path) -> Path:
    return path.with_suffix(".lock")


def digest(text: str) -> str:
    """What stands for a UID in the name of a file."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]
