"""The bundles that ship with Clivus, as package data."""

from pathlib import Path

DEFAULT = "phantom-resnet50"
"""The folder of the bundle used unless another is named."""

DEFAULT_MANIFEST_SHA256 = "cc0e6a7de569ed141bcb0a1626025d87b1f6d3a2aba62651ea8d4240c848de36"
"""Of its manifest.json, which names every other file with its sum: a bundle that was exchanged whole is noticed too.
Written by `python -m training.demo.ship`."""


def default_bundle() -> Path:
    """The folder of the default bundle, whether it exists or not."""
    return Path(__file__).parent / DEFAULT
