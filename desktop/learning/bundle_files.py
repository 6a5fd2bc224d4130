"""The end of every bundle that is made here: card and manifest, and the bundle opened as the application does."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from desktop.inference.bundle import MANIFEST_FILE, Bundle
from desktop.inference.device import Device
from desktop.inference.manifest import CARD_FILE, Manifest
from desktop.inference.network import Network


def with_card(manifest: Manifest, card: str) -> Manifest:
    """The manifest of the same bundle with this card."""
    return replace(manifest, files={**manifest.files, CARD_FILE: hashlib.sha256(card.encode("utf-8")).hexdigest()})


def finish(folder: Path, manifest: Manifest, card: str) -> Manifest:
    """Write manifest and card beside the graph, and open the bundle as the application does.

    Returns:
        The manifest as it was written, which names the card.

    Raises:
        BundleUnsound: the application would refuse it.
    """
    (folder / CARD_FILE).write_text(card, encoding="utf-8", newline="\n")
    whole = with_card(manifest, card)
    (folder / MANIFEST_FILE).write_text(whole.text(), encoding="utf-8", newline="\n")
    Network(Bundle.load(folder), Device.CPU)
    return whole
