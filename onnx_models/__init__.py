"""The bundles that ship with Clivus, as package data."""

from pathlib import Path

DEFAULT = "phantom-resnet50"
"""The folder of the bundle used unless another is named."""

DEFAULT_MANIFEST_SHA256 = "d9b1c7d465a65c3325e20ddfe112905bf1a66fc5a2d865c5913cec7ab587afb8"
"""Of its manifest.json, which names every other file with its sum: a bundle that was exchanged whole is noticed too.
Written by `python -m training.demo.ship`."""


def default_bundle() -> Path:
    """The folder of the default bundle, whether it exists or not."""
    return Path(__file__).parent / DEFAULT
