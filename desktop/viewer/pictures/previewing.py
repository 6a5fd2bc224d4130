"""The first slice of a coming series in the axial view's place, and the way back to the case that was there."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF

from desktop.imaging.volume import Volume
from desktop.messages import Message, shown
from desktop.viewer.desk.background import progress_text
from desktop.viewer.desk.display import Display, DisplayState
from desktop.viewer.desk.opening import Opening
from desktop.viewer.pictures.views import Views


class Previewing(QObject):
    """Shows what is being read; when nothing comes of it, everything looks as before."""

    def __init__(self, opening: Opening, display: Display, views: Views) -> None:
        super().__init__(views)
        self._display, self._views = display, views
        self._before: tuple[DisplayState, list[tuple[QRectF, bool]]] = DisplayState(), []
        opening.previewed.connect(self._previewed)
        opening.progressed.connect(self._progressed)
        opening.opened.connect(views.show_axial)

    def _previewed(self, volume: Volume | None) -> None:
        """The first slice of a series is there, in place of the case on the desk; or nothing came of it."""
        views = self._views
        if volume is not None:
            self._before = self._display.state, views.looked_at
            views.preview.show_slice(volume)
            views.show_preview()
        elif views.previewing:
            state, views_looked_at = self._before
            self._display.restore(state)
            views.looked_at = views_looked_at
            views.show_axial()

    def _progressed(self, stage: Message, done: int, total: int) -> None:
        if self._views.previewing:
            self._views.preview.say(shown(progress_text(stage, done, total)))
