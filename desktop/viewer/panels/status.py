"""The status bar: where the pointer is, what it is on, and how it is shown."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QStatusBar

from desktop.imaging.geometry import Floats
from desktop.messages import shown, tr
from desktop.report.wording import licence_line, short_use_line, use_line
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.display import Display
from desktop.viewer.desk.judging import Judging

_SIDES = (("L", "R"), ("P", "A"), ("H", "F"))

_NAME_PX = 200
"""A model's name is shortened to this; what the model may be used for must not be pushed out of the window."""


def patient_text(point: Floats) -> str:
    """A patient point with DICOM's letters: "L 12.3  A 40.1  H 33.0 mm"."""
    return "  ".join(f"{sides[int(x < 0)]} {abs(x):.1f}" for sides, x in zip(_SIDES, point, strict=True)) + " mm"


def evidence_text(value: float) -> str:
    """What a place contributes to the answer, in log-odds per cm², and what that means."""
    if round(value, 2) == 0:
        return tr("{value:.2f} log-odds/cm²", value=abs(value))
    if value > 0:
        return tr("{value:+.2f} log-odds/cm², for invasion", value=value)
    return tr("{value:+.2f} log-odds/cm², against invasion", value=value)


class StatusBar(QStatusBar):
    """One label per fact, always in the same place."""

    def __init__(self, case: Case, display: Display, judging: Judging) -> None:
        super().__init__()
        self._case, self._display, self._judging = case, display, judging
        self.setSizeGripEnabled(False)
        self.setContentsMargins(8, 0, 8, 0)
        self.hu = self._label("HU -12345")
        self.position = self._label("L 123.4  A 123.4  H 1234.5 mm")
        self.evidence = QLabel()
        # What there is no room for is cut off rather than widening the window.
        self.evidence.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.addWidget(self.evidence, 1)
        self.evidence.setToolTip(tr("Under the pointer: positive speaks for invasion, negative against it."))
        self.slice = self._label(tr("slice {number} of {count}", number=1234, count=1234))
        self.window_text = self._label("W 10000  L -1234")
        self.tilt = self._label("")
        self.model = QLabel()
        self.model.setTextFormat(Qt.TextFormat.PlainText)
        self.addPermanentWidget(self.model)
        for signal in (case.opened, case.extended, display.changed):
            signal.connect(self._refresh)
        display.pointed.connect(self._refresh_pointer)
        case.judged.connect(self._refresh_pointer)
        case.marked.connect(self._refresh_pointer)
        judging.changed.connect(self._refresh_model)

    def _label(self, widest: str) -> QLabel:
        label = QLabel()
        if widest:
            label.setMinimumWidth(label.fontMetrics().horizontalAdvance(widest) + 8)
        self.addWidget(label)
        return label

    def _refresh_model(self) -> None:
        """The model in use, its device, read from the live session, and what it may be used for."""
        network = self._judging.network
        if network is not None:
            name = network.manifest.called
            short = self.model.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, _NAME_PX)
            device, use = str(network.used).upper(), use_line(network.manifest)
            brief = short_use_line(network.manifest)
            self.model.setText(tr("{model} on {device}. {use}", model=short, device=device, use=brief))
            whole = tr("{model} on {device}. {use}", model=name, device=device, use=use)
            self.model.setAccessibleName(tr("{name}: {value}", name=tr("Model"), value=whole))
            told = name if brief == use else tr("{model}. {use}", model=name, use=use)
            licence = licence_line(network.manifest)
            self.model.setToolTip(told if licence is None else f"{told}\n{shown(licence)}")

    def _refresh(self) -> None:
        volume, display = self._case.volume, self._display
        if volume is None:
            for label in (self.slice, self.window_text, self.tilt):
                label.setText("")
        else:
            window, tilt = display.window, volume.geometry.gantry_tilt_deg
            self.slice.setText(tr("slice {number} of {count}", number=display.index + 1, count=display.count))
            self.window_text.setText(f"W {window.width:g}  L {window.level:g}")
            self.tilt.setText(tr("gantry tilt {degrees:.1f}°", degrees=tilt) if abs(tilt) >= 0.05 else "")
        self._refresh_pointer()

    def _refresh_pointer(self) -> None:
        volume, place = self._case.volume, self._display.place
        value = None if volume is None or place is None else place.hu(volume)
        result = self._case.result
        found = None if result is None or place is None else result.evidence_at(place.index, place.column, place.row)
        self.evidence.setText("" if found is None else evidence_text(found))
        self.hu.setText("" if volume is None else "HU –" if value is None else f"HU {value:g}")
        self.position.setText("" if volume is None or place is None else patient_text(place.patient(volume)))
