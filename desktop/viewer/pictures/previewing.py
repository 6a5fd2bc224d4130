"""The first slice of a coming series in the axial view's place, and the way back to the case that was there."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop.imaging.volume import Volume
from desktop.messages import Message, shown
from desktop.viewer.desk.background import progress_text
from desktop.viewer.desk.display import Display, Look
from desktop.viewer.desk.opening import Opening
from desktop.viewer.pictures.axial_view import Distance
from desktop.viewer.pictures.canvas import View
from desktop.viewer.pictures.views import Views


class Previewing(QObject):
    """Shows what is being read; when nothing comes of it, everything looks as before."""

    def __init__(self, opening: Opening, display: Display, views: Views) -> None:
        super().__init__(views)
        self._display, self._views = display, views
        self._before: tuple[Look, list[View], list[Distance]] = Look(), [], []
        opening.previewed.connect(self._previewed)
        opening.progressed.connect(self._progressed)
        opening.opened.connect(views.show_axial)

    def _previewed(self, volume: Volume | None) -> None:
        """The first slice of a series is there, in place of the case on the desk; or nothing came of it."""
        views = self._views
        if volume is not None:
            self._before = self._display.look, [canvas.view for canvas in views.canvases], list(views.axial.distances)
            views.glimpse.show_slice(volume)
            views.show_glimpse()
        elif views.glimpsing:
            look, zooms, views.axial.distances = self._before
            self._display.look_again(look)
            for canvas, zoom in zip(views.canvases, zooms, strict=True):
                canvas.view = zoom
            views.show_axial()

    def _progressed(self, stage: Message, done: int, total: int) -> None:
        if self._views.glimpsing:
            self._views.glimpse.say(shown(progress_text(stage, done, total)))
