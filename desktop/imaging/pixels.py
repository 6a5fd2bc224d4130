"""How the pixels of a slice are stored, and how they become Hounsfield units (PS3.3 C.7.6.3, C.11.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from desktop.imaging.transfer_syntaxes import NATIVE

AIR_HU = -1024
"""HU for pixels without a measurement (pixel padding, PS3.3 C.7.5.1.1.2)."""

FAR_BELOW_AIR_HU = -1250
"""No measured value lies below this, except in single pixels. For a padding value below it (GE: -2000 stored, -3024
HU), lossy compression smears the padding (at 1:8, from -3150 to -2840 HU), so everything closer to it than to air is
padding. Not everything below air is: if HU were doubled, enough of the air at -2000 must remain for the checks to
find."""

AROUND_AIR_HU, LEAST_AIR = (-1100, -900), 0.05
"""Range of air, and the share of a slice that proves it is there: what lies far below is then not air, but padding that
no attribute names. Air around a head: 0.3 and more. If HU were doubled: 0.01 and less, the rims of air at -2000."""

_INT16 = np.iinfo(np.int16)
_EXACT = 2**14
"""Integer slopes and intercepts below this keep 16-bit pixels within int32."""

Stored = npt.NDArray[Any]
Hounsfield = npt.NDArray[np.int16] | npt.NDArray[np.float32]


@dataclass(frozen=True)
class PixelFormat:
    """The format of the pixels of one slice; many slices share one object.

    Attributes:
        transfer_syntax: its UID (PS3.5 A); if the file states none, derived from its encoding.
        rows, columns: size in pixels.
        bits_allocated: 8, 16 or 32; bits_stored of them, up to high_bit, hold the value.
        signed: two's complement, else unsigned (PixelRepresentation).
        slope, intercept: HU = stored x slope + intercept.
        padding: the stored values (lowest, highest) that stand for "nothing measured", if any.
        lossy: whether compression was lossy, which smears padding.
    """

    transfer_syntax: str
    rows: int
    columns: int
    bits_allocated: int
    bits_stored: int
    high_bit: int
    signed: bool
    slope: float
    intercept: float
    padding: tuple[int, int] | None
    lossy: bool = False

    @property
    def container(self) -> np.dtype[Any]:
        """The type of a stored value, little endian."""
        return np.dtype(f"<{'i' if self.signed else 'u'}{self.bits_allocated // 8}")

    @property
    def compressed(self) -> bool:
        """Whether a decoder is needed."""
        return self.transfer_syntax not in NATIVE

    @property
    def frame_bytes(self) -> int:
        """Bytes of one slice, not compressed."""
        return self.rows * self.columns * self.bits_allocated // 8

    @property
    def whole(self) -> bool:
        """Whether the rescale gives integers."""
        return (
            self.bits_allocated <= 16
            and self.slope.is_integer()
            and self.intercept.is_integer()
            and max(abs(self.slope), abs(self.intercept)) < _EXACT
        )


def values_of(stored: Stored, form: PixelFormat) -> Stored:
    """[rows, columns] the values from their containers: other bits (old overlays) removed, the sign extended."""
    unused = form.bits_allocated - form.bits_stored
    if not unused:
        return stored
    above = form.bits_allocated - 1 - form.high_bit
    # Shift to the top and back: the arithmetic shift of signed values extends the sign.
    return np.asarray(np.right_shift(np.left_shift(stored, above), unused), stored.dtype)


def hounsfield(stored: Stored, form: PixelFormat) -> Hounsfield:
    """[rows, columns] HU of stored values, pixel padding set to air.

    int16 where the rescale gives whole numbers and all lie within 16 bits, float32 elsewhere.
    """
    values = values_of(stored, form)
    if form.whole:
        slope, intercept = int(form.slope), int(form.intercept)
        ends = [int(values.min()) * slope + intercept, int(values.max()) * slope + intercept]
        if _INT16.min <= min(ends) and max(ends) <= _INT16.max:
            # Correct modulo 2^16, because both ends of the range fit.
            hu: Hounsfield = values.astype(np.int16)
            if slope != 1:
                hu *= np.int16(slope)
            if intercept:
                hu += np.int16(intercept)
        else:
            hu = values.astype(np.float32) * np.float32(slope) + np.float32(intercept)
    else:
        hu = (values.astype(np.float64) * form.slope + form.intercept).astype(np.float32)
    _fill_padding(hu, values, stored, form)
    return hu


def _fill_padding(hu: Hounsfield, values: Stored, stored: Stored, form: PixelFormat) -> None:
    """Set padding to air."""
    if form.padding is not None:
        hu[_within(values, form.padding)] = AIR_HU
        if values is not stored:  # padding may lie beyond BitsStored
            hu[_within(stored, form.padding)] = AIR_HU
        padding_hu = max(end * form.slope + form.intercept for end in form.padding)
        if padding_hu < FAR_BELOW_AIR_HU:
            hu[hu < (padding_hu + AIR_HU) / 2] = AIR_HU
    elif form.lossy:
        low, high = AROUND_AIR_HU
        if np.count_nonzero((hu > low) & (hu < high)) >= LEAST_AIR * hu.size:
            hu[hu < FAR_BELOW_AIR_HU] = AIR_HU


def measured(hu: Hounsfield, form: PixelFormat) -> npt.NDArray[np.bool_]:
    """Where HU of a slice are measured ones, and not padding.

    Where there may be padding, air of exactly its value counts as padding too: nothing tells the two apart.
    """
    found = hu >= FAR_BELOW_AIR_HU
    if form.padding is not None or form.lossy:
        found &= hu != AIR_HU
    return np.asarray(found)


def _within(values: Stored, ends: tuple[int, int]) -> npt.NDArray[np.bool_]:
    return np.asarray((values >= ends[0]) & (values <= ends[1]))
