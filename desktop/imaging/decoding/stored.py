"""From the values in a codestream to the stored values that DICOM describes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from desktop.imaging.decoding.codestream import Header
from desktop.imaging.decoding.failure import DecodingFailed
from desktop.imaging.decoding.protocol import Layout
from desktop.messages import message

Values = npt.NDArray[Any]


def stored_values(values: Values, header: Header, layout: Layout) -> Values:
    """`values` in their containers, as they would be stored in an uncompressed file.

    JPEG and JPEG-LS have no sign, JPEG 2000 has its own, and encoders confuse two's complement with unsigned. The
    header of the file then decides what the highest bit of a value means, provided that both mean the same bit.

    Raises:
        DecodingFailed: they mean different bits; a guess would be wrong by thousands of HU.
    """
    precision = header.precision
    short = precision < layout.bits_stored
    if precision <= layout.bits_stored and layout.high_bit != layout.bits_stored - 1:
        raise DecodingFailed(
            message(
                "the image inside has {bits} bits, which cannot end at bit {bit}",
                bits=precision,
                bit=layout.high_bit,
            )
        )
    stored = values.astype(layout.container)  # modulo the container size: the bits are kept
    if header.signed == layout.signed:
        return stored
    if short and np.any(values < 0 if header.signed else values >> (precision - 1)):
        raise DecodingFailed(
            message(
                "the image inside has values of {bits} bits where {expected} are expected, so that "
                "their sign cannot be told",
                bits=precision,
                expected=layout.bits_stored,
            )
        )
    if layout.signed and not short:
        above = layout.bits_allocated - precision
        return np.asarray((stored << above) >> above, stored.dtype)  # an arithmetic shift extends the sign
    if not layout.signed:
        return np.asarray(stored & stored.dtype.type(2**precision - 1), stored.dtype)
    return stored
