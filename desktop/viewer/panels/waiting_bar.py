"""A saved reading whose series is not open: asked for beside the views, until it is opened or given up."""

from __future__ import annotations

from desktop.messages import Message, shown, tr
from desktop.viewer.desk.receiving import Receiving
from desktop.viewer.panels.beside_views import BesideViews
from desktop.viewer.panels.choosing import Choosing
from desktop.viewer.panels.step import button
from desktop.viewer.theme import ACCENT, RAISED, TEXT


class WaitingBar(BesideViews):
    """It can wait: the reading is applied as soon as its series is opened, in whatever way."""

    def __init__(self, receiving: Receiving, choosing: Choosing) -> None:
        super().__init__()
        self.look = button(
            tr("Open its folder …"),
            tr("Open the folder that holds the series of the reading"),
            choosing.look_for_series,
        )
        self.give_up = button(tr("Give up"), tr("Do not open the reading"), receiving.give_up)
        self.add(self.look, self.give_up)
        receiving.waiting.connect(self._show_waiting)

    def _show_waiting(self, text: Message | None) -> None:
        if text is not None:
            self.say(shown(text), shown(text), RAISED, TEXT, ACCENT)
        self.setVisible(text is not None)
