"""The CT and the maps of a result as pictures, in the window that the model sees the CT in."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from desktop.imaging.body import body_box
from desktop.imaging.geometry import Rectangle
from desktop.imaging.reformat import ReformatGeometry, reformatted
from desktop.imaging.volume import Volume
from desktop.imaging.windowing import Window
from desktop.inference.result import Result
from desktop.report.heat import DEFAULT_OPACITY, Colours, evidence_colours, grad_cam_colours

Greys = npt.NDArray[np.uint8]

DOTS_PER_MM = 8.0
"""Of paper, about 200 per inch: a slice of a CT has no more to show."""

TALLEST_MM = 230.0
"""Of a body in the sagittal view: a head with its neck. A whole body would leave the range a few mm high."""


@dataclass(frozen=True)
class Framed:
    """A picture, and what of the patient it shows.

    Attributes:
        left, upper, right: where its edges lie: of a slice in its pixels, of a reformat in mm of its plane.
        width_mm, height_mm: of the patient.
    """

    picture: Image.Image
    left: float
    upper: float
    right: float
    width_mm: float
    height_mm: float


def whole_slice(volume: Volume, index: int, window: Window, paper_mm: float) -> Framed:
    """A slice as far as the body reaches in it. `paper_mm` is how large it is printed at most."""
    return _of_slice(volume, index, _body(volume, slice(index, index + 1)), window, paper_mm)


def crop(result: Result, number: int, paper_mm: float) -> Framed:
    """The ROI on the slice `number` of the range."""
    volume, index = result.region.volume, result.slices[number].index
    return _of_slice(volume, index, result.region.rectangles[number], result.manifest.window, paper_mm)


def with_evidence(result: Result, number: int, under: Image.Image) -> Image.Image:
    """A crop with what speaks for and against invasion over it."""
    maps = result.maps
    return _over(under, evidence_colours(maps.evidence[number], maps.scale, DEFAULT_OPACITY))


def with_grad_cam(result: Result, number: int, under: Image.Image) -> Image.Image:
    """A crop in the paper's look."""
    return _over(under, grad_cam_colours(result.maps.grad_cam[number], DEFAULT_OPACITY))


def sagittal(result: Result, plane: ReformatGeometry, through: float, index: int, paper_mm: float) -> Framed:
    """The reformat at the column `through` of a slice: as far as the body reaches, and not far beyond the range."""
    region = result.region
    volume = region.volume
    hu = reformatted(volume, plane, through, index)
    _, front, _, depth = _body(volume, slice(region.indices[0], region.indices[-1] + 1))
    left = float(plane.starts_mm.min()) + front * plane.along_mm
    right = float(plane.starts_mm.max()) + (front + depth) * plane.along_mm
    ends = plane.y_of(region.range.high_mm), plane.y_of(region.range.low_mm)
    middle, half = sum(ends) / 2, max(TALLEST_MM, ends[1] - ends[0]) / 2
    upper, lower = max(0.0, middle - half), min(plane.height_mm, middle + half)
    across, down = hu.shape[1] / plane.width_mm, hu.shape[0] / plane.height_mm
    box = left * across, upper * down, (right - left) * across, (lower - upper) * down
    picture = _cut(result.manifest.window.grey(hu), box, right - left, lower - upper, paper_mm)
    return Framed(picture, left, upper, right, right - left, lower - upper)


def colour_scale(colours: Colours) -> Image.Image:
    """Colours [n, 4] from left to right over white paper, as a bar one dot high."""
    weight = colours[:, 3:].astype(np.float32) / 255
    printed = colours[:, :3] * weight + 255 * (1 - weight)
    return Image.fromarray(printed.round().astype(np.uint8)[None])


def _body(volume: Volume, slices: slice) -> Rectangle:
    """Where the body lies in these slices alone: shoulders below would leave little room for a head."""
    return body_box(volume.hu[slices], volume.geometry.row_mm, volume.geometry.column_mm)


def _of_slice(volume: Volume, index: int, box: Rectangle, window: Window, paper_mm: float) -> Framed:
    column, row, width, height = box
    width_mm, height_mm = width * volume.geometry.column_mm, height * volume.geometry.row_mm
    picture = _cut(window.grey(volume.hu[index]), box, width_mm, height_mm, paper_mm)
    return Framed(picture, column, row, column + width, width_mm, height_mm)


def _cut(grey: Greys, box: Rectangle, width_mm: float, height_mm: float, paper_mm: float) -> Image.Image:
    dots = DOTS_PER_MM * paper_mm / max(width_mm, height_mm)
    size = max(1, round(width_mm * dots)), max(1, round(height_mm * dots))
    column, row, width, height = box
    inside = max(0.0, column), max(0.0, row), min(grey.shape[1], column + width), min(grey.shape[0], row + height)
    return Image.fromarray(grey).resize(size, Image.Resampling.BICUBIC, box=inside)


def _over(under: Image.Image, heat: Colours) -> Image.Image:
    image = under.convert("RGBA")
    image.alpha_composite(Image.fromarray(heat).resize(image.size, Image.Resampling.BILINEAR))
    return image.convert("RGB")
