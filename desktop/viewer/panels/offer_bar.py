"""Marks that an earlier session left unsaved: offered beside the views, until the reader decides."""

from __future__ import annotations

from desktop.messages import Message, message, tr
from desktop.reading.draft import Draft
from desktop.viewer.desk.autosave import Autosave
from desktop.viewer.panels.announcing import announce
from desktop.viewer.panels.beside_views import BesideViews
from desktop.viewer.panels.step import button
from desktop.viewer.theme import ACCENT, RAISED, TEXT


class OfferBar(BesideViews):
    """It can wait: a reader who marks anew without deciding loses neither the old marks nor the new ones."""

    def __init__(self, autosave: Autosave) -> None:
        super().__init__()
        self.take = button(tr("Restore"), tr("Restore the unsaved marks"), autosave.take_over)
        self.take.setToolTip(tr("They replace what is marked now. Undo: Ctrl+Z."))
        self.discard = button(tr("Discard"), tr("Discard the unsaved marks"), autosave.discard)
        self.add(self.take, self.discard)
        autosave.offered.connect(self._show_offer)

    def _show_offer(self, draft: Draft | None) -> None:
        if draft is not None:
            text = tr(
                "Marks of {kept_at:%Y-%m-%d, %H:%M} on this series were not saved: {contents}.",
                kept_at=draft.kept_at,
                contents=_contents(draft),
            )
            self.say(text, text, RAISED, TEXT, ACCENT)
            announce(self, text)
        self.setVisible(draft is not None)


def _contents(draft: Draft) -> list[Message]:
    ends = (draft.low_mm is not None) + (draft.high_mm is not None)
    parts = (
        (message("ROI"), draft.roi is not None),
        (message("range"), ends == 2),
        (message("one end of the range"), ends == 1),
        (message("slice labels"), bool(draft.slice_labels)),
        (message("measurements"), bool(draft.measurements)),
        (message("your verdict"), draft.verdict is not None),
    )
    return [name for name, there in parts if there] or [message("all marks were removed")]
