"""A publisher who signs bundles, for tests: without the known answer that `clivus-train sign` asks for."""

from __future__ import annotations

from pathlib import Path

from desktop.files import write_json
from desktop.inference.signature import signature_document
from training.signing.keys import PrivateKey


def signed(folder: Path, key: PrivateKey) -> Path:
    """The same bundle with a signature."""
    manifest = (folder / "manifest.json").read_bytes()
    write_json(folder / "signature.json", signature_document(key.public, key.sign(manifest)))
    return folder
