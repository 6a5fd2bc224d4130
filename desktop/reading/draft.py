"""Marks that are in no saved reading yet, kept so that a crash or a power cut costs seconds of work.

A draft is not a reading (`desktop.reading.saved`): any part of it may be missing, and it stays with its user.
It names its series by UIDs, has no name of a patient and no path, and its file is named after a digest of the series.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from desktop.errors import InputRefused
from desktop.files import write_json
from desktop.locks import Lock
from desktop.reading.fields import Fields, UnfitField
from desktop.reading.roi import Roi, RoiRefused
from desktop.reading.run import Verdict
from desktop.reading.saved import MAXIMUM_BYTES
from desktop.unwritten import NotWritten

SCHEMA = "clivus-draft/1"

_OWNERS_ONLY, _OWNERS_FOLDER = 0o600, 0o700

_DAMAGED = ".damaged"

_SIDES = ("column", "row", "width", "height")


class DraftRefused(InputRefused):
    """A draft that cannot be used."""


@dataclass(frozen=True)
class Draft:
    """What a reader had done with a series when it was last kept.

    Attributes:
        series_uid: SeriesInstanceUID.
        sop_instance_uid, frame: one slice of the stack, since a series may hold several.
        kept_at: when, in local time.
        low_mm, high_mm: the ends of the range, by position.
    """

    series_uid: str
    sop_instance_uid: str
    frame: int
    kept_at: datetime
    roi: Roi | None = None
    low_mm: float | None = None
    high_mm: float | None = None
    verdict: Verdict | None = None
    slice_labels: Mapping[str, bool] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        """Write it whole, for its owner's eyes.

        Raises:
            NotWritten: it cannot be written.
        """
        roi = None if self.roi is None else dict(zip(_SIDES, self.roi.keys[0].rectangle, strict=True))
        content = {
            "schema": SCHEMA,
            "series_instance_uid": self.series_uid,
            "sop_instance_uid": self.sop_instance_uid,
            "frame": self.frame,
            "kept_at": self.kept_at.isoformat(timespec="seconds"),
            "roi": roi,
            "low_mm": self.low_mm,
            "high_mm": self.high_mm,
            "verdict": self.verdict,
            "slice_labels": dict(self.slice_labels),
        }
        write_json(path, content, _OWNERS_ONLY)

    @staticmethod
    def load(path: Path) -> Draft:
        """Read a draft.

        Raises:
            DraftRefused: it is not one, or damaged.
        """
        try:
            if not path.is_file():  # a pipe would be waited for
                raise UnfitField("it is not a file")
            with path.open("rb") as stream:
                content = stream.read(MAXIMUM_BYTES + 1)
            if len(content) > MAXIMUM_BYTES:
                raise UnfitField("it is too large")
            fields = Fields.of(json.loads(content.decode()), "it")
            if fields.text("schema") != SCHEMA:
                raise UnfitField(f"it is not {SCHEMA}")
            frame = fields.count_if_any("frame")
            roi = None if fields.values.get("roi") is None else fields.part("roi")
            return Draft(
                series_uid=fields.text("series_instance_uid"),
                sop_instance_uid=fields.text("sop_instance_uid"),
                frame=0 if frame is None else frame,
                kept_at=datetime.fromisoformat(fields.text("kept_at")),
                roi=None if roi is None else Roi.everywhere(*map(roi.number, _SIDES)),
                low_mm=fields.number_if_any("low_mm"),
                high_mm=fields.number_if_any("high_mm"),
                verdict=fields.verdict_if_any("verdict"),
                slice_labels=fields.labels("slice_labels"),
            )
        except OSError as error:
            raise DraftRefused(f"it cannot be opened ({error.strerror})") from None
        except (ValueError, RecursionError):
            raise DraftRefused("it is not whole") from None
        except (UnfitField, RoiRefused) as error:
            raise DraftRefused(str(error)) from None


class Slot:
    """The place of one draft, which belongs to one window as long as it is held."""

    def __init__(self, path: Path, lock: Lock) -> None:
        self._path, self._lock = path, lock

    def keep(self, draft: Draft) -> None:
        """Write the draft in the place of the one before.

        Raises:
            NotWritten: it cannot be written.
        """
        draft.save(self._path)

    def leave(self) -> None:
        """Hold it no longer: whoever opens the series next is offered the draft."""
        self._lock.release()

    def remove(self) -> None:
        """The draft is not needed any more."""
        with contextlib.suppress(OSError):  # then it is offered once more
            self._path.unlink(missing_ok=True)
        self._lock.release()


@dataclass(frozen=True)
class Left:
    """A draft that its window has left behind, held now."""

    draft: Draft
    slot: Slot


class Drafts:
    """The drafts of one user, in a folder that is made when it is needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def new_slot(self, series_uid: str) -> Slot:
        """A place for a draft of a series; several windows may have one each.

        Raises:
            NotWritten: there can be none.
        """
        try:
            self._folder.mkdir(mode=_OWNERS_FOLDER, parents=True, exist_ok=True)
            path = self._folder / f"{_digest(series_uid)}-{secrets.token_hex(8)}.json"
            lock = Lock.take(_lock_of(path))
        except OSError as error:
            raise NotWritten(self._folder, error) from None
        assert lock is not None  # nobody else knows the name
        return Slot(path, lock)

    def left(self, series_uid: str) -> tuple[list[Left], list[str]]:
        """Drafts of a series whose windows are gone, the latest first; and what is wrong with those put aside."""
        found, troubles = [], []
        try:
            paths = sorted(self._folder.glob(f"{_digest(series_uid)}-*.json"))
        except OSError:
            return [], []
        for path in paths:
            try:
                lock = Lock.take(_lock_of(path))
            except OSError:
                continue
            if lock is None:  # of a window that lives
                continue
            try:
                draft = Draft.load(path)
                if draft.series_uid != series_uid:
                    raise DraftRefused("it is of another series")
                found.append(Left(draft, Slot(path, lock)))
            except DraftRefused as error:
                troubles.append(_put_aside(path, error))
                lock.release()
        found.sort(key=lambda left: left.draft.kept_at, reverse=True)
        return found, troubles


def _put_aside(path: Path, error: DraftRefused) -> str:
    aside = path.with_name(path.name + _DAMAGED)
    try:
        path.replace(aside)
    except OSError:
        aside = path
    return f"Unsaved marks of this series cannot be taken over, since {error}; the file was kept as {aside}."


def _lock_of(path: Path) -> Path:
    return path.with_suffix(".lock")


def _digest(series_uid: str) -> str:
    return hashlib.sha256(series_uid.encode()).hexdigest()[:32]
