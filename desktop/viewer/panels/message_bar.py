"""Messages in the window itself: nothing blocks, nothing is lost behind a dialog."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer

from desktop.messages import Message, shown, tr
from desktop.viewer.desk.notices import Notices
from desktop.viewer.panels.announcing import announce
from desktop.viewer.panels.beside_views import BesideViews
from desktop.viewer.panels.step import button
from desktop.viewer.theme import AMBER, BACKGROUND, RAISED, TEXT

INFORM_MS = 8000
"""What was done disappears by itself; what went wrong stays."""


class MessageBar(BesideViews):
    """One message at a time, until it is closed or replaced."""

    def __init__(self, notices: Notices) -> None:
        super().__init__()
        self.add(button(tr("Close"), tr("Close the message"), self.hide))
        self.label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.setInterval(INFORM_MS)
        self._clock.timeout.connect(self.hide)
        notices.informed.connect(self.inform)
        notices.warned.connect(self.warn)
        notices.outdated.connect(self.hide)

    def warn(self, text: Message) -> None:
        """Show what went wrong."""
        self._clock.stop()
        self.say(shown(text), tr("Message: {text}", text=text), AMBER, BACKGROUND)
        announce(self, shown(text), urgent=True)

    def inform(self, text: Message) -> None:
        """Show what was done."""
        self._clock.start()
        self.say(shown(text), tr("Message: {text}", text=text), RAISED, TEXT)
        announce(self, shown(text))
