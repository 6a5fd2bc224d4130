"""Whether a reading's marks are a reader's own, and who stands for those that are not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from desktop.fields import Fields

Mark = Literal["marked", "suggested", "moved"]
_MARKS = ("marked", "suggested", "moved")


@dataclass(frozen=True)
class Origin:
    """Where the marks of a reading come from.

    Attributes:
        range, roi: "marked" by a reader, "suggested" by a program, or "moved": suggested, then changed by a reader.
        labels: what slice labels and verdict were taken from, such as "T stage T3"; "" if a reader gave them.
        confirmed_by: who looked at all of it and stands for it; "" while nobody does.
        accepted: whether a reader looked at what was suggested, in the window, and took it over.
    """

    range: Mark = "marked"
    roi: Mark = "marked"
    labels: str = ""
    confirmed_by: str = ""
    accepted: bool = False

    @property
    def confirmed(self) -> bool:
        """Whether a reader stands for all of it; for own marks, and those accepted, a reader always does."""
        waiting = not self.accepted and "suggested" in (self.range, self.roi)
        return bool(self.confirmed_by) or not (self.labels or waiting)

    def after(self, range_changed: bool, roi_changed: bool) -> Origin:
        """The origin after changes in the window. They confirm nothing: who confirms gives a code."""
        return replace(
            self,
            range="moved" if range_changed and self.range == "suggested" else self.range,
            roi="moved" if roi_changed and self.roi == "suggested" else self.roi,
        )

    def document(self) -> dict[str, Any]:
        """As JSON, in readings."""
        return {
            "range": self.range,
            "roi": self.roi,
            "labels": self.labels or None,
            "confirmed_by": self.confirmed_by or None,
            "accepted": self.accepted,
        }

    @staticmethod
    def of(fields: Fields) -> Origin:
        """What `document` wrote; a reading without it was marked by a reader.

        Raises:
            Unfit: a field is invalid.
        """
        if not fields.has("origin"):
            return Origin()
        part = fields.part("origin")
        marks = [cast(Mark, part.one_of(key, _MARKS)) if part.has(key) else "marked" for key in ("range", "roi")]
        accepted = part.flag("accepted") if part.has("accepted") else False
        return Origin(marks[0], marks[1], part.text_if_any("labels"), part.text_if_any("confirmed_by"), accepted)
