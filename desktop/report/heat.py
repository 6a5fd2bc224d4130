"""The colours of the heat map, the same in window and report.

Evidence for invasion is orange and evidence against it blue: the palette of Okabe and Ito (2008), whose colours people
with any of the common colour blindnesses tell apart. Both sides rise alike in lightness, so that neither looks
stronger, and both fade out towards zero, so that the CT shows.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

Colours = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

_FOR = np.array([[213, 94, 0], [230, 159, 0]], dtype=np.float64)
"""Vermilion to orange."""
_AGAINST = np.array([[0, 114, 178], [86, 180, 233]], dtype=np.float64)
"""Blue to sky blue."""

_JET = np.array([[0, 0, 128], [0, 0, 255], [0, 255, 255], [255, 255, 0], [255, 0, 0], [128, 0, 0]], dtype=np.float64)
_JET_AT = np.array([0.0, 0.125, 0.375, 0.625, 0.875, 1.0])
"""The usual colours of Grad-CAM, as matplotlib's "jet" has them."""

OPAQUE_FROM = 0.5
"""Share of the scale from which a colour is drawn at full strength; below, it fades out."""

DEFAULT_OPACITY = 0.55

_STEPS = 1024
"""On each side of zero: two neighbours differ by one of 255 levels at most."""


def evidence_colours(values: Floats, scale: float, opacity: float) -> Colours:
    """Colours of evidence for and against invasion.

    Args:
        values: [...] in the unit of the scale; zero is fully transparent.
        scale: the value at the ends of the colour bar.
        opacity: 0 to 1, from `OPAQUE_FROM` of the scale on.

    Returns:
        [..., 4] red, green, blue, alpha, 0 to 255.
    """
    shares = np.clip(values * np.float32(_STEPS / scale), -_STEPS, _STEPS)
    return np.asarray(_evidence_table(opacity)[shares.round().astype(np.intp) + _STEPS])


@lru_cache(maxsize=4)
def _evidence_table(opacity: float) -> Colours:
    """[2 x steps + 1, 4] the colours from all against to all for: a window draws a map at each step of a wheel."""
    signed = np.arange(-_STEPS, _STEPS + 1) / _STEPS
    share = np.abs(signed)
    sides = [_between(share, np.array([0.0, 1.0]), side) for side in (_FOR, _AGAINST)]
    colours = np.where(signed[:, None] >= 0, *sides)
    return _with_alpha(colours, np.clip(share / OPAQUE_FROM, 0, 1) * opacity)


def grad_cam_colours(values: Floats, opacity: float) -> Colours:
    """Colours [..., 4] of the paper's look: values [...] from 0 to 1, all of them equally opaque."""
    return _with_alpha(_between(values, _JET_AT, _JET), np.full(values.shape, opacity))


def _between(
    values: npt.NDArray[np.floating], places: npt.NDArray[np.float64], stops: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    return np.stack([np.interp(values, places, stops[:, channel]) for channel in range(3)], axis=-1)


def _with_alpha(colours: npt.NDArray[np.float64], alpha: npt.NDArray[np.floating]) -> Colours:
    return np.asarray(np.concatenate([colours, alpha[..., None] * 255], axis=-1).round(), dtype=np.uint8)
