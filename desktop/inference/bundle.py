"""Bundles: a model as shipped (model.onnx, manifest.json, MODEL_CARD.md). All bundles are opened here."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

import onnx_models
from desktop.errors import Reason
from desktop.inference.familiarity import Reference, ReferenceRefused
from desktop.inference.layer import Layer, LayerRefused
from desktop.inference.manifest import CARD_FILE, HEAD_FILE, MODEL_FILE, REFERENCE_FILE, BundleUnsound, Manifest
from desktop.messages import listed, message
from desktop.plain_file import NotPlain, read_plain
from desktop.quoting import quoted
from desktop.system_errors import reason_of

MANIFEST_FILE = "manifest.json"
SIGNATURE_FILE = "signature.json"
"""A signature over the manifest, which therefore cannot list it."""

_MEGABYTE = 1_000_000

LARGEST = {
    MODEL_FILE: 256 * _MEGABYTE,
    REFERENCE_FILE: 256 * _MEGABYTE,
    MANIFEST_FILE: _MEGABYTE,
    HEAD_FILE: 65_536,
    CARD_FILE: _MEGABYTE,
}
"""Bytes. A ResNet50 has 48 MB with 16-bit weights and 94 MB with 32-bit ones; the shipped manifest and card have 6
kB. The final layer of a ResNet50 has 8 kB; that it has as many weights as its graph has features is checked when the
graph is opened."""

LEFT_BY_SYSTEMS = ("Thumbs.db", "desktop.ini")
"""Files that Windows leaves in a folder that somebody has looked at. Nothing reads them, so they must not make a bundle
invalid; neither must hidden files, such as macOS's .DS_Store and ._model.onnx."""

_MOST_ENTRIES = 1000
"""Files in a folder, beyond which it is certainly not a bundle."""


@dataclass(frozen=True)
class Bundle:
    """A bundle whose files match its manifest.

    Attributes:
        model: the content of model.onnx; the bytes that were checked are the bytes that run.
        reference: what the model learned from; None if the bundle does not say.
        head: the final layer beside the graph, which answers in place of the graph's own; None if there is none.
    """

    folder: Path
    manifest: Manifest
    model: bytes = field(repr=False)
    reference: Reference | None = field(repr=False, default=None)
    head: Layer | None = field(repr=False, default=None)

    @staticmethod
    def load(folder: Path) -> Bundle:
        """Read a bundle and compare its files with the checksums in its manifest.

        Raises:
            BundleUnsound: a file is missing, not named, not a plain one, too large or not the one described, or the
                manifest makes no sense.
        """
        return Bundle._of(folder, _read_manifest(folder))

    @staticmethod
    def shipped() -> Bundle:
        """The bundle that comes with this installation.

        Raises:
            BundleUnsound: it is missing, damaged, or not the one that this version was shipped with.
        """
        folder = onnx_models.default_bundle()
        raw = _read_manifest(folder)
        if hashlib.sha256(raw).hexdigest() != onnx_models.DEFAULT_MANIFEST_SHA256:
            raise BundleUnsound(
                message(
                    "The model in {folder} is not the one that came with this version of Clivus: install Clivus again.",
                    folder=folder,
                )
            )
        return Bundle._of(folder, raw)

    @staticmethod
    def _of(folder: Path, raw: bytes) -> Bundle:
        manifest = Manifest.read(raw, str(folder / MANIFEST_FILE))
        _require_named(folder, manifest)
        small_first = sorted(manifest.files, key=LARGEST.__getitem__)
        contents = {name: _compared(folder, name, manifest.files[name]) for name in small_first}
        reference, head = _reference(folder, manifest, contents), _head(folder, contents)
        return Bundle(folder, manifest, contents[MODEL_FILE], reference, head)


def _read_manifest(folder: Path) -> bytes:
    try:
        there = folder.is_dir()
    except (OSError, ValueError):  # the name is too long or invalid
        there = False
    if not there:
        raise BundleUnsound(
            message(
                "There is no model at {folder}: give the folder of a bundle, or install Clivus again.", folder=folder
            )
        )
    if not os.path.lexists(folder / MANIFEST_FILE):
        raise BundleUnsound(
            message(
                "There is no model in {folder}: give the folder that holds {files}.",
                folder=folder,
                files=listed((MANIFEST_FILE, MODEL_FILE)),
            )
        )
    return _read(folder, MANIFEST_FILE)


def _require_named(folder: Path, manifest: Manifest) -> None:
    """Refuse files that the manifest does not list: other weights, or the remains of a copy."""
    known = {MANIFEST_FILE, SIGNATURE_FILE, CARD_FILE, *manifest.files, *LEFT_BY_SYSTEMS}
    try:
        with os.scandir(folder) as entries:
            for number, entry in enumerate(entries):
                if (entry.name not in known and not entry.name.startswith(".")) or number >= _MOST_ENTRIES:
                    raise BundleUnsound(
                        message(
                            "The model in {folder} has a file that its manifest does not name, {file}: remove it, or "
                            "get the model again from its maker.",
                            folder=folder,
                            file=quoted(entry.name),
                        )
                    )
    except OSError as error:
        raise BundleUnsound(
            message(
                "The model in {folder} cannot be read ({reason}): get the model again from its maker.",
                folder=folder,
                reason=reason_of(error),
            )
        ) from None


def _reference(folder: Path, manifest: Manifest, contents: dict[str, bytes]) -> Reference | None:
    if manifest.familiarity is None:
        return None
    try:
        return Reference.read(contents[REFERENCE_FILE], manifest.familiarity)
    except ReferenceRefused as error:
        raise _unused(folder / REFERENCE_FILE, error) from None


def _head(folder: Path, contents: dict[str, bytes]) -> Layer | None:
    if HEAD_FILE not in contents:
        return None
    try:
        return Layer.read(contents[HEAD_FILE])
    except LayerRefused as error:
        raise _unused(folder / HEAD_FILE, error) from None


def _compared(folder: Path, name: str, sha256: str) -> bytes:
    content = _read(folder, name)
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise BundleUnsound(
            message(
                "The file {file} is not the one its manifest describes (SHA-256 {found}…, {expected}… expected), so "
                "the model is not used: get it again from its maker, or install Clivus again.",
                file=folder / name,
                found=found[:12],
                expected=sha256[:12],
            )
        )
    return content


def _read(folder: Path, name: str) -> bytes:
    try:
        return read_plain(folder / name, LARGEST[name])
    except NotPlain as error:
        raise _unused(folder / name, error) from None


def _unused(file: Path, reason: Reason) -> BundleUnsound:
    return BundleUnsound(
        message(
            "The model's file {file} is not used, because {reason}: get the model again from its maker, or install "
            "Clivus again.",
            file=file,
            reason=reason.message,
        )
    )
