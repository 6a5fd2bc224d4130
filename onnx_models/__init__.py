"""The bundles that ship with Clivus, as package data."""

from pathlib import Path

DEFAULT = "phantom-resnet50"
"""The folder of the bundle used unless another is named."""

DEFAULT_MANIFEST_SHA256 = "cc8b70cd0781e9e7927fa1c71d594aba27eec499ea91162a5fea73f157fd0a13"
"""Of its manifest.json, which names every other file with its sum: a bundle that was exchanged whole is noticed too.
Written by `python -m training.demo.ship`."""


def default_bundle() -> Path:
    """The folder of the default bundle, whether it exists or not."""
    return Path(__file__).parent / DEFAULT
