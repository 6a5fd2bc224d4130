"""Bundles: a model as shipped (model.onnx, manifest.json, MODEL_CARD.md), in a folder or packed into one file. All
bundles are opened here."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import onnx_models
from desktop.errors import Reason
from desktop.inference.familiarity import Reference, ReferenceRefused
from desktop.inference.layer import Layer, LayerRefused
from desktop.inference.manifest import CARD_FILE, HEAD_FILE, MODEL_FILE, REFERENCE_FILE, BundleUnsound, Manifest
from desktop.inference.packed import NotPacked, pack, unpack
from desktop.inference.signature import LARGEST_BYTES, SignatureRefused, signer_of
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
    SIGNATURE_FILE: LARGEST_BYTES,
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
        folder: or the file that it is packed into.
        files: the content of each file, the manifest and a signature over it among them; the bytes that were checked
            are the bytes that run, and that are installed.
        reference: what the model learned from; None if the bundle does not say.
        head: the final layer beside the graph, which answers in place of the graph's own; None if there is none.
        signer: the public key by which the manifest was signed, in hexadecimal; "" if it is not signed.
    """

    folder: Path
    manifest: Manifest
    files: Mapping[str, bytes] = field(repr=False)
    reference: Reference | None = field(repr=False, default=None)
    head: Layer | None = field(repr=False, default=None)
    signer: str = ""

    @property
    def model(self) -> bytes:
        """The content of model.onnx."""
        return self.files[MODEL_FILE]

    @property
    def card(self) -> str:
        """What the model's maker says of it; "" where there is no card that the manifest names."""
        return self.files.get(CARD_FILE, b"").decode(errors="replace")

    @property
    def manifest_sha256(self) -> str:
        """Of the manifest, which names every other file with its sum: what two copies of a bundle are compared by."""
        return hashlib.sha256(self.files[MANIFEST_FILE]).hexdigest()

    def packed(self) -> bytes:
        """The bundle as one file; the same bytes on every computer."""
        return pack(self.files)

    @staticmethod
    def load(place: Path) -> Bundle:
        """Read a bundle, a folder or a packed file, and compare its files with the checksums in its manifest.

        Raises:
            BundleUnsound: a file is missing, not named, not a plain one, too large or not the one described, the
                manifest makes no sense, or its signature does not fit it.
        """
        source = _source(place)
        return Bundle._of(source, source.read(MANIFEST_FILE))

    @staticmethod
    def look_at(place: Path) -> tuple[Manifest, str, str]:
        """What a bundle says of itself, the SHA-256 of that, and by which key it is signed ("": by none); its other
        files are not compared with it.

        Raises:
            BundleUnsound: there is no manifest that makes sense, or its signature does not fit it.
        """
        source = _source(place)
        raw = source.read(MANIFEST_FILE)
        _, signer = _signed(source, raw)
        return Manifest.read(raw, str(place / MANIFEST_FILE)), hashlib.sha256(raw).hexdigest(), signer

    @staticmethod
    def shipped() -> Bundle:
        """The bundle that comes with this installation.

        Raises:
            BundleUnsound: it is missing, damaged, or not the one that this version was shipped with.
        """
        source = _Folder(onnx_models.default_bundle())
        raw = source.read(MANIFEST_FILE)
        if hashlib.sha256(raw).hexdigest() != onnx_models.DEFAULT_MANIFEST_SHA256:
            raise BundleUnsound(
                message(
                    "The model in {folder} is not the one that came with this version of Clivus: install Clivus again.",
                    folder=source.place,
                )
            )
        return Bundle._of(source, raw)

    @staticmethod
    def _of(source: _Folder | _Packed, raw: bytes) -> Bundle:
        signature, signer = _signed(source, raw)
        manifest = Manifest.read(raw, str(source.place / MANIFEST_FILE))
        source.require_named(manifest)
        small_first = sorted(manifest.files, key=LARGEST.__getitem__)
        files = {MANIFEST_FILE: raw, **({SIGNATURE_FILE: signature} if signer else {})}
        for name in small_first:
            files[name] = _compared(source.place / name, source.read(name), manifest.files[name])
        reference, head = _reference(source.place, manifest, files), _head(source.place, files)
        return Bundle(source.place, manifest, files, reference, head, signer)


