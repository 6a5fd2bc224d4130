"""A file of weights by others: read without running code, recognised, and brought to the network's names and pixels.

Two layouts are known: torchvision's, and that of RadImageNet's release for PyTorch (`RadImageNet_pytorch/ResNet50.pt`,
Mei et al., Radiology: Artificial Intelligence 2022), where the layers are numbered as the children of torchvision's
network, after "backbone.". Whose numbers they are, only the file's SHA-256 tells.
"""

from __future__ import annotations

import pickle
import re
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from desktop.checksum import file_sha256
from desktop.errors import InputRefused
from desktop.messages import message
from training.model.network import ARCHITECTURE, IMAGENET_DEVIATION, IMAGENET_MEAN, SkullBaseNetwork

_NUMBERED = re.compile(r"backbone\.(\d{1,2})\.(.+)")

UNKNOWN_LICENCE = "not known; see the file's source"


class WeightsRefused(InputRefused):
    """Weights that cannot be had or do not fit the network."""


@dataclass(frozen=True)
class Origin:
    """Where the first weights are from: `text` for the model card, `licence`, `sha256` of the file ("" for none)."""

    text: str
    licence: str
    sha256: str


def read_file(path: Path) -> object:
    """What `torch.save` wrote, without running any code in it.

    Raises:
        WeightsRefused: there is no such file, it is not one of these, or not what its name says.
    """
    try:
        _require_as_named(path)
        return torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise WeightsRefused(
            message(
                "There are no weights at {path}: give scratch, shipped, {named}, a bundle or a file.",
                path=path,
                named=", ".join(ARCHITECTURE.imagenet),
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


def take_over_file(network: SkullBaseNetwork, content: object, path: Path) -> Origin:
    """Give the network the weights of a file in either layout, and say whose they are.

    Raises:
        WeightsRefused: they do not fit; the network is unchanged.
    """
    state = _state(content, path)
    if any(map(_NUMBERED.fullmatch, state)):
        state = _by_name(state, network)
        require_fit(network, state, path)
        state = _for_imagenet_pixels(state)
        layout = ", in the layout of RadImageNet's release"
    else:
        layout = ""
    take_over(network, state, path)
    sha256 = file_sha256(path)
    return _known(sha256) or Origin(f"the file {path.name}{layout}, of unknown origin", UNKNOWN_LICENCE, sha256)


def take_over(network: SkullBaseNetwork, given: object, path: Path) -> None:
    """Load everything but the final layer, which answers other questions.

    Raises:
        WeightsRefused: they do not fit; the network is unchanged.
    """
    wanted, state = require_fit(network, given, path), _state(given, path)
    network.load_state_dict({name: state[name] for name in wanted if name in state}, strict=False)


def require_fit(network: SkullBaseNetwork, given: object, path: Path) -> dict[str, Tensor]:
    """Refuse weights of another network, and such as are not numbers.

    Returns:
        What the network has of its own, but for the final layer.

    Raises:
        WeightsRefused: they do not fit.
    """
    given = _state(given, path)
    wanted = {name: value for name, value in network.state_dict().items() if not name.startswith("fc.")}
    # A counter that older files lack and nothing here reads.
    missing = [name for name in wanted if name not in given and not name.endswith("num_batches_tracked")]
    strange = [name for name in given if name not in wanted and not name.startswith("fc.")]
    if missing or strange:
        raise WeightsRefused(
            message(
                "The weights {path} are not of a {architecture}: {name} is missing.",
                path=path,
                architecture=ARCHITECTURE.name,
                name=missing[0],
            )
            if missing
            else message(
                "The weights {path} are not of a {architecture}: it has no {name}.",
                path=path,
                architecture=ARCHITECTURE.name,
                name=strange[0],
            )
        )
    for name, value in given.items():
        if name not in wanted:
            continue
        if value.shape != wanted[name].shape:
            raise WeightsRefused(
                message(
                    "The weights {path} are not of a {architecture}: {name} has the shape {shape}, {expected} is "
                    "expected.",
                    path=path,
                    architecture=ARCHITECTURE.name,
                    name=name,
                    shape=str(tuple(value.shape)),
                    expected=str(tuple(wanted[name].shape)),
                )
            )
        if not value.isfinite().all():
            raise WeightsRefused(
                message(
                    "The weights {path} are damaged: {name} contains values that are not numbers; get the file again.",
                    path=path,
                    name=name,
                )
            )
    return wanted


def _state(content: object, path: Path) -> dict[str, Tensor]:
    if not isinstance(content, dict) or not all(
        isinstance(name, str) and isinstance(value, Tensor) for name, value in content.items()
    ):
        raise WeightsRefused(
            message(
                "The weights {path} are not a state dict: tensors by name, as torchvision's {architecture} has them, "
                "are expected.",
                path=path,
                architecture=ARCHITECTURE.name,
            )
        )
    return content


def _require_as_named(path: Path) -> None:
    """torchvision names its files by their sum: under such a name, nothing else is taken."""
    for weights, expected in ARCHITECTURE.imagenet.values():
        if str(weights.url).endswith(f"/{path.name}") and (found := file_sha256(path)) != expected:
            raise WeightsRefused(
                message(
                    "{path} is not torchvision's file (SHA-256 {found}…, {expected}… expected): delete it and get it "
                    "again from {url}, or rename it if it is your own.",
                    path=path,
                    found=found[:12],
                    expected=expected[:12],
                    url=weights.url,
                )
            )


def _known(sha256: str) -> Origin | None:
    for weights, expected in ARCHITECTURE.imagenet.values():
        if sha256 == expected:
            return Origin(
                f"torchvision {ARCHITECTURE.name} {weights.name} ({weights.url})",
                "BSD-3-Clause (torchvision); learned from ImageNet, whose images are for non-commercial research",
                sha256,
            )
    if ARCHITECTURE.radimagenet and sha256 == ARCHITECTURE.radimagenet:
        return Origin(
            f"RadImageNet {ARCHITECTURE.name}, release for PyTorch (https://github.com/BMEII-AI/RadImageNet)",
            "MIT (RadImageNet's repository); learned from RadImageNet, whose images are given out on request, under "
            "the terms at https://www.radimagenet.com",
            sha256,
        )
    return None


def _by_name(state: dict[str, Tensor], network: SkullBaseNetwork) -> dict[str, Tensor]:
    """Numbers of layers exchanged for torchvision's names; what has none keeps its own."""
    children = [name for name, _ in network.named_children()]
    named = {}
    for key, value in state.items():
        found = _NUMBERED.fullmatch(key)
        if found and int(found[1]) < len(children):
            key = f"{children[int(found[1])]}.{found[2]}"
        named[key] = value
    return named


def _for_imagenet_pixels(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """A network that learned from pixels of -1 to 1, for pixels that are normalised as for ImageNet.

    RadImageNet's example scales pixels p (0 to 1) to 2p - 1; the graph of every bundle gives (p - mean) / deviation.
    What lies between them goes into the first convolution and the mean that is subtracted after it. Only along the
    crop's edge, where the convolution fills up with zeros, something else comes out than was learned from.
    """
    scale, shift = 2 * torch.tensor(IMAGENET_DEVIATION), 2 * torch.tensor(IMAGENET_MEAN) - 1
    kernel = state["conv1.weight"].float()
    return {
        **state,
        "conv1.weight": kernel * scale[:, None, None],
        "bn1.running_mean": state["bn1.running_mean"] - (kernel * shift[:, None, None]).sum(dim=(1, 2, 3)),
    }
