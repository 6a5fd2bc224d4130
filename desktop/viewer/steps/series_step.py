"""Step 1: the series found, and whether each is suitable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QProgressBar, QWidget

from desktop.viewer.case import Case
from desktop.viewer.opening import Opening
from desktop.viewer.steps.step import Step, button, words
from desktop.viewer.study import Entry
from desktop.viewer.theme import QUIET, TEXT, THUMBNAIL_PX

_NAME = Qt.ItemDataRole.UserRole


class SeriesStep(Step):
    """A list to choose from, and the progress of opening."""

    def __init__(self, case: Case, opening: Opening, ask_open: Callable[[], None]) -> None:
        super().__init__(1, "Series")
        self._case, self._opening = case, opening
        self.list = QListWidget()
        self.list.setAccessibleName("Series found")
        self.list.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.list.setIconSize(QSize(THUMBNAIL_PX, THUMBNAIL_PX))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.list.setMinimumHeight(THUMBNAIL_PX + 20)
        self.skipped = words()
        self.bar = QProgressBar()
        self.bar.setAccessibleName("Progress of opening")
        self._busy = QWidget()
        row = QHBoxLayout(self._busy)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.bar, 1)
        row.addWidget(button("Cancel", "Cancel opening", opening.cancel))
        opener = button("Open folder", "Open a folder with head CT", ask_open)
        opener.setToolTip("Ctrl+O; a folder can also be dropped on the window.")
        top = QHBoxLayout()
        self.body.removeWidget(self.heading)
        top.addWidget(self.heading, 1)
        top.addWidget(opener)
        self.body.addLayout(top)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.skipped)
        self.body.addWidget(self._busy)
        self.list.itemClicked.connect(self._chosen)
        self.list.itemActivated.connect(self._chosen)
        opening.study_changed.connect(self._fill)
        opening.thumbnail_ready.connect(self._picture)
        opening.progressed.connect(self._progress)
        opening.changed.connect(self._refresh)
        self._refresh()

    def _fill(self) -> None:
        study = self._opening.study
        self.list.clear()
        if study is None:
            return
        for entry in study.entries:
            item = QListWidgetItem(_blank(), _summary(entry))
            item.setData(_NAME, entry.series.name)
            item.setToolTip("\n".join(entry.hindrances) or "Suitable for analysis.")
            item.setForeground(QColor(QUIET if entry.hindrances else TEXT))
            self.list.addItem(item)
        files = study.scan.skipped
        self.skipped.setText(f"{len(files)} file(s) left out; the list shows on hovering here." if files else "")
        self.skipped.setToolTip("\n".join(f"{item.shown}: {item.reason}" for item in files[:30]))
        self._refresh()

    def _picture(self, name: str, grey: Any) -> None:
        for row in range(self.list.count()):
            item = self.list.item(row)
            if item.data(_NAME) == name:
                item.setIcon(_icon(np.ascontiguousarray(grey)))

    def _chosen(self, item: QListWidgetItem) -> None:
        volume = self._case.volume
        if volume is None or volume.series.name != item.data(_NAME) or self._opening.busy:
            self._opening.open_series(item.data(_NAME))

    def _progress(self, text: str, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.bar.setFormat(f"{text}: {done} of {total}")

    def _refresh(self) -> None:
        self._busy.setVisible(self._opening.busy)
        if self._opening.busy:
            return
        self.bar.setRange(0, 0)
        self.bar.setFormat("")
        self.skipped.setVisible(bool(self.skipped.text()))
        # The mark stands at the series on the desk, also after another failed to open.
        for row in range(self.list.count()):
            item = self.list.item(row)
            if self._case.volume is not None and item.data(_NAME) == self._case.volume.series.name:
                self.list.setCurrentItem(item)


def _summary(entry: Entry) -> str:
    series = entry.series
    thickness = f"{series.slice_thickness_mm:g} mm, " if series.slice_thickness_mm else ""
    title = series.description or "(no description)"
    count = len(series.slices)
    numbers = f"{count} slice{'' if count == 1 else 's'}, {thickness}{series.columns} × {series.rows}"
    verdict = f"not suitable: {entry.hindrances[0]}" if entry.hindrances else "suitable"
    return f"{title}\n{numbers}\n{verdict}"


def _icon(grey: np.ndarray[Any, np.dtype[np.uint8]]) -> QIcon:
    rows, columns = grey.shape
    image = QImage(grey.data, columns, rows, columns, QImage.Format.Format_Grayscale8).copy()
    icon = QIcon()
    pixmap = QPixmap.fromImage(image)
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):  # else the style tints the selected one
        icon.addPixmap(pixmap, mode)
    return icon


def _blank() -> QIcon:
    return _icon(np.zeros((THUMBNAIL_PX, THUMBNAIL_PX), np.uint8))
