"""What all bundles share that are made here: name, origin, card and manifest, and a first opening."""

from __future__ import annotations

import hashlib
import textwrap
from dataclasses import replace
from pathlib import Path

from desktop.errors import WrongUse
from desktop.inference.bundle import MANIFEST_FILE, Bundle
from desktop.inference.device import Device
from desktop.inference.manifest import CARD_FILE, ID, ID_DESCRIBED, Manifest
from desktop.inference.network import Network
from desktop.messages import message

_MOST_OF_BEFORE = 1000
"""Characters told of a bundle's own first weights: each generation tells of the one before."""


def require_id(name: str) -> str:
    """Refuse what cannot be a model's name.

    Raises:
        WrongUse: it cannot.
    """
    if not ID.fullmatch(name):
        raise WrongUse(
            message(
                "{name!r} cannot be a model's name: give one with --id, of {allowed}.", name=name, allowed=ID_DESCRIBED
            )
        )
    return name


def origin_of(manifest: Manifest) -> str:
    """A bundle's backbone as first weights, in words."""
    before = textwrap.shorten(manifest.weights.get("origin", "not known"), _MOST_OF_BEFORE, placeholder=" …")
    return f"the backbone of the bundle {manifest.id} {manifest.version} (its own first weights: {before})"


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
