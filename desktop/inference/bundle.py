"""A model as shipped: model.onnx, manifest.json, MODEL_CARD.md."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import onnx_models
from desktop.inference.manifest import BundleUnsound, Manifest

MODEL_FILE = "model.onnx"
MANIFEST_FILE = "manifest.json"
CARD_FILE = "MODEL_CARD.md"


@dataclass(frozen=True)
class Bundle:
    """A bundle whose file is the one the manifest describes."""

    folder: Path
    manifest: Manifest

    @property
    def model_path(self) -> Path:
        """The ONNX file."""
        return self.folder / MODEL_FILE

    @staticmethod
    def load(folder: Path) -> Bundle:
        """Open a bundle and compare the model's SHA-256 with the manifest's.

        Raises:
            BundleUnsound: a part is missing or the model is not the one described.
        """
        if not folder.is_dir():
            raise BundleUnsound(f"There is no model at {folder}: give the folder of a bundle, or install Clivus again.")
        if not (folder / MANIFEST_FILE).exists():
            raise BundleUnsound(
                f"There is no model in {folder}: give the folder that holds {MANIFEST_FILE} and {MODEL_FILE}."
            )
        manifest = Manifest.load(folder / MANIFEST_FILE)
        model = folder / MODEL_FILE
        try:
            found = file_sha256(model)
        except OSError as error:
            raise BundleUnsound(
                f"The model {model} cannot be read ({error.strerror}): install Clivus or the model again."
            ) from None
        if found != manifest.sha256:
            raise BundleUnsound(
                f"The model {model} is not the one its manifest describes (SHA-256 {found[:12]}…, "
                f"{manifest.sha256[:12]}… expected), so its answers are not used: install Clivus or the model again."
            )
        return Bundle(folder, manifest)

    @staticmethod
    def shipped() -> Bundle:
        """The bundle that comes with this installation.

        Raises:
            BundleUnsound: it is missing or damaged.
        """
        return Bundle.load(onnx_models.default_bundle())


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
