"""How far a crop is moved and changed before it is learned from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Augmentation:
    """How far a crop is moved and changed; each amount is drawn evenly between minus and plus its limit.

    Attributes:
        shift: share of the crop's side, along each side.
        rotation_deg: about the crop's centre.
        scale: share by which the rectangle grows or shrinks.
        flip: probability of a mirror image, left for right.
        offset_hu: added to the whole crop.
        noise_hu: largest deviation of added noise, correlated over two pixels.
    """

    shift: float
    rotation_deg: float
    scale: float = 0.0
    flip: float = 0.5
    offset_hu: float = 0.0
    noise_hu: float = 0.0

    def in_words(self) -> str:
        """The ranges, as cards and checklists tell them."""
        parts = [f"shift up to {self.shift:.0%}", f"rotation up to {self.rotation_deg:g} degrees"]
        parts += [f"scale up to {self.scale:.0%}"] if self.scale else []
        parts += [f"mirror image with probability {self.flip:g}"] if self.flip else []
        parts += [f"offset up to {self.offset_hu:g} HU"] if self.offset_hu else []
        parts += [f"added noise up to {self.noise_hu:g} HU"] if self.noise_hu else []
        return ", ".join(parts)
