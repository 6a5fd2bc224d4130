"""The graphics card as NVIDIA's driver describes it, asked without CUDA's libraries."""

from __future__ import annotations

import ctypes
import sys
from dataclasses import dataclass

_MAJOR, _MINOR = 75, 76
"""CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR and _MINOR, of cuda.h."""

_NAME_BYTES = 256


@dataclass(frozen=True)
class GraphicsCard:
    """The first card.

    Attributes:
        capability: its compute capability, as (7, 5).
        cuda: the newest CUDA that the driver can run, as (13, 0).
    """

    name: str
    capability: tuple[int, int]
    cuda: tuple[int, int]


def driver() -> ctypes.CDLL | None:
    """NVIDIA's driver; None where it is not installed."""
    try:
        return ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return None


def first_card() -> GraphicsCard | None:
    """The card that a network would run on; None where the driver finds none, or is not installed."""
    library = driver()
    if library is None or library.cuInit(0):
        return None
    card, version, part = ctypes.c_int(), ctypes.c_int(), ctypes.c_int()
    name = ctypes.create_string_buffer(_NAME_BYTES)
    if library.cuDeviceGet(ctypes.byref(card), 0) or library.cuDriverGetVersion(ctypes.byref(version)):
        return None
    library.cuDeviceGetName(name, _NAME_BYTES, card)
    capability = []
    for attribute in (_MAJOR, _MINOR):
        library.cuDeviceGetAttribute(ctypes.byref(part), attribute, card)
        capability.append(part.value)
    called = name.value.decode("utf-8", "replace")
    return GraphicsCard(called, (capability[0], capability[1]), (version.value // 1000, version.value % 1000 // 10))
