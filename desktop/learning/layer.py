"""The final layer: one linear unit on the backbone's features."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Layer:
    """Weights [m] and bias; the logit is their inner product with the features, and the bias."""

    weight: Floats
    bias: float

    @staticmethod
    def mean(layers: list[Layer]) -> Layer:
        """The layer whose logit is the mean of the layers' logits."""
        weight = np.mean([layer.weight.astype(np.float64) for layer in layers], axis=0)
        return Layer(weight.astype(np.float32), float(np.float32(np.mean([layer.bias for layer in layers]))))

    def logits(self, features: Floats) -> Floats:
        """Answers [n] to features [n, m]."""
        return np.asarray(features @ self.weight + np.float32(self.bias), dtype=np.float32)
