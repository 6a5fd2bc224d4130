"""The picture of the strongest slice: where it lies, and its heat map over the crop."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from desktop.imaging.geometry import direction_letters
from desktop.imaging.volume import Volume
from desktop.inference.result import Result
from desktop.report.heat import DEFAULT_OPACITY, heat_colours, window_grey
from desktop.report.wording import model_line, run_line, use_line, verdict_line

PANEL = 560
"""Pixels along the longer side of each of the two images."""

_MARGIN, _HEADER, _FOOTER, _BAR = 20, 96, 64, 18
_BACKGROUND, _TEXT, _QUIET, _ROI = (18, 20, 23), (235, 235, 235), (160, 165, 172), (90, 200, 250)
_SOFT_TISSUE = (60.0, 600.0)


def picture(result: Result, volume: Volume) -> Image.Image:
    """Draw the slice with the highest logit: whole with the ROI on the left, the ROI with its map on the right."""
    answer = result.slices[result.strongest]
    overview = _overview(result, volume, answer.index)
    detail = _detail(result, volume, answer.index)
    width = _MARGIN * 4 + overview.width + detail.width + _BAR + 70
    height = _HEADER + max(overview.height, detail.height) + _FOOTER
    canvas = Image.new("RGB", (width, height), _BACKGROUND)
    canvas.paste(overview, (_MARGIN, _HEADER))
    left = _MARGIN * 2 + overview.width
    canvas.paste(detail, (left, _HEADER))
    draw = ImageDraw.Draw(canvas)
    draw.text((_MARGIN, 16), verdict_line(result), _TEXT, _font(28))
    draw.text((_MARGIN, 54), run_line(result), _TEXT, _font(17))
    caption = (
        f"Slice at {answer.position_mm:.1f} mm, probability {answer.probability:.3f}. Colour: what speaks for invasion "
        "(Grad-CAM), in units of the logit per cell."
    )
    draw.text((_MARGIN, height - _FOOTER + 8), caption, _QUIET, _font(14))
    draw.text((_MARGIN, height - _FOOTER + 32), f"{use_line(result)} {model_line(result)}", _QUIET, _font(14))
    _colour_bar(canvas, draw, (left + detail.width + _MARGIN, _HEADER), detail.height, result.map_scale)
    return canvas


def _overview(result: Result, volume: Volume, index: int) -> Image.Image:
    geometry = volume.geometry
    size, zoom_x, zoom_y = _fit(geometry.columns * geometry.column_mm, geometry.rows * geometry.row_mm, volume)
    grey = Image.fromarray(window_grey(volume.hu[index], *_SOFT_TISSUE))
    image = grey.resize(size, Image.Resampling.BILINEAR).convert("RGB")
    draw = ImageDraw.Draw(image)
    column, row, width, height = result.rectangle
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
        draw.text(place, direction_letters(direction), _TEXT, _font(18), anchor=anchor)
    return image


def _fit(width_mm: float, height_mm: float, volume: Volume) -> tuple[tuple[int, int], float, float]:
    """Size in pixels with the true shape, and picture pixels per column and per row."""
    scale = PANEL / max(width_mm, height_mm)
    size = (max(1, round(width_mm * scale)), max(1, round(height_mm * scale)))
    return size, size[0] / volume.geometry.columns, size[1] / volume.geometry.rows


def _detail(result: Result, volume: Volume, index: int) -> Image.Image:
    geometry = volume.geometry
    column, row, width, height = result.rectangle
    width_mm, height_mm = width * geometry.column_mm, height * geometry.row_mm
    scale = PANEL / max(width_mm, height_mm)
    size = (max(1, round(width_mm * scale)), max(1, round(height_mm * scale)))
    grey = Image.fromarray(window_grey(volume.hu[index], *_SOFT_TISSUE))
    box = (column, row, column + width, row + height)
    base = grey.resize(size, Image.Resampling.BILINEAR, box=box).convert("RGBA")
    heat = heat_colours(result.maps[result.strongest], result.map_scale, DEFAULT_OPACITY)
    base.alpha_composite(Image.fromarray(heat).resize(size, Image.Resampling.BILINEAR))
    image = base.convert("RGB")
    ImageDraw.Draw(image).rectangle((0, 0, size[0] - 1, size[1] - 1), outline=_ROI, width=2)
    return image


def _colour_bar(
    canvas: Image.Image, draw: ImageDraw.ImageDraw, place: tuple[int, int], height: int, top: float
) -> None:
    x, y = place
    values = np.linspace(top, 0, height, dtype=np.float32)[:, None].repeat(_BAR, axis=1)
    bar = Image.new("RGBA", (_BAR, height), (*_BACKGROUND, 255))
    bar.alpha_composite(Image.fromarray(heat_colours(values, top, 1.0)))
    canvas.paste(bar.convert("RGB"), place)
    draw.rectangle((x, y, x + _BAR - 1, y + height - 1), outline=_QUIET)
    for share in (0.0, 0.5, 1.0):
        text_y = y + round((1 - share) * (height - 1))
        draw.text((x + _BAR + 6, text_y), f"{share * top:.2g}", _TEXT, _font(14), anchor="lm")


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
