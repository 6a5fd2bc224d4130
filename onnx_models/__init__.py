"""The bundles that ship with Clivus, as package data."""

from pathlib import Path

DEFAULT = "phantom-resnet50"
"""The folder of the bundle used unless another is named."""

DEFAULT_MANIFEST_SHA256 = "dad41a913db7f1b9853989218695cfa03c46c4c686c11550b336ea40277659b5"
"""Of its manifest.json, which names every other file with its sum: a bundle that was exchanged whole is noticed too.
Written by `python -m training.demo.ship`."""


def default_bundle() -> Path:
    """The folder of the default bundle, whether it exists or not."""
    return Path(__file__).parent / DEFAULT
