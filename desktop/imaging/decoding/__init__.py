"""Compressed pixels to stored values, in separate processes.

The decoders are native code that reads untrusted files: a crash, a hang or excessive memory use costs one image, not
the program.
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
