"""The libraries that the application is built from."""

from __future__ import annotations

LICENCES = {
    "PySide6-Essentials": "LGPL-3.0-only",
    "pyqtgraph": "MIT",
    "numpy": "BSD-3-Clause",
    "pydicom": "MIT",
    "python-gdcm": "BSD-3-Clause",
    "pylibjpeg-openjpeg": "MIT",
    "pylibjpeg-rle": "MIT",
    "pillow": "MIT-CMU",
    "fpdf2": "LGPL-3.0-only",
    "psutil": "BSD-3-Clause",
    "PyNaCl": "Apache-2.0",
    "highdicom": "MIT",
    "onnxruntime-gpu": "MIT",
    "onnxruntime": "MIT",
}
"""What the application is built from, by the names of the distributions."""


def version_of(library: str) -> str | None:
    """The version that is installed; None where there is none, as of one of the two runtimes."""
    from importlib.metadata import PackageNotFoundError, version  # takes 12 ms, and only tells about Clivus

    try:
        return version(library)
    except PackageNotFoundError:
        return None
