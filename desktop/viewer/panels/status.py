"""The status bar: where the pointer is, what it is on, and how it is shown."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QStatusBar

from desktop.imaging.geometry import Floats
from desktop.inference.device import Device
from desktop.inference.manifest import Manifest
from desktop.report.wording import use_line
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.display import Display

_SIDES = (("L", "R"), ("P", "A"), ("H", "F"))

_NAME_PX = 200
"""A model's name is shortened to this; what the model may be used for must not be pushed out of the window."""


def patient_text(point: Floats) -> str:
    """A patient point in words: "L 12.3  A 40.1  H 33.0 mm"."""
    return "  ".join(f"{_SIDES[axis][int(x < 0)]} {abs(x):.1f}" for axis, x in enumerate(point)) + " mm"


class StatusBar(QStatusBar):
    """One label per fact, always in the same place."""

    def __init__(self, case: Case, display: Display) -> None:
        super().__init__()
        self._case, self._display = case, display
        self.setSizeGripEnabled(False)
        self.setContentsMargins(8, 0, 8, 0)
        self.hu = self._label("HU under the pointer", "HU -12345")
        self.position = self._label("Patient position under the pointer", "L 123.4  A 123.4  H 1234.5 mm")
        self.slice = self._label("Slice", "slice 1234 of 1234")
        self.window_text = self._label("Window on screen", "W 10000  L -1234")
        self.tilt = self._label("Gantry tilt", "")
        self.model = QLabel()
        self.model.setAccessibleName("Model")
        self.model.setTextFormat(Qt.TextFormat.PlainText)
        self.addPermanentWidget(self.model)
        case.opened.connect(self._refresh)
        case.extended.connect(self._refresh)
        display.changed.connect(self._refresh)
        display.pointed.connect(self._refresh_pointer)

    def _label(self, name: str, widest: str) -> QLabel:
        label = QLabel()
        label.setAccessibleName(name)
        if widest:
            label.setMinimumWidth(label.fontMetrics().horizontalAdvance(widest) + 8)
        self.addWidget(label)
        return label

    def say_model(self, manifest: Manifest, used: Device) -> None:
        """Name the model in use, its device, read from the live session, and what it may be used for."""
        name = f"{manifest.id} {manifest.version}"
        shown = self.model.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, _NAME_PX)
        self.model.setText(f"{shown} on {str(used).upper()}. {use_line(manifest)}")
        self.model.setToolTip(name)

    def _refresh(self) -> None:
        volume = self._case.volume
        if volume is None:
            for label in (self.slice, self.window_text, self.tilt):
                label.setText("")
            self._refresh_pointer()
            return
        window, tilt = self._display.window, volume.geometry.gantry_tilt_deg
        self.slice.setText(f"slice {self._display.index + 1} of {self._display.count}")
        self.window_text.setText(f"W {window.width:g}  L {window.level:g}")
        self.tilt.setText(f"gantry tilt {tilt:.1f}°" if abs(tilt) >= 0.05 else "")
        self._refresh_pointer()

    def _refresh_pointer(self) -> None:
        volume, place = self._case.volume, self._display.place
        if volume is None or place is None:
            self.hu.setText("" if volume is None else "HU –")
            self.position.setText("")
            return
        value = place.hu(volume)
        self.hu.setText("HU –" if value is None else f"HU {value:g}")
        self.position.setText(patient_text(place.patient(volume)))
