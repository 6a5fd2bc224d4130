"""Step 1: the series found, and whether each is suitable."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QProgressBar, QWidget

from desktop.viewer.desk.opening import Opening
from desktop.viewer.desk.study import Entry, Study
from desktop.viewer.desk.thumbnails import Picture
from desktop.viewer.panels.step import Step, button, words
from desktop.viewer.theme import QUIET, TEXT, THUMBNAIL_PX

_NAME = Qt.ItemDataRole.UserRole

_NAMED = 30
"""So many of the files left out are named."""


class SeriesStep(Step):
    """A list to choose from, and the progress of opening."""

    def __init__(self, opening: Opening, ask_open: Callable[[], None], open_series: Callable[[str], None]) -> None:
        super().__init__(1, "Series")
        self._opening, self._open_series = opening, open_series
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
        opener.setToolTip("Ctrl+O; folders, files, discs and zip archives can also be dropped on the window.")
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
        opening.listed.connect(self._fill)
        opening.thumbnails.ready.connect(self._picture)
        opening.progressed.connect(self._progress)
        opening.changed.connect(self._refresh)
        self._refresh()

    def _fill(self) -> None:
        study = self._opening.shown_study
        before, scrolled = self.list.count(), self.list.verticalScrollBar().value()
        self.list.clear()
        entries = () if study is None else study.entries
        for entry in entries:
            hindrances = (*entry.hindrances, *self._opening.pixel_failures(entry.series))
            item = QListWidgetItem(_icon_of(self._opening.thumbnails.of(entry.series)), _summary(entry, hindrances))
            item.setData(_NAME, entry.series.name)
            item.setToolTip("\n".join(hindrances or entry.doubts) or "Suitable for analysis.")
            item.setForeground(QColor(QUIET if hindrances else TEXT))
            self.list.addItem(item)
        self._say_what_is_left_out(study)
        self._refresh()
        if before:
            self.list.verticalScrollBar().setValue(scrolled)

    def _say_what_is_left_out(self, study: Study | None) -> None:
        skipped = () if study is None else study.scan.skipped
        sentences = [f"{len(skipped)} file(s) left out; the list shows on hovering here."] if skipped else []
        if study is not None and study.unseen and not self._opening.busy:
            sentences.append(f"{study.unseen} file(s) were not looked at.")
        self.skipped.setText(" ".join(sentences))
        self.skipped.setToolTip("\n".join(f"{item.shown}: {item.reason}" for item in skipped[:_NAMED]))

    def _picture(self, name: str) -> None:
        study = self._opening.shown_study
        entry = study.entry(name) if study is not None else None
        for row in range(self.list.count()):
            item = self.list.item(row)
            if entry is not None and item.data(_NAME) == name:
                item.setIcon(_icon_of(self._opening.thumbnails.of(entry.series)))

    def _chosen(self, item: QListWidgetItem) -> None:
        if item.data(_NAME) != self._opening.open_name:
            self._open_series(item.data(_NAME))

    def _progress(self, text: str, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.bar.setFormat(f"{text}: {done} of {total}")

    def _refresh(self) -> None:
        busy = self._opening.busy
        self._busy.setVisible(busy)
        self.skipped.setVisible(bool(self.skipped.text()))
        if not busy:
            self.bar.setRange(0, 0)
            self.bar.setFormat("")
        # The mark stands at the series on the desk, also after another failed to open.
        name = self._opening.open_name
        for row in range(self.list.count()):
            item = self.list.item(row)
            if name is not None and item.data(_NAME) == name and not self._opening.loading:
                self.list.setCurrentItem(item)


def _summary(entry: Entry, hindrances: tuple[str, ...]) -> str:
    series = entry.series
    thickness = f"{series.slice_thickness_mm:g} mm, " if series.slice_thickness_mm else ""
    title = series.description or "(no description)"
    count = len(series.slices)
    numbers = f"{count} slice{'' if count == 1 else 's'}, {thickness}{series.columns} × {series.rows}"
    # Two patients in one series are told where one of the two is chosen, not on hovering.
    care = (
        f"suitable, with care: {entry.belonging}"
        if entry.belonging
        else "suitable, with care; why shows on hovering here"
    )
    fit = care if entry.doubts else "suitable"
    verdict = f"not suitable: {hindrances[0]}" if hindrances else fit
    return f"{title}\n{numbers}\n{verdict}"


def _icon_of(picture: Picture | None) -> QIcon:
    grey = np.zeros((THUMBNAIL_PX, THUMBNAIL_PX), np.uint8) if picture is None else np.ascontiguousarray(picture)
    rows, columns = grey.shape
    image = QImage(grey.data, columns, rows, columns, QImage.Format.Format_Grayscale8).copy()
    icon = QIcon()
    pixmap = QPixmap.fromImage(image)
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):  # else the style tints the selected one
        icon.addPixmap(pixmap, mode)
    return icon
