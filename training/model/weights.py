"""What training begins with: nothing, torchvision's ImageNet weights, a file in their format, or a bundle."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

import onnx
import torch
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from onnx import numpy_helper
from torch import Tensor, nn
from torchvision.models.resnet import BasicBlock, Bottleneck

import onnx_models
from desktop.errors import InputRefused
from desktop.files import write_with
from desktop.inference.bundle import MANIFEST_FILE, Bundle
from desktop.inference.manifest import BundleUnsound
from desktop.messages import message
from training.model.network import ARCHITECTURE, SkullBaseNetwork, stored_state
from training.work.checksum import file_sha256

BACKBONE_SCHEMA = "clivus-backbone/1"
"""Of a file that `save_backbone` wrote; a file without a schema is torchvision's state dict."""

SCRATCH = "scratch"
SHIPPED = "shipped"
NAMED = (SCRATCH, SHIPPED, *ARCHITECTURE.imagenet)
"""What may be asked for by a word; everything else is a path."""


class WeightsRefused(InputRefused):
    """Weights that cannot be had or do not fit the network."""


@dataclass(frozen=True)
class Origin:
    """Where the first weights are from: `text` for the model card, `licence`, `sha256` of the file ("" for none)."""

    text: str
    licence: str
    sha256: str


def first_weights(network: SkullBaseNetwork, choice: str) -> Origin:
    """Give a new network its first weights; the final layer stays as it is.

    Args:
        choice: "scratch", "imagenet" (torchvision's V1), "imagenet-v2", "shipped" (the bundle that comes with Clivus),
            the folder of a bundle, or the path of a file that `clivus-train pretrain` wrote or of a state dict in
            torchvision's format.

    Raises:
        WeightsRefused: the weights cannot be had or do not fit; the network is unchanged.
    """
    if choice == SCRATCH:
        _start_blocks_as_identity(network)
        return Origin("none: random numbers", "none needed", "")
    if choice in ARCHITECTURE.imagenet:
        weights, sha256 = ARCHITECTURE.imagenet[choice]
        path = _downloaded(str(weights.url), sha256)
        _take_over(network, _state(_read(path), path), path)
        return Origin(
            f"torchvision {ARCHITECTURE.name} {weights.name} ({weights.url})",
            "BSD-3-Clause (torchvision); learned from ImageNet, whose images are for non-commercial research",
            sha256,
        )
    path = onnx_models.default_bundle() if choice == SHIPPED else Path(choice)
    if choice == SHIPPED or (path / MANIFEST_FILE).is_file():
        return _from_bundle(network, path)
    content = _read(path)
    if isinstance(content, dict) and content.get("schema") == BACKBONE_SCHEMA:
        _take_over(network, _state(content.get("state_dict"), path), path)
        return Origin(str(content.get("origin")), str(content.get("licence")), file_sha256(path))
    _take_over(network, _state(content, path), path)
    return Origin(f"the file {path.name}", "not known; see the file's source", file_sha256(path))


def save_backbone(network: SkullBaseNetwork, origin: str, licence: str, path: Path) -> None:
    """Write everything but the final layer for `first_weights`; the same network gives the same bytes.

    Args:
        network: rounded by `training.model.network.round_to_half`.
        origin, licence: what a model card is to say of these weights.

    Raises:
        NotWritten: the medium fails.
    """
    state = {name: value for name, value in stored_state(network).items() if not name.startswith("fc.")}
    content = {"schema": BACKBONE_SCHEMA, "origin": origin, "licence": licence, "state_dict": state}
    write_with(path, lambda stream: torch.save(content, stream))


def _from_bundle(network: SkullBaseNetwork, folder: Path) -> Origin:
    """A bundle's backbone; its initialisers are named like torchvision's parameters (training/model/onnx_export.py)."""
    try:
        bundle = Bundle.load(folder)
        graph = onnx.load_model_from_string(bundle.model).graph
    except BundleUnsound as error:
        raise WeightsRefused(message("The bundle cannot give first weights. {error}", error=error)) from None
    except (OSError, DecodeError) as error:
        raise WeightsRefused(
            message(
                "The model of the bundle {folder} cannot be read ({kind}): get the bundle again.",
                folder=folder,
                kind=type(error).__name__,
            )
        ) from None
    wanted = set(network.state_dict())
    _take_over(
        network,
        {
            tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).copy()).float()
            for tensor in graph.initializer
            if tensor.name in wanted
        },
        folder,
    )
    manifest = bundle.manifest
    return Origin(
        f"the backbone of the bundle {manifest.id} {manifest.version} (its own first weights: "
        f"{manifest.weights.get('origin', 'not known')})",
        manifest.weights.get("licence", "not known; see the bundle's source"),
        manifest.sha256,
    )


