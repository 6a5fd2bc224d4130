"""Slices of one case with both maps, as in the paper's Figures 4 to 6."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from desktop.inference.result import Result
from desktop.report.heat import DEFAULT_OPACITY, evidence_colours, grad_cam_colours

SLICES = 5
"""Columns of a sheet: the strongest slice and others, evenly over the range."""

_WIDTH, _GAP, _LEFT, _TOP = 210, 8, 132, 40
_INK, _QUIET, _PAPER = (27, 31, 36), (91, 100, 112), (255, 255, 255)


def sheet(result: Result) -> Image.Image:
    """The ROI alone, under the evidence for and against invasion, and under the map as the paper shows it."""
    region, manifest = result.region, result.manifest
    columns = shown_slices(result)
    shape = [region.rectangles[n] for n in columns]
    geometry = region.volume.geometry
    height = max(round(_WIDTH * h * geometry.row_mm / (w * geometry.column_mm)) for _, _, w, h in shape)
    canvas = Image.new("RGB", (_LEFT + len(columns) * (_WIDTH + _GAP), _TOP + 3 * (height + _GAP)), _PAPER)
    draw = ImageDraw.Draw(canvas)
    for row, name in enumerate(
        ("CT", f"evidence for\n(orange) and\nagainst (blue),\nto ±{result.maps.scale:.2g}", "as in the\npaper")
    ):
        draw.multiline_text((4, _TOP + row * (height + _GAP) + 6), name, _INK, _font(15))
    for column, n in enumerate(columns):
        answer, left = result.slices[n], _LEFT + column * (_WIDTH + _GAP)
        mark = " strongest" if n == result.strongest else ""
        draw.text((left, 4), f"{answer.position_mm:.1f} mm{mark}", _INK, _font(15))
        draw.text((left, 21), f"p {answer.probability:.2f}", _QUIET, _font(15))
        c, r, w, h = region.rectangles[n]
        grey = Image.fromarray(manifest.window.grey(region.volume.hu[answer.index]))
        crop = grey.resize((_WIDTH, height), Image.Resampling.BICUBIC, box=(c, r, c + w, r + h)).convert("RGBA")
        looks = (
            None,
            evidence_colours(result.maps.evidence[n], result.maps.scale, DEFAULT_OPACITY),
            grad_cam_colours(result.maps.grad_cam[n], DEFAULT_OPACITY),
        )
        for row, colours in enumerate(looks):
            image = crop.copy()
            if colours is not None:
                image.alpha_composite(Image.fromarray(colours).resize(image.size, Image.Resampling.BILINEAR))
            canvas.paste(image.convert("RGB"), (left, _TOP + row * (height + _GAP)))
    return canvas


def shown_slices(result: Result) -> list[int]:
    """Indices within the result's slices, the lowest first."""
    every = len(result.slices)
    if every <= SLICES:
        return list(range(every))
    spread = [round(place) for place in np.linspace(0, every - 1, SLICES).tolist()]
    nearest = min(range(SLICES), key=lambda place: abs(spread[place] - result.strongest))
    spread[nearest] = result.strongest
    return spread


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)
