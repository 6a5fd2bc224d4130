"""What has to be decided about the reading that is shown: which of two edits counts, whether a proposal is right, what
two readers agree on."""

from __future__ import annotations

from desktop.messages import message, shown, tr
from desktop.quoting import quoted
from desktop.reading.origin import Origin
from desktop.viewer.desk.confirming import Confirming
from desktop.viewer.desk.department import Department
from desktop.viewer.desk.edits import Edits, TwoEdits
from desktop.viewer.panels.announcing import announce
from desktop.viewer.panels.beside_views import BesideViews
from desktop.viewer.panels.step import button
from desktop.viewer.theme import ACCENT, RAISED, TEXT


class EntryBar(BesideViews):
    """It can wait; it is read aloud when it comes, not each time that the case is kept."""

    def show_text(self, text: str) -> None:
        """Show a text; nothing where it is empty."""
        if not text:
            self.label.clear()
        elif text != self.label.text():
            self.say(text, text, RAISED, TEXT, ACCENT)
            announce(self, text)
        self.setVisible(bool(text))


class EditsBar(EntryBar):
    """Two edits of one reading."""

    def __init__(self, edits: Edits) -> None:
        super().__init__()
        self.keep = button(tr("Keep this one"), tr("Keep the edit that is shown"), edits.keep_this)
        self.other = button(tr("Show the other"), tr("Show the other edit"), edits.show_other)
        self.add(self.keep, self.other)
        edits.changed.connect(self._show)

    def _show(self, found: TwoEdits | None) -> None:
        self.show_text("" if found is None else _two(found))


class ProposalBar(EntryBar):
    """A reading that nobody has confirmed."""

    def __init__(self, confirming: Confirming) -> None:
        super().__init__()
        self.confirm = button(tr("Confirm"), tr("Confirm the proposal"), confirming.confirm)
        self.confirm.setToolTip(tr("What is shown, with your corrections, becomes your reading"))
        self.add(self.confirm)
        confirming.changed.connect(self._show)

    def _show(self, origin: Origin | None) -> None:
        if origin is None:
            self.show_text("")
            return
        text = message("This reading is a proposal: correct what is wrong, then confirm it.")
        if origin.labels:
            text = message(
                "This reading is a proposal (verdict and slice labels from {labels}): correct what is wrong, then "
                "confirm it.",
                labels=quoted(origin.labels),
            )
        self.show_text(shown(text))


class SettlingBar(EntryBar):
    """What the readers of a case differ in, until it is settled."""

    def __init__(self, department: Department) -> None:
        super().__init__()
        self._department = department
        self.as_shown = button(
            tr("Settled as shown"), tr("What is on screen is what the readers agree on"), department.settle_as_shown
        )
        self.add(self.as_shown)
        department.changed.connect(self._show)

    def _show(self) -> None:
        current = self._department.current
        open_still = current is not None and self._department.shown is None
        told = self._department.differences(current.id) if current is not None and open_still else []
        text = tr("To settle: {what}. The first reader's entry is shown: change it until all agree.", what=told)
        self.show_text(text if told else "")


def _two(found: TwoEdits) -> str:
    now, other = found.times
    return tr(
        "Your reading of this case was edited twice: shown is that of {shown:%Y-%m-%d, %H:%M:%S}, the other is of "
        "{other:%Y-%m-%d, %H:%M:%S}. They differ in: {what}.",
        shown=now,
        other=other,
        what=list(found.told) or message("details"),
    )
