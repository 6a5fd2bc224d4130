"""What the reader worked on last, for the start page.

It is known by UID and time, not by a path: folders are often named after patients, and nothing that is written may name
one. So the reader is asked for the folder, and its series is then found in it.
"""

from __future__ import annotations

from dataclasses import dataclass

from desktop.messages import Message, message
from desktop.reading.draft import Drafts
from desktop.reading.kept import KeptReadings
from desktop.reading.matching import NamesStack


@dataclass(frozen=True)
class LastWork:
    """What was worked on, in words, and which series that was."""

    text: Message
    series: NamesStack


def last_work(drafts: Drafts, kept: KeptReadings) -> LastWork | None:
    """The marks that a window left unsaved last, or else the reading that was kept last; None if there is neither."""
    draft = drafts.latest()
    if draft is not None:
        text = message("Unsaved marks of {when:%Y-%m-%d, %H:%M}: open their series …", when=draft.kept_at)
        return LastWork(text, draft)
    reading = kept.latest()
    if reading is not None:
        text = message("Last: your reading of {when:%Y-%m-%d, %H:%M}: open its series …", when=reading.saved_at)
        return LastWork(text, reading.reading)
    return None
