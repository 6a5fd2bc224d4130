"""Step 1: the series found, and whether each is suitable."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QIcon, QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from desktop.imaging.patient_words import patient_line
from desktop.messages import Message, counted, message, shown, tr
from desktop.viewer.desk.display import Display
from desktop.viewer.desk.opening import Opening
from desktop.viewer.desk.study import Entry, Study
from desktop.viewer.desk.thumbnails import Picture
from desktop.viewer.panels.progress import Progress
from desktop.viewer.panels.skipped import SkippedDialog
from desktop.viewer.panels.step import Step, button, words
from desktop.viewer.theme import ENTRY_FRAME_PX, QUIET, STEPS_WIDTH, TEXT, THUMBNAIL_PX

_NAME = Qt.ItemDataRole.UserRole

LEAST_LISTED_PX, MOST_LISTED_PX = 96, 280
"""An entry with a caution, and about three; more are scrolled to: on a low screen the verdict stays in sight below."""

NAME_PX = STEPS_WIDTH - THUMBNAIL_PX - 76
"""What the margins, two scroll bars and the thumbnail leave of a line."""


class _Entry(QStyledItemDelegate):
    """An entry whose text wraps within its frame: Qt adds the frame to the width, and the text loses its last line."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        within = QStyleOptionViewItem(option)
        within.rect = option.rect.adjusted(0, 0, -ENTRY_FRAME_PX, 0)
        return super().sizeHint(within, index)


class SeriesList(QListWidget):
    """A list as high as its entries, up to a limit."""

    def __init__(self) -> None:
        super().__init__()
        self.setItemDelegate(_Entry(self))
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setIconSize(QSize(THUMBNAIL_PX, THUMBNAIL_PX))
        self.setWordWrap(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def filled(self) -> None:
        """The entries are others, or wrap at another width."""
        if not self._surely_high:
            self.doItemsLayout()
        self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A scroll bar of the steps takes some of the width: texts take more lines."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.filled()

    @property
    def _surely_high(self) -> bool:
        return self.count() * THUMBNAIL_PX > MOST_LISTED_PX  # a hundred entries are not laid out to learn that

    def sizeHint(self) -> QSize:
        if self._surely_high:
            return QSize(super().sizeHint().width(), MOST_LISTED_PX)
        high = self.contentsSize().height() + 2 * self.frameWidth()
        return QSize(super().sizeHint().width(), max(LEAST_LISTED_PX, min(high, MOST_LISTED_PX)))


class SeriesStep(Step):
    """A list to choose from, and the progress of opening."""

    def __init__(self, opening: Opening, display: Display, open_folder: Callable[[], None]) -> None:
        super().__init__(1, tr("Series"))
        self._opening, self._display = opening, display
        self._several = self._named = False
        """Whether there are several patients, and entries say whose they are; for one the view's corner is enough."""
        self.list = SeriesList()
        self.list.setAccessibleName(tr("Series found"))
        self.list.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.list.setMinimumHeight(LEAST_LISTED_PX)
        self.skipped = words()
        self._show_skipped = button(tr("Which?"), tr("Show the files that were skipped"), self._list_skipped)
        self.progress = Progress(tr("Progress of opening"), tr("Cancel opening"), opening.cancel)
        self._left_out = QWidget()
        row = QHBoxLayout(self._left_out)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.skipped, 1)
        row.addWidget(self._show_skipped)
        opener = button(tr("Open folder"), tr("Open a folder with head CT"), open_folder)
        opener.setToolTip(tr("Ctrl+O. Folders, files, discs and zip archives can also be dropped on the window."))
        self.top.addWidget(opener)
        self.body.addWidget(self.list)
        self.body.addWidget(self._left_out)
        self.body.addWidget(self.progress)
        self.list.itemClicked.connect(self._chosen)
        self.list.itemActivated.connect(self._chosen)
        opening.listed.connect(self._fill)
        display.changed.connect(self._name_or_not)
        opening.thumbnails.ready.connect(self._picture)
        opening.progressed.connect(self.progress.show_progress)
        opening.changed.connect(self._refresh)
        self._refresh()

    def _fill(self) -> None:
        study = self._opening.shown_study
        before, scrolled = self.list.count(), self.list.verticalScrollBar().value()
        self.list.clear()
        entries = () if study is None else study.entries
        self._several = study is not None and study.patients > 1
        self._named = self._to_be_named
        for entry in entries:
            blockers = (*entry.blockers, *self._opening.pixel_failures(entry.series))
            whose, summary = patient_line(entry.series.patient) if self._named else "", _summary(entry, blockers)
            reasons = [shown(reason) for reason in blockers or entry.cautions] or [tr("Suitable for analysis.")]
            item = QListWidgetItem(_icon_of(self._opening.thumbnails.of(entry.series)), self._under(whose, summary))
            item.setData(_NAME, entry.series.name)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, _lines(whose, summary))
            item.setToolTip(_lines(whose, *reasons))
            item.setForeground(QColor(QUIET if blockers else TEXT))
            self.list.addItem(item)
        self.list.filled()
        self._say_what_is_left_out(study)
        self._refresh()
        if before:
            self.list.verticalScrollBar().setValue(scrolled)

    def _name_or_not(self) -> None:
        if self._named != self._to_be_named:
            self._fill()

    @property
    def _to_be_named(self) -> bool:
        return self._several and self._display.patient_shown

    def _under(self, whose: str, summary: str) -> str:
        """A name too long for a line loses its middle: how it begins and the number stay."""
        metrics = QFontMetrics(self.list.font())
        return _lines(metrics.elidedText(whose, Qt.TextElideMode.ElideMiddle, NAME_PX), summary)

    def _say_what_is_left_out(self, study: Study | None) -> None:
        skipped = 0 if study is None else len(study.scan.skipped)
        unsearched = 0 if study is None or self._opening.busy else study.unseen
        lines = [
            counted("{number} file was skipped.", "{number} files were skipped.", skipped),
            counted("{number} file was not searched.", "{number} files were not searched.", unsearched),
        ]
        self.skipped.setText("\n".join(shown(line) for line in lines if line.number))
        self._show_skipped.setVisible(skipped > 0)
        self._left_out.setVisible(skipped + unsearched > 0)

    def _list_skipped(self) -> None:
        study = self._opening.shown_study
        if study is not None:
            SkippedDialog(study.scan.skipped, self).show()

    def _picture(self, name: str) -> None:
        study = self._opening.shown_study
        entry = study.entry(name) if study is not None else None
        for row in range(self.list.count()):
            item = self.list.item(row)
            if entry is not None and item.data(_NAME) == name:
                item.setIcon(_icon_of(self._opening.thumbnails.of(entry.series)))

    def _chosen(self, item: QListWidgetItem) -> None:
        if item.data(_NAME) != self._opening.open_name:
            self._opening.open_series(item.data(_NAME))

    def _refresh(self) -> None:
        self.progress.show_busy(self._opening.busy)
        self._left_out.setVisible(bool(self.skipped.text()))
        # The series on the desk stays selected, also after another failed to open.
        name = self._opening.open_name
        for row in range(self.list.count()):
            item = self.list.item(row)
            if name is not None and item.data(_NAME) == name and not self._opening.loading:
                self.list.setCurrentItem(item)


