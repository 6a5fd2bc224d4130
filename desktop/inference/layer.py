"""The final layer: one linear unit on the backbone's features; in the graph, or as a file beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop.errors import Reason
from desktop.messages import message

Floats = npt.NDArray[np.float32]

_NUMBER = np.dtype("<f4")


class LayerRefused(Reason):
    """A final layer that cannot be used, and why."""


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

    @staticmethod
    def read(content: bytes) -> Layer:
        """The layer in the content of a file, for features of whatever number.

        Raises:
            LayerRefused: it is not what `content` writes.
        """
        if len(content) % _NUMBER.itemsize or len(content) < 2 * _NUMBER.itemsize:
            raise LayerRefused(message("it does not hold the 32-bit numbers of a final layer"))
        numbers = np.frombuffer(content, _NUMBER).astype(np.float32)
        if not np.isfinite(numbers).all():
            raise LayerRefused(message("it holds numbers that are not finite"))
        return Layer(numbers[:-1], float(numbers[-1]))

    def content(self) -> bytes:
        """As a file: the weights and then the bias, as 32-bit numbers with the lowest byte first."""
        return np.append(self.weight, np.float32(self.bias)).astype(_NUMBER).tobytes()

    def logits(self, features: Floats) -> Floats:
        """Answers [n] to features [n, m]."""
        return np.asarray(features @ self.weight + np.float32(self.bias), dtype=np.float32)
