"""Month by month: the share of cases that a model calls positive, and of those in which readers agree with it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QSize

from desktop.messages import message, shown, tr
from desktop.project.watching import Month
from desktop.viewer.pictures.graphics import Bars, Curve, Plot
from desktop.viewer.theme import POSITIVE_BAR, TEXT

_BAR_WIDTH = 0.6
_MOST_TICKS = 12
_PERCENT = {0.0: "0", 0.5: "50", 1.0: "100"}


class MonthsPlot(Plot):
    """Bars for the positive share, a line for the agreement."""

    def __init__(self) -> None:
        super().__init__()
        self._bars, self._agreement = Bars(self), Curve(self, TEXT, width=1.6)
        self.setMinimumHeight(150)
        self.setAccessibleName(tr("Months"))

    def sizeHint(self) -> QSize:
        return QSize(560, 190)

    def show_months(self, months: Sequence[Month]) -> None:
        """Show months, the earliest on the left; one without a decided case has no bar."""
        self.set_title(tr("Bars: share of positive cases. Line: readers agree."))
        self.set_range((-0.6, len(months) - 0.4), (0.0, 1.05))
        step = math.ceil(len(months) / _MOST_TICKS)
        self.set_axis("bottom", ticks={float(n): months[n].month for n in range(0, len(months), step)})
        self.set_axis("left", text="%", ticks=_PERCENT)
        decided = [(n, one) for n, one in enumerate(months) if one.cases > one.indeterminate]
        shares = [one.positive / (one.cases - one.indeterminate) for _, one in decided]
        self._bars.show_bars(
            [n for n, _ in decided], shares, _BAR_WIDTH, [POSITIVE_BAR] * len(decided), [None] * len(decided)
        )
        answered = [(n, one.agreed / one.answered) for n, one in enumerate(months) if one.answered]
        self._agreement.show_curve([n for n, _ in answered], [share for _, share in answered])
        told = message(
            "{months} months; in the last one {positive} of {cases} cases were called positive.",
            months=len(months),
            positive=months[-1].positive,
            cases=months[-1].cases,
        )
        self.setAccessibleDescription(shown(told))
