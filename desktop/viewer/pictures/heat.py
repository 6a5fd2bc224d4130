"""The controls of the heat map with its colour bar."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QSlider, QWidget

from desktop.inference.maps import Maps
from desktop.inference.remarks import localisation_line
from desktop.messages import shown, tr
from desktop.report.heat import evidence_colours, grad_cam_colours
from desktop.report.wording import scale_line
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.display import Display
from desktop.viewer.pictures.graphics import Hint, Plot, PlotImage
from desktop.viewer.theme import PANEL, QUIET

_SAMPLES = 256

_Key = Qt.Key
_CHANGING = {_Key.Key_Up, _Key.Key_Down, _Key.Key_PageUp, _Key.Key_PageDown, _Key.Key_Home, _Key.Key_End}
"""Keys that change a box or slider which Tab led to; elsewhere in the views they go through the slices."""


class HeatBar(QWidget):
    """Look, opacity and colour bar of the heat map, beneath the axial view."""

    def __init__(self, case: Case, display: Display) -> None:
        super().__init__()
        self._case, self._display = case, display
        self.look = QComboBox()
        self.look.setToolTip(tr("What the network's answer is based on. Hold H to hide it and compare."))
        self.look.setAccessibleName(tr("Look of the heat map"))
        self.look.addItems([tr("For and against"), tr("As in the paper")])
        self.look.setItemData(0, tr("Evidence for and against invasion, on one scale"), Qt.ItemDataRole.ToolTipRole)
        self.look.setItemData(
            1, tr("Grad-CAM: evidence for invasion, each slice to its own maximum"), Qt.ItemDataRole.ToolTipRole
        )
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setAccessibleName(tr("Opacity of the heat map in per cent"))
        self.opacity.setRange(0, 100)
        self.opacity.setValue(round(display.heat_opacity * 100))
        self.opacity.setFixedWidth(80)
        for control in (self.look, self.opacity):
            control.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._percent = QLabel()
        self._percent.setMinimumWidth(QFontMetrics(self.font()).horizontalAdvance("100 %") + 4)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 3, 8, 3)
        for part in (self.look, self.opacity, self._percent):
            layout.addWidget(part)
        layout.addWidget(ColourBar(case, display), 1)
        self.look.activated.connect(self._look_chosen)
        self.opacity.valueChanged.connect(self._opacity_changed)
        case.opened.connect(lambda: self.setVisible(case.terms.model_answers))
        case.marked.connect(self._refresh)
        case.judged.connect(self._refresh)
        display.changed.connect(self._refresh)
        self._refresh()

    def event(self, event: QEvent) -> bool:
        """What has the keyboard here is asked before Qt looks for a shortcut of the views."""
        if not _changes_a_control(event):
            return super().event(event)
        event.accept()
        return True

    def _look_chosen(self, number: int) -> None:
        if self._display.paper_map != bool(number):
            self._display.toggle_paper_map()

    def _opacity_changed(self, percent: int) -> None:
        self._display.set_heat_opacity(percent / 100)

    def _refresh(self) -> None:
        for part in (self.look, self.opacity, self._percent):
            part.setEnabled(self._case.result is not None)
        self.look.setCurrentIndex(int(self._display.paper_map))
        self._percent.setText(f"{self.opacity.value()} %")


def _changes_a_control(event: QEvent) -> bool:
    if not isinstance(event, QKeyEvent) or event.type() is not QEvent.Type.ShortcutOverride:
        return False
    # A Mac's arrows count as keys of the keypad.
    return event.key() in _CHANGING and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier


class ColourBar(Plot):
    """Colours with their numbers and unit."""

    def __init__(self, case: Case, display: Display) -> None:
        super().__init__()
        self._case, self._display = case, display
        self._drawn: tuple[Maps | None, bool] | None = None
        self.setFixedHeight(2 * QFontMetrics(self.font()).height() + 28)
        self.setBackgroundBrush(QColor(PANEL))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(190)
        self.set_axis("left", shown=False)
        self._colours = PlotImage(self)
        self._hint = Hint(self, QUIET)
        case.marked.connect(self._refresh)
        case.judged.connect(self._refresh)
        display.changed.connect(self._refresh)
        self._refresh()

    def sizeHint(self) -> QSize:
        return QSize(260, self.height())

    def _refresh(self) -> None:
        result = self._case.result
        drawn = None if result is None else result.maps, self._display.paper_map
        if drawn == self._drawn:
            return
        self._drawn = drawn
        self.set_axis("bottom", shown=result is not None)
        if result is None:
            self._colours.hide()
            self.set_range((0, 1), (0, 1))
            hint = tr("No heat map: no valid result")
            self._hint.show_text(hint)
            self.setToolTip("")
            self.setAccessibleName(tr("Colour bar of the heat map: no valid result"))
            self.setAccessibleDescription(hint)
            return
        self._hint.hide()
        localisation = shown(localisation_line(result.manifest.maps))
        if self._display.paper_map:
            self._show_paper_map()
            own = tr("Grad-CAM: evidence for invasion alone, each slice to its own maximum. Slices cannot be compared.")
            self.setToolTip(f"{own}\n{localisation}")
        else:
            self._show_evidence(result.maps)
            self.setToolTip(f"{shown(scale_line(result.maps.scale_is_models))}\n{localisation}")

    def _show_evidence(self, maps: Maps) -> None:
        scale = maps.scale
        label = tr("against ◂ log-odds/cm² ▸ for") if maps.scale_is_models else tr("log-odds/cm² (case's scale)")
        self._show(label, {-scale: f"≤ −{scale:.2g}", 0.0: "0", scale: f"≥ {scale:.2g}"}, -scale, scale)
        values = np.linspace(-scale, scale, _SAMPLES, dtype=np.float32)[None]
        self._colours.show_pixels(evidence_colours(values, scale, 1.0), QRectF(-scale, 0, 2 * scale, 1))
        self.setAccessibleName(
            tr(
                "Colour bar of the heat map: from {scale:.2g} against invasion, blue, to {scale:.2g} for invasion, "
                "orange, log-odds per cm²",
                scale=scale,
            )
        )

    def _show_paper_map(self) -> None:
        self._show(tr("Grad-CAM, each slice by itself"), {0.0: "0", 1.0: tr("maximum")}, 0.0, 1.0)
        values = np.linspace(0, 1, _SAMPLES, dtype=np.float32)[None]
        self._colours.show_pixels(grad_cam_colours(values, 1.0), QRectF(0, 0, 1, 1))
        self.setAccessibleName(tr("Colour bar of the heat map: Grad-CAM, each slice to its own maximum"))

    def _show(self, label: str, ticks: dict[float, str], low: float, high: float) -> None:
        margin = 0.22 * (high - low)  # room for the numbers at both ends, which are not drawn if they reach beyond
        self.set_range((low - margin, high + margin), (0, 1))
        self.set_axis("bottom", label, ticks)
        self.setAccessibleDescription(f"{label}: {', '.join(ticks.values())}")
