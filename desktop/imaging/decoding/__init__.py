"""Compressed pixels to stored values, in processes of their own.

The decoders are native code fed with files from strangers: a crash, a hang or a flood of memory costs one file.
"""

from desktop.imaging.decoding.codestream import loses
from desktop.imaging.decoding.failure import DecoderUnusable, DecodingFailed
from desktop.imaging.decoding.limits import LIMITS, Limits, default_workers
from desktop.imaging.decoding.pool import DecoderPool
from desktop.imaging.decoding.syntaxes import SYNTAXES, readable

__all__ = [
    "LIMITS",
    "SYNTAXES",
    "DecoderPool",
    "DecoderUnusable",
    "DecodingFailed",
    "Limits",
    "default_workers",
    "loses",
    "readable",
]
