"""The plots of the case: probabilities of the slices, and the histogram of what is on screen."""

from __future__ import annotations

from PySide6.QtWidgets import QTabWidget

from desktop.messages import tr
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.display import Display
from desktop.viewer.pictures.bars import SliceBars
from desktop.viewer.pictures.histogram import Histogram


class Plots(QTabWidget):
    """One at a time; the tabs are below, where they stand in no picture's way."""

    def __init__(self, case: Case, display: Display) -> None:
        super().__init__()
        self.bars, self.histogram = SliceBars(case, display), Histogram(case, display)
        self.setTabPosition(QTabWidget.TabPosition.South)
        self.setDocumentMode(True)
        self.addTab(self.bars, tr("Slice probabilities"))
        self.addTab(self.histogram, tr("HU"))
        self.setTabToolTip(0, tr("Probability of every slice judged; filled bars are positive"))
        self.setTabToolTip(1, tr("HU histogram with the window"))
        for part in (self, self.tabBar()):
            part.setAccessibleName(tr("Plots"))
