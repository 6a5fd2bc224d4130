"""Icons as strokes on a grid of 24 x 24, drawn in any size: own art, and no files that could be missing."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap

from desktop.viewer.strokes import path_of
from desktop.viewer.theme import ACCENT, FAINT, LINE, PANEL, TEXT

GRID = 24
_SIZES_PX = (20, 30, 40)
"""For screens of 100, 150 and 200 %."""

_STROKE = 1.7

_OWN = "M5 9 V5 H9 M15 5 H19 V9 M19 15 V19 H15 M9 19 H5 V15 M8.5 8.5 L12 10 L15.5 16"
"""The ROI's corners, and the slope that the clivus has its name from."""

_OWN_SIZES_PX = (16, 24, 32, 48, 64, 128, 256)
_OWN_STROKE, _TILE_RADIUS = 2.0, 4.0

STROKES = {
    "open_folder": "M3 19 V5 H9 L11 8 H21 V19 Z",
    "open_files": "O12 12 9 O12 12 2.5",
    "save_reading": "M4 4 H17 L20 7 V20 H4 Z M8 4 V9 H15 V4 M7 20 V13 H17 V20",
    "save_report": "M6 3 H15 L19 7 V21 H6 Z M9 10 H16 M9 13 H16 M9 16 H13",
    "toggle_worklist": "M9 6 H21 M9 12 H21 M9 18 H21 M3 6 L4.5 7.5 L7 4.5 M3 12 L4.5 13.5 L7 10.5 M4 18 H6",
    "accept_suggestion": "M13 15 H3 V4 H19 V10 M12 17 L15 21 L22 13",
    "set_range_high": "M4 5 H20 M12 20 V9 M8 13 L12 9 L16 13",
    "set_range_low": "M4 19 H20 M12 4 V15 M8 11 L12 15 L16 11",
    "toggle_key_rectangle": "M3 6 H21 V18 H3 Z O12 12 2.5",
    "toggle_key_slice": "M12 3 L14.7 9 L21 9.7 L16.2 14 L17.6 20.5 L12 17.2 L6.4 20.5 L7.8 14 L3 9.7 L9.3 9 Z",
    "label_positive": "O12 12 9 M12 7.5 V16.5 M7.5 12 H16.5",
    "label_negative": "O12 12 9 M7.5 12 H16.5",
    "distance": "M3 17 L17 3 L21 7 L7 21 Z M7 13 L9 15 M10 10 L12 12 M13 7 L15 9",
    "angle": "M18 4 L4 20 H21 A4 20 9 0 50",
    "ellipse": "E12 12 10 7 M12 10 V14 M10 12 H14",
    "analyse": "M7 4 L19 12 L7 20 Z",
    "undo": "M9 4 L4 9 L9 14 M4 9 H15 L20 13 V19",
    "redo": "M15 4 L20 9 L15 14 M20 9 H9 L4 13 V19",
    "toggle_cine": "M3 5 H21 V19 H3 Z M10 9 L15 12 L10 15 Z",
    "toggle_inverted": "M4 4 H20 V20 H4 Z M12 4 V20 M8 9 V15 M16 7 V17 M14 7 V17 M18 7 V17",
    "copy_view": "M4 4 H15 V15 H4 Z M9 15 V20 H20 V9 H15",
    "reset": "A12 12 8 60 300 M16 2 V6 H12",
    "fit": "M3 8 V3 H8 M16 3 H21 V8 M21 16 V21 H16 M8 21 H3 V16 M8 8 H16 V16 H8 Z",
    "layout_large": "M3 4 H21 V20 H3 Z M14 4 V20 M14 12 H21",
    "layout_even": "M3 4 H21 V20 H3 Z M12 4 V20 M3 12 H21",
    "layout_row": "M3 4 H21 V20 H3 Z M9 4 V20 M15 4 V20",
    "toggle_text": "M5 7 V4 H19 V7 M12 4 V20 M9 20 H15",
    "toggle_moves": "M3 5 H15 V15 H3 Z M9 9 H21 V19 H9 Z",
    "toggle_cautions": "M12 3 L22 20 H2 Z M12 9 V14 M12 16.5 V17.5",
    "toggle_landmarks": "O12 12 4 M12 3 V8 M12 16 V21 M3 12 H8 M16 12 H21",
    "toggle_paper_map": "O9 12 6 O15 12 6",
    "show_help": "O12 12 9 A12 9.5 2.8 180 -230 L12 12.5 V14 M12 16.5 V17.5",
    "language": "O12 12 9 M3 12 H21 M4.5 7.5 H19.5 M4.5 16.5 H19.5 A18.2 12 11 125 110 A5.8 12 11 55 -110",
    "windowing": "O12 12 8 M12 4 V20 M15 5 V19 M18 7 V17",
}
"""By the name of the command."""


def icon(name: str) -> QIcon:
    """The icon of a command: grey where it is of no use now, in the accent's colour where it is switched on."""
    made, path = QIcon(), path_of(STROKES[name])
    for mode, state, colour in (
        (QIcon.Mode.Normal, QIcon.State.Off, TEXT),
        (QIcon.Mode.Normal, QIcon.State.On, ACCENT),
        (QIcon.Mode.Disabled, QIcon.State.Off, FAINT),
    ):
        for size in _SIZES_PX:
            made.addPixmap(_drawn(path, size, colour), mode, state)
    return made


def own_icon() -> QIcon:
    """Of Clivus itself, by which it is found among other windows; its tile is told from light and dark grounds."""
    made = QIcon()
    for size in _OWN_SIZES_PX:
        made.addPixmap(_drawn(path_of(_OWN), size, ACCENT, stroke=_OWN_STROKE, tile=PANEL))
    return made


def _drawn(path: QPainterPath, size_px: int, colour: str, stroke: float = _STROKE, tile: str = "") -> QPixmap:
    picture = QPixmap(size_px, size_px)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size_px / GRID, size_px / GRID)
    if tile:
        painter.setPen(QPen(QColor(LINE), 1))
        painter.setBrush(QColor(tile))
        painter.drawRoundedRect(QRectF(0.5, 0.5, GRID - 1, GRID - 1), _TILE_RADIUS, _TILE_RADIUS)
        painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colour), stroke, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawPath(path)
    painter.end()
    return picture
