"""The first slice of a series while the others are read: to look at, not to work on."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.imaging.volume import Volume
from desktop.messages import tr
from desktop.viewer.desk.display import Display, own_window
from desktop.viewer.pictures.captions import series_lines
from desktop.viewer.pictures.halo import MARGIN, Align, halo_text
from desktop.viewer.pictures.images import windowed_image
from desktop.viewer.theme import FIT_SHARE


class Preview(QWidget):
    """One slice with the progress of reading. It takes no mouse, no key and no mark."""

    def __init__(self, display: Display) -> None:
        super().__init__()
        self._display = display
        self.setAccessibleName(tr("First slice while the series is read"))
        self._volume: Volume | None = None
        self._image = QImage()
        self._progress = ""
        display.changed.connect(self._texts_changed)

    def show_slice(self, volume: Volume) -> None:
        """Show a volume of one slice, and whose it is."""
        self._volume = volume
        self._image = windowed_image(volume.hu[0], own_window(volume))
        self._progress = ""
        self._texts_changed()

    def say(self, progress: str) -> None:
        """Say how far reading is."""
        self._progress = progress
        self._texts_changed()

    def _corner(self) -> list[str]:
        """Whose head it is, and what the scanner calls it, unless the texts are hidden."""
        if self._volume is None or not self._display.text_shown:
            return []
        return series_lines(self._volume.series, self._display, self.width(), self.font())

    def _texts_changed(self) -> None:
        self.setAccessibleDescription(", ".join([*self._corner(), self._progress]))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(0, 0, 0))
        if self._volume is None:
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        geometry = self._volume.geometry
        width, height = geometry.columns * geometry.column_mm, geometry.rows * geometry.row_mm
        zoom = min(self.width() / width, self.height() / height) * FIT_SHARE
        picture = QRectF(0, 0, width * zoom, height * zoom)
        picture.moveCenter(QPointF(self.width() / 2, self.height() / 2))
        painter.drawImage(picture, self._image)
        inner = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        halo_text(painter, inner, Align.AlignLeft | Align.AlignTop, "\n".join(self._corner()))
        halo_text(painter, inner, Align.AlignHCenter | Align.AlignBottom, self._progress)
