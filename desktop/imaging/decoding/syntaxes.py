"""The compressed transfer syntaxes that can be read (PS3.5 A.4)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Family(Enum):
    """The kind of codestream header, which also decides the decoding library."""

    JPEG = "JPEG"
    JPEG_LOSSLESS = "JPEG Lossless"
    JPEG_LS = "JPEG-LS"
    JPEG_2000 = "JPEG 2000"
    HTJ2K = "HTJ2K"
    RLE = "RLE"


@dataclass(frozen=True)
class Syntax:
    """One transfer syntax: its UID, its name in PS3.6 A, its family."""

    uid: str
    name: str
    family: Family


SYNTAXES = {
    syntax.uid: syntax
    for syntax in (
        Syntax("1.2.840.10008.1.2.4.50", "JPEG Baseline (Process 1)", Family.JPEG),
        Syntax("1.2.840.10008.1.2.4.51", "JPEG Extended (Process 2 and 4)", Family.JPEG),
        Syntax("1.2.840.10008.1.2.4.57", "JPEG Lossless, Non-Hierarchical (Process 14)", Family.JPEG_LOSSLESS),
        Syntax(
            "1.2.840.10008.1.2.4.70",
            "JPEG Lossless, Non-Hierarchical, First-Order Prediction (Process 14 [Selection Value 1])",
            Family.JPEG_LOSSLESS,
        ),
        Syntax("1.2.840.10008.1.2.4.80", "JPEG-LS Lossless Image Compression", Family.JPEG_LS),
        Syntax("1.2.840.10008.1.2.4.81", "JPEG-LS Lossy (Near-Lossless) Image Compression", Family.JPEG_LS),
        Syntax("1.2.840.10008.1.2.4.90", "JPEG 2000 Image Compression (Lossless Only)", Family.JPEG_2000),
        Syntax("1.2.840.10008.1.2.4.91", "JPEG 2000 Image Compression", Family.JPEG_2000),
        Syntax("1.2.840.10008.1.2.4.201", "High-Throughput JPEG 2000 Image Compression (Lossless Only)", Family.HTJ2K),
        Syntax(
            "1.2.840.10008.1.2.4.202",
            "High-Throughput JPEG 2000 with RPCL Options Image Compression (Lossless Only)",
            Family.HTJ2K,
        ),
        Syntax("1.2.840.10008.1.2.4.203", "High-Throughput JPEG 2000 Image Compression", Family.HTJ2K),
        Syntax("1.2.840.10008.1.2.5", "RLE Lossless", Family.RLE),
    )
}
"""By UID. The names are PS3.6's, as pydicom has them."""


def readable(transfer_syntax_uid: str) -> bool:
    """Whether compressed pixels of this transfer syntax can be decoded."""
    return transfer_syntax_uid in SYNTAXES