def _lines(*texts: str) -> str:
    return "\n".join(text for text in texts if text)


def _summary(entry: Entry, blockers: tuple[Message, ...]) -> str:
    lines = (
        entry.series.description or tr("(series without a description)"),
        shown(_numbers(entry)),
        shown(_fitness(entry, blockers)),
    )
    return "\n".join(lines)


def _numbers(entry: Entry) -> Message:
    series = entry.series
    slices = counted("{number} slice", "{number} slices", len(series.slices))
    matrix = message("{columns} × {rows}", columns=series.columns, rows=series.rows)
    if not series.slice_thickness_mm:
        return message("{slices}, {matrix}", slices=slices, matrix=matrix)
    return message("{slices}, {mm:g} mm, {matrix}", slices=slices, mm=series.slice_thickness_mm, matrix=matrix)


def _fitness(entry: Entry, blockers: tuple[Message, ...]) -> Message:
    """Whether the series is suitable, with the first reason; two patients in one series come first."""
    if blockers:
        return message("not suitable: {reason}", reason=blockers[0])
    if entry.belonging is not None:
        return message("suitable, with care: {reason}", reason=entry.belonging)
    if entry.cautions:
        return message("suitable, with care: {reason}", reason=entry.cautions[0])
    return message("suitable")


def _icon_of(picture: Picture | None) -> QIcon:
    grey = np.zeros((THUMBNAIL_PX, THUMBNAIL_PX), np.uint8) if picture is None else np.ascontiguousarray(picture)
    rows, columns = grey.shape
    image = QImage(grey.data, columns, rows, columns, QImage.Format.Format_Grayscale8).copy()
    icon = QIcon()
    pixmap = QPixmap.fromImage(image)
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):  # else the style tints the selected one
        icon.addPixmap(pixmap, mode)
    return icon
