"""The first slice of a series while the others are read: to look at, not to work on."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.imaging.volume import Volume
from desktop.viewer.desk.display import Display, own_window
from desktop.viewer.desk.patient_banner import patient_texts
from desktop.viewer.pictures import overlay
from desktop.viewer.pictures.axial_view import NO_DESCRIPTION
from desktop.viewer.pictures.canvas import FIT_SHARE, grey_image


class Glimpse(QWidget):
    """One slice with the progress of reading. It takes no mouse, no key and no mark."""

    def __init__(self, display: Display) -> None:
        super().__init__()
        self._display = display
        self.setAccessibleName("First slice while the series is read")
        self._volume: Volume | None = None
        self._image = QImage()
        self._progress = ""
        display.changed.connect(self.update)

    def show_slice(self, volume: Volume) -> None:
        """Show a volume of one slice, and whose it is."""
        self._volume = volume
        self._image = grey_image(volume.hu[0], own_window(volume))
        self._progress = ""
        self.update()

    def say(self, progress: str) -> None:
        """Say how far reading is."""
        self._progress = progress
        self.setAccessibleDescription(progress)
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
        area = QRectF(self.rect())
        if self._display.text_shown:
            series = self._volume.series
            whose = overlay.flowing(painter, patient_texts(series.patient), area)
            lines = [*whose, series.description or NO_DESCRIPTION]
            overlay.corner(painter, area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, lines)
        below = area.adjusted(0, 0, 0, -overlay.MARGIN)
        overlay.halo_text(painter, below, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, self._progress)
