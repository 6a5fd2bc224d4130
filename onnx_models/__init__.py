"""The bundles that ship with Clivus, as package data."""

from pathlib import Path

DEFAULT = "phantom-resnet50"
"""The folder of the bundle used unless another is named."""

DEFAULT_MANIFEST_SHA256 = "554bd6c1017194973f8085d72df39897ef9d54310c8790fb0c17774ac4097e1b"
"""Of its manifest.json, which names every other file with its sum: a bundle that was exchanged whole is noticed too.
Written by `python -m training.demo.ship`."""


def default_bundle() -> Path:
    """The folder of the default bundle, whether it exists or not."""
    return Path(__file__).parent / DEFAULT
