"""Why NVIDIA's driver and card cannot run onnxruntime. The driver is asked, and no library of CUDA is loaded for it."""

from __future__ import annotations

import ctypes
import sys
from typing import Any

from desktop.messages import Message, message

_LOWEST_CAPABILITY = (7, 5)
"""CUDA 13 has no code for cards before Turing, which were sold until 2018."""

_MAJOR, _MINOR = 75, 76
"""CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_…, as the driver's interface numbers them."""

_NAME_BYTES = 100


def load_driver() -> Any | None:
    """NVIDIA's driver, None where it is not installed."""
    try:
        return ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return None


def card_name(driver: Any) -> str | None:
    """The name of the first card, None where the driver finds none."""
    card = ctypes.c_int()
    if driver.cuInit(0) or driver.cuDeviceGet(ctypes.byref(card), 0):
        return None
    return _name(driver, card)


def card_trouble(driver: Any, needed: int) -> Message | None:
    """Why the first card, which onnxruntime takes, cannot be used.

    Args:
        driver: from `load_driver`.
        needed: the major version of CUDA that onnxruntime is built with.
    """
    version, count, card = ctypes.c_int(), ctypes.c_int(), ctypes.c_int()
    if driver.cuDriverGetVersion(ctypes.byref(version)) == 0 and version.value // 1000 < needed:
        return message(
            "NVIDIA's driver is too old: it is made for CUDA {found}, and {needed} is needed: install a newer driver.",
            found=f"{version.value // 1000}.{version.value % 1000 // 10}",
            needed=f"{needed}.0",
        )
    if status := driver.cuInit(0):
        return message(
            "NVIDIA's driver finds no card that it can use (its error {status}): see what `nvidia-smi` says.",
            status=status,
        )
    if driver.cuDeviceGetCount(ctypes.byref(count)) or not count.value or driver.cuDeviceGet(ctypes.byref(card), 0):
        return message("NVIDIA's driver finds no card: see what `nvidia-smi` says.")
    capability = tuple(_attribute(driver, number, card) for number in (_MAJOR, _MINOR))
    if capability < _LOWEST_CAPABILITY:
        return message(
            "The graphics card {name} is too old: it has compute capability {found}, and {needed} is needed.",
            name=_name(driver, card),
            found=".".join(map(str, capability)),
            needed=".".join(map(str, _LOWEST_CAPABILITY)),
        )
    return None


def _name(driver: Any, card: ctypes.c_int) -> str:
    name = ctypes.create_string_buffer(_NAME_BYTES)
    driver.cuDeviceGetName(name, _NAME_BYTES, card)
    return name.value.decode(errors="replace")


def _attribute(driver: Any, number: int, card: ctypes.c_int) -> int:
    value = ctypes.c_int()
    driver.cuDeviceGetAttribute(ctypes.byref(value), number, card)
    return value.value
