"""The versions that made a model."""

from __future__ import annotations

import platform

import numpy as np
import onnx
import torch
import torchvision

from desktop.inference import runtime
from desktop.version import VERSION


def tool_versions() -> dict[str, str]:
    """Name to version of everything that a model's numbers depend on."""
    return {
        "clivus": VERSION,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
        "onnx": onnx.__version__,
        "onnxruntime": runtime.version(),
        "numpy": np.__version__,
    }
