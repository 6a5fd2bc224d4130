"""Where the network runs."""

from __future__ import annotations

from enum import StrEnum


class Device(StrEnum):
    """Where the network may run. AUTO uses CUDA if it is available, otherwise the CPU."""

    AUTO = "auto"
    CUDA = "cuda"
    CPU = "cpu"
