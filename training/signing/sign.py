"""Signing a bundle."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from desktop.files import write_file
from desktop.inference.bundle import MANIFEST_FILE, SIGNATURE_FILE, Bundle
from desktop.inference.device import Device
from desktop.inference.network import Network
from desktop.inference.signature import signature_document
from desktop.strict_json import to_json
from training.signing.keys import PrivateKey


def sign(place: Path, key: PrivateKey) -> Bundle:
    """Sign a bundle, a folder or a packed file, once it has given its known answer. A former signature is replaced.

    Returns:
        The bundle as it was before.

    Raises:
        BundleUnsound: it is not sound.
        NotWritten: the medium fails; the bundle is as it was.
    """
    bundle = Bundle.load(place)
    Network(bundle, Device.CPU)
    manifest = bundle.files[MANIFEST_FILE]
    content = f"{to_json(signature_document(key.public, key.sign(manifest)))}\n".encode()
    if place.is_dir():
        write_file(place / SIGNATURE_FILE, content)
    else:
        others = {name: raw for name, raw in bundle.files.items() if name not in (MANIFEST_FILE, SIGNATURE_FILE)}
        files = {MANIFEST_FILE: manifest, SIGNATURE_FILE: content, **others}
        write_file(place, replace(bundle, files=files).packed())
    return bundle
