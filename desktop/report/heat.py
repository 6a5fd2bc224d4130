"""The colours of the heat map: one scale for window and report."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

# From dark red to light yellow, rising evenly in lightness, so that it stays ordered in grey print and for
# colour-blind readers; no blue or green, which on grey CT look like a label rather than a degree.
_STOPS = np.array([[96, 0, 24], [178, 24, 16], [226, 88, 10], [246, 160, 32], [252, 232, 130]], dtype=np.float64)

OPAQUE_FROM = 0.5
"""Share of the scale from which a colour is drawn at full strength; below it fades out, so that the CT shows."""

DEFAULT_OPACITY = 0.55


def heat_colours(values: npt.NDArray[np.float32], scale: float, opacity: float) -> npt.NDArray[np.uint8]:
    """Colours of a map.

    Args:
        values: [...] Grad-CAM in units of the logit; zero is fully transparent.
        scale: the value at the top of the colour bar.
        opacity: 0 to 1, at and above `OPAQUE_FROM` of the scale.

    Returns:
        [..., 4] red, green, blue, alpha, 0 to 255.
    """
    share = np.clip(values / scale, 0, 1)
    place = np.linspace(0, 1, len(_STOPS))
    colours = [np.interp(share, place, _STOPS[:, channel]) for channel in range(3)]
    alpha = np.clip(share / OPAQUE_FROM, 0, 1) * opacity * 255
    return np.asarray(np.stack([*colours, alpha], axis=-1).round(), dtype=np.uint8)