class _Folder:
    """The files of a bundle in a folder."""

    def __init__(self, place: Path) -> None:
        self.place = place
        try:
            there = place.is_dir()
        except (OSError, ValueError):
            there = False
        if not there:
            raise BundleUnsound(
                message(
                    "There is no model at {folder}: give the folder or the file of a bundle, or install Clivus again.",
                    folder=place,
                )
            )
        if not self.has(MANIFEST_FILE):
            raise BundleUnsound(
                message(
                    "There is no model in {folder}: give the folder that holds {files}.",
                    folder=place,
                    files=listed((MANIFEST_FILE, MODEL_FILE)),
                )
            )

    def has(self, name: str) -> bool:
        return os.path.lexists(self.place / name)

    def read(self, name: str) -> bytes:
        try:
            return read_plain(self.place / name, LARGEST[name])
        except NotPlain as error:
            raise _unused(self.place / name, error) from None

    def require_named(self, manifest: Manifest) -> None:
        """Refuse files that the manifest does not list: other weights, or the remains of a copy."""
        known = {MANIFEST_FILE, SIGNATURE_FILE, CARD_FILE, *manifest.files, *LEFT_BY_SYSTEMS}
        try:
            with os.scandir(self.place) as entries:
                for number, entry in enumerate(entries):
                    if (entry.name not in known and not entry.name.startswith(".")) or number >= _MOST_ENTRIES:
                        raise _not_named(self.place, entry.name)
        except OSError as error:
            raise BundleUnsound(
                message(
                    "The model in {folder} cannot be read ({reason}): get the model again from its maker.",
                    folder=self.place,
                    reason=reason_of(error),
                )
            ) from None


class _Packed:
    """The files of a bundle that is packed into one file."""

    def __init__(self, place: Path) -> None:
        self.place = place
        try:
            self._files = unpack(place, LARGEST)
        except NotPacked as error:
            raise _unused(place, error) from None

    def has(self, name: str) -> bool:
        return name in self._files

    def read(self, name: str) -> bytes:
        if name not in self._files:
            raise _unused(self.place / name, NotPacked(message("it is not there")))
        return self._files[name]

    def require_named(self, manifest: Manifest) -> None:
        """Refuse files that the manifest does not list."""
        for name in self._files:
            if name not in (MANIFEST_FILE, SIGNATURE_FILE, *manifest.files):
                raise _not_named(self.place, name)


def _source(place: Path) -> _Folder | _Packed:
    return _Packed(place) if _is_file(place) else _Folder(place)


def _signed(source: _Folder | _Packed, manifest: bytes) -> tuple[bytes, str]:
    """The signature's file and its key; both empty where a bundle is not signed."""
    if not source.has(SIGNATURE_FILE):
        return b"", ""
    content = source.read(SIGNATURE_FILE)
    try:
        return content, signer_of(content, manifest)
    except SignatureRefused as error:
        raise BundleUnsound(
            message(
                "The signature of the model in {place} is not valid, because {reason}, so the model is not used: get "
                "it again from its maker.",
                place=source.place,
                reason=error.message,
            )
        ) from None


def _is_file(place: Path) -> bool:
    try:
        return place.is_file()
    except (OSError, ValueError):  # the name is too long or invalid
        return False


def _not_named(place: Path, name: str) -> BundleUnsound:
    return BundleUnsound(
        message(
            "The model in {folder} has a file that its manifest does not name, {file}: remove it, or get the model "
            "again from its maker.",
            folder=place,
            file=quoted(name),
        )
    )


def _reference(folder: Path, manifest: Manifest, contents: Mapping[str, bytes]) -> Reference | None:
    if manifest.familiarity is None:
        return None
    try:
        return Reference.read(contents[REFERENCE_FILE], manifest.familiarity)
    except ReferenceRefused as error:
        raise _unused(folder / REFERENCE_FILE, error) from None


def _head(folder: Path, contents: Mapping[str, bytes]) -> Layer | None:
    if HEAD_FILE not in contents:
        return None
    try:
        return Layer.read(contents[HEAD_FILE])
    except LayerRefused as error:
        raise _unused(folder / HEAD_FILE, error) from None


def _compared(file: Path, content: bytes, sha256: str) -> bytes:
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise BundleUnsound(
            message(
                "The file {file} is not the one its manifest describes (SHA-256 {found}…, {expected}… expected), so "
                "the model is not used: get it again from its maker, or install Clivus again.",
                file=file,
                found=found[:12],
                expected=sha256[:12],
            )
        )
    return content


def _unused(file: Path, reason: Reason) -> BundleUnsound:
    return BundleUnsound(
        message(
            "The model's file {file} is not used, because {reason}: get the model again from its maker, or install "
            "Clivus again.",
            file=file,
            reason=reason.message,
        )
    )
