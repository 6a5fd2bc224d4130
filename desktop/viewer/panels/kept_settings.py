"""The reader's choices come back at the next start."""

from __future__ import annotations

import contextlib
from pathlib import Path

from desktop.unwritten import NotWritten
from desktop.viewer.desk.display import Display
from desktop.viewer.desk.guide import Guide
from desktop.viewer.desk.notices import Notices
from desktop.viewer.desk.settings import Settings, SettingsRefused
from desktop.viewer.pictures.views import Layout, Views


class KeptSettings:
    """Puts the settings of a file on display and views, and writes them when the window ends.

    Attributes:
        language: that the reader has chosen; "" for the system's.
    """

    def __init__(self, path: Path, display: Display, guide: Guide, views: Views, notices: Notices) -> None:
        self._path, self._display, self._guide, self._views = path, display, guide, views
        self._usable = True
        try:
            kept = Settings.load(path)
        except SettingsRefused as error:
            self._usable, kept = False, Settings()
            notices.warned.emit(error.message)
        display.drag_inverted, display.text_shown = kept.drag_inverted, kept.text_shown
        display.landmarks_shown, display.cautions_shown = kept.landmarks_shown, kept.cautions_shown
        display.paper_map, display.heat_opacity = kept.paper_map, kept.heat_opacity
        display.patient_shown, guide.wanted = kept.patient_shown, kept.schematics_shown
        display.changed.emit()
        self.language = kept.language
        views.built.connect(lambda: views.use_layout(Layout(kept.layout), kept.sizes))

    def save(self) -> None:
        """Keep what is chosen now; a file that another version wrote stays, and a medium that fails costs no more."""
        if not self._usable or not self._views.ct_views:
            return
        display, views = self._display, self._views
        chosen = Settings(
            layout=views.layout_in_use.value,
            sizes=views.sizes_of_parts,
            drag_inverted=display.drag_inverted,
            text_shown=display.text_shown,
            landmarks_shown=display.landmarks_shown,
            cautions_shown=display.cautions_shown,
            paper_map=display.paper_map,
            heat_opacity=display.heat_opacity,
            patient_shown=display.patient_shown,
            schematics_shown=self._guide.wanted,
            language=self.language,
        )
        with contextlib.suppress(NotWritten):
            chosen.save(self._path)
