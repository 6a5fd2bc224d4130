"""The picture of the strongest slice: an overview, the ROI, and the ROI with its heat map."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from desktop.imaging.geometry import Rectangle, orientation_marker
from desktop.imaging.volume import Volume
from desktop.imaging.windowing import Window
from desktop.inference.remarks import localisation_line, near_chance_line
from desktop.inference.result import Result
from desktop.report.heat import DEFAULT_OPACITY, evidence_colours
from desktop.report.wording import averaging_line, model_line, run_line, scale_line, short_use_line, verdict_line

PANEL = 480
"""Pixels along the longer side of each of the three images."""

_MARGIN, _HEADER, _FOOTER, _BAR, _LEGEND = 20, 96, 88, 18, 96
_UNIT = "log-odds per square cm"
"""`desktop.inference.maps.UNIT`, in letters that Pillow's own font has."""

_BACKGROUND, _TEXT, _QUIET, _ROI = (18, 20, 23), (235, 235, 235), (160, 165, 172), (90, 200, 250)


def picture(result: Result) -> Image.Image:
    """Draw the slice with the highest logit: the whole slice, the enlarged ROI, and the ROI with the heat map."""
    answer, volume, manifest = result.slices[result.strongest], result.region.volume, result.manifest
    rectangle = result.region.rectangles[result.strongest]
    overview = _overview(volume, answer.index, rectangle, result.manifest.window)
    enlarged = _enlarged(volume, answer.index, rectangle, result.manifest.window)
    heated = _heated(result, enlarged)
    width = _MARGIN * 5 + overview.width + 2 * enlarged.width + _BAR + _LEGEND
    height = _HEADER + max(overview.height, enlarged.height) + _FOOTER
    canvas = Image.new("RGB", (width, height), _BACKGROUND)
    left = _MARGIN
    for panel in (overview, enlarged, heated):
        canvas.paste(panel, (left, _HEADER))
        left += panel.width + _MARGIN
    draw = ImageDraw.Draw(canvas)
    draw.text((_MARGIN, 16), str(verdict_line(result)), _TEXT, _font(28))
    draw.text((_MARGIN, 54), str(run_line(result)), _TEXT if result.withheld is None else _QUIET, _font(17))
    footer = (
        f"Slice at {answer.position_mm:.1f} mm, probability {answer.probability:.3f}. Colour: evidence for (orange) "
        f"and against (blue) invasion, {_UNIT}. {scale_line(result.maps.scale_is_models)}",
        f"{localisation_line(result.manifest.maps)}",
        " ".join(
            str(line) for line in (short_use_line(manifest), model_line(result), averaging_line(manifest)) if line
        ),
    )
    if remark := near_chance_line(manifest):
        draw.text((_MARGIN, 75), str(remark), _TEXT, _font(14))
    for number, line in enumerate(footer):
        draw.text((_MARGIN, height - _FOOTER + 8 + 24 * number), line, _QUIET, _font(14))
    _colour_bar(canvas, draw, (left, _HEADER), heated.height, result.maps.scale)
    return canvas


def _overview(volume: Volume, index: int, rectangle: Rectangle, window: Window) -> Image.Image:
    geometry = volume.geometry
    size = _size(geometry.columns * geometry.column_mm, geometry.rows * geometry.row_mm)
    zoom_x, zoom_y = size[0] / geometry.columns, size[1] / geometry.rows
    grey = Image.fromarray(window.grey(volume.hu[index]))
    image = grey.resize(size, Image.Resampling.BILINEAR).convert("RGB")
    draw = ImageDraw.Draw(image)
    column, row, width, height = rectangle
    box = (column * zoom_x, row * zoom_y, (column + width) * zoom_x, (row + height) * zoom_y)
    draw.rectangle(box, outline=_ROI, width=2)
    across, down = np.asarray(geometry.across), np.asarray(geometry.down)
    middle_x, middle_y = size[0] / 2, size[1] / 2
    for direction, place, anchor in (
        (-down, (middle_x, 6), "mt"),
        (down, (middle_x, size[1] - 6), "mb"),
        (-across, (6, middle_y), "lm"),
        (across, (size[0] - 6, middle_y), "rm"),
    ):
        draw.text(place, orientation_marker(direction), _TEXT, _font(18), anchor=anchor)
    return image


def _size(width_mm: float, height_mm: float) -> tuple[int, int]:
    """Width and height in pixels of the picture, with true proportions."""
    scale = PANEL / max(width_mm, height_mm)
    return max(1, round(width_mm * scale)), max(1, round(height_mm * scale))


def _enlarged(volume: Volume, index: int, rectangle: Rectangle, window: Window) -> Image.Image:
    geometry = volume.geometry
    column, row, width, height = rectangle
    size = _size(width * geometry.column_mm, height * geometry.row_mm)
    grey = Image.fromarray(window.grey(volume.hu[index]))
    box = (column, row, column + width, row + height)
    return _framed(grey.resize(size, Image.Resampling.BICUBIC, box=box).convert("RGB"))


def _heated(result: Result, enlarged: Image.Image) -> Image.Image:
    image = enlarged.convert("RGBA")
    heat = evidence_colours(result.maps.evidence[result.strongest], result.maps.scale, DEFAULT_OPACITY)
    image.alpha_composite(Image.fromarray(heat).resize(image.size, Image.Resampling.BILINEAR))
    return _framed(image.convert("RGB"))


def _framed(image: Image.Image) -> Image.Image:
    ImageDraw.Draw(image).rectangle((0, 0, image.width - 1, image.height - 1), outline=_ROI, width=2)
    return image


def _colour_bar(
    canvas: Image.Image, draw: ImageDraw.ImageDraw, place: tuple[int, int], height: int, scale: float
) -> None:
    x, y = place
    values = np.linspace(scale, -scale, height, dtype=np.float32)[:, None].repeat(_BAR, axis=1)
    bar = Image.new("RGBA", (_BAR, height), (*_BACKGROUND, 255))
    bar.alpha_composite(Image.fromarray(evidence_colours(values, scale, 1.0)))
    canvas.paste(bar.convert("RGB"), place)
    draw.rectangle((x, y, x + _BAR - 1, y + height - 1), outline=_QUIET)
    for text, down, anchor in (
        (f"for\n{scale:.2g} or more", 0, "la"),
        ("0", (height - 1) / 2, "lm"),
        (f"against\n-{scale:.2g} or less", height - 1, "ld"),
    ):
        draw.text((x + _BAR + 6, y + round(down)), text, _TEXT, _font(14), anchor=anchor)


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
