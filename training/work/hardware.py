"""Where torch trains."""

from __future__ import annotations

from enum import StrEnum

import torch

from desktop.errors import InstallationUnsound
from desktop.messages import message


class TrainingDevice(StrEnum):
    """Where training may run."""

    CPU = "cpu"
    CUDA = "cuda"


class NoSuchDevice(InstallationUnsound):
    """The device asked for is not there."""


def open_device(wanted: TrainingDevice) -> torch.device:
    """The device.

    Raises:
        NoSuchDevice: CUDA is asked for and torch finds none.
    """
    if wanted is TrainingDevice.CUDA and not torch.cuda.is_available():
        raise NoSuchDevice(
            message("CUDA was asked for, but torch finds none here: install NVIDIA's driver, or use --device cpu.")
        )
    return torch.device(wanted.value)


def computes_bfloat16(device: torch.device) -> bool:
    """Whether bfloat16 is worth using there; elsewhere it is emulated and slower than float32."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    found = torch.cpu.get_capabilities()
    return bool(found.get("avx512_bf16") or found.get("amx_bf16") or found.get("bf16"))
