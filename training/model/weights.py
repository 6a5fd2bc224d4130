"""What training begins with: nothing, torchvision's ImageNet weights, a file, or a bundle."""

from __future__ import annotations

from pathlib import Path

import onnx
import torch
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from onnx import numpy_helper
from torch import nn
from torchvision.models.resnet import BasicBlock, Bottleneck

import onnx_models
from desktop.checksum import file_sha256
from desktop.files import write_with
from desktop.inference.bundle import MANIFEST_FILE, Bundle
from desktop.inference.manifest import BundleUnsound
from desktop.learning.bundle_files import origin_of
from desktop.messages import message
from training.model.network import ARCHITECTURE, SkullBaseNetwork, stored_state
from training.model.torchvision_file import torchvision_file
from training.model.weights_file import Origin, WeightsRefused, read_file, take_over, take_over_file

BACKBONE_SCHEMA = "clivus-backbone/1"
"""Of a file that `save_backbone` wrote; a file without a schema is somebody else's (training/model/weights_file.py)."""

SCRATCH = "scratch"
SHIPPED = "shipped"
NAMED = (SCRATCH, SHIPPED, *ARCHITECTURE.imagenet)
"""What may be asked for by a word; everything else is a path."""


def first_weights(network: SkullBaseNetwork, choice: str) -> Origin:
    """Give a new network its first weights; the final layer stays as it is.

    Args:
        choice: "scratch", "imagenet" (torchvision's V1), "imagenet-v2", "shipped" (the bundle that comes with Clivus),
            the folder of a bundle, or the path of a file: of `clivus-train pretrain`, or a state dict as torchvision or
            RadImageNet publish it.

    Raises:
        WeightsRefused: the weights cannot be had or do not fit; the network is unchanged.
    """
    if choice == SCRATCH:
        _start_blocks_as_identity(network)
        return Origin("none: random numbers", "none needed", "")
    if choice in ARCHITECTURE.imagenet:
        path = torchvision_file(choice)
    else:
        path = onnx_models.default_bundle() if choice == SHIPPED else Path(choice)
    if choice == SHIPPED or (path / MANIFEST_FILE).is_file():
        return _from_bundle(network, path)
    content = read_file(path)
    if isinstance(content, dict) and content.get("schema") == BACKBONE_SCHEMA:
        take_over(network, content.get("state_dict"), path)
        return Origin(str(content.get("origin")), str(content.get("licence")), file_sha256(path))
    return take_over_file(network, content, path)


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
    take_over(
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
        origin_of(manifest),
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
