"""The bundles that ship with Clivus, as package data."""

from pathlib import Path

DEFAULT = "phantom-resnet50"
"""The folder of the bundle used unless another is named."""


def default_bundle() -> Path:
    """The folder of the default bundle, whether it exists or not."""
    return Path(__file__).parent / DEFAULT