def _start_blocks_as_identity(network: SkullBaseNetwork) -> None:
    """Let every block begin as its shortcut alone, which makes short training from random numbers dependable.

    Goyal et al. 2017, "Accurate, large minibatch SGD", section 5.1; torchvision's `zero_init_residual`.
    """
    for block in network.modules():
        if isinstance(block, Bottleneck):
            nn.init.zeros_(block.bn3.weight)
        elif isinstance(block, BasicBlock):
            nn.init.zeros_(block.bn2.weight)


def _downloaded(url: str, sha256: str) -> Path:
    """torchvision's file, in torch's own cache; fetched when it is not there, and always compared."""
    folder = Path(torch.hub.get_dir()) / "checkpoints"
    path = folder / url.rpartition("/")[2]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            # Written beside it, compared, then moved: an interrupted download leaves nothing that looks whole.
            torch.hub.download_url_to_file(url, str(path), sha256, progress=False)
        found = file_sha256(path)
    except (URLError, OSError, RuntimeError) as error:
        raise WeightsRefused(
            message(
                "The ImageNet weights cannot be downloaded from {url} ({error}): download them elsewhere and give the "
                "file with --weights FILE, or use --weights shipped or scratch.",
                url=url,
                error=error,
            )
        ) from None
    if found != sha256:
        raise WeightsRefused(
            message(
                "{path} is not torchvision's file (SHA-256 {found}…, {sha256}… expected): delete it and try again.",
                path=path,
                found=found[:12],
                sha256=sha256[:12],
            )
        )
    return path


def _read(path: Path) -> object:
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise WeightsRefused(
            message(
                "There are no weights at {path}: give {named}, a bundle or a file.", path=path, named=", ".join(NAMED)
            )
        ) from None
    except (OSError, RuntimeError, EOFError, ValueError, KeyError, pickle.UnpicklingError) as error:
        # torch's own text would advise to load the file in a way that lets it run code.
        raise WeightsRefused(
            message(
                "The weights {path} cannot be read ({kind}): a state dict of torchvision's {architecture}, saved "
                "with torch.save, is expected.",
                path=path,
                kind=type(error).__name__,
                architecture=ARCHITECTURE.name,
            )
        ) from None


def _state(content: object, path: Path) -> dict[str, Tensor]:
    if not isinstance(content, dict) or not all(isinstance(value, Tensor) for value in content.values()):
        raise WeightsRefused(
            message(
                "The weights {path} are not a state dict: tensors by name, as torchvision's {architecture} has them, "
                "are expected.",
                path=path,
                architecture=ARCHITECTURE.name,
            )
        )
    return content


def _take_over(network: SkullBaseNetwork, given: dict[str, Tensor], path: Path) -> None:
    """Load everything but the final layer, which answers 1000 other questions."""
    wanted = {name: value for name, value in network.state_dict().items() if not name.startswith("fc.")}
    for name, value in wanted.items():
        if name.endswith("num_batches_tracked"):  # a counter that older files lack and nothing here reads
            continue
        if name not in given:
            raise WeightsRefused(
                message(
                    "The weights {path} do not fit a {architecture}: {name} is missing.",
                    path=path,
                    architecture=ARCHITECTURE.name,
                    name=name,
                )
            )
        if given[name].shape != value.shape:
            raise WeightsRefused(
                message(
                    "The weights {path} do not fit a {architecture}: {name} has the shape {shape}, {expected} is "
                    "expected.",
                    path=path,
                    architecture=ARCHITECTURE.name,
                    name=name,
                    shape=str(tuple(given[name].shape)),
                    expected=str(tuple(value.shape)),
                )
            )
    strange = [name for name in given if name not in wanted and not name.startswith("fc.")]
    if strange:
        raise WeightsRefused(
            message(
                "The weights {path} do not fit a {architecture}: it has no {name}.",
                path=path,
                architecture=ARCHITECTURE.name,
                name=strange[0],
            )
        )
    network.load_state_dict({name: given[name] for name in wanted if name in given}, strict=False)
