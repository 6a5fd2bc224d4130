"""The window: which Hounsfield units are shown between black and white."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Window:
    """Level (centre) and width in HU."""

    level: float
    width: float

    def grey(self, hu: npt.NDArray[np.int16] | npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
        """Grey values 0 to 255, of the same shape (linear, PS3.3 C.11.2.1.2.1)."""
        low = self.level - self.width / 2
        return np.asarray((np.clip((hu.astype(np.float32) - low) / self.width, 0, 1) * 255).round(), dtype=np.uint8)
