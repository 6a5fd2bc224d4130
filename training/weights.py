"""What training begins with: nothing, torchvision's ImageNet weights, or a file in their format."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

import torch
from torch import Tensor, nn
from torchvision.models import ResNet50_Weights
from torchvision.models.resnet import Bottleneck

from desktop.errors import InputRefused
from desktop.inference.bundle import file_sha256
from training.network import SkullBaseNetwork

SCRATCH = "scratch"
IMAGENET = "imagenet"

IMAGENET_WEIGHTS = ResNet50_Weights.IMAGENET1K_V1
IMAGENET_SHA256 = "0676ba61b6795bbe1773cffd859882e5e297624d384b6993f7c9e683e722fb8a"


class WeightsRefused(InputRefused):
    """Weights that cannot be had or do not fit a ResNet50."""


@dataclass(frozen=True)
class Origin:
    """Where the first weights are from: `text` for the model card, `licence`, `sha256` of the file ("" for none)."""

    text: str
    licence: str
    sha256: str


def first_weights(network: SkullBaseNetwork, choice: str) -> Origin:
    """Give a new network its first weights; the final layer stays as it is.

    Args:
        choice: "scratch", "imagenet", or the path of a state dict in the format of torchvision's `resnet50`.

    Raises:
        WeightsRefused: the weights cannot be had or do not fit; the network is unchanged.
    """
    if choice == SCRATCH:
        _start_blocks_as_identity(network)
        return Origin("none: random numbers", "none needed", "")
    path = _downloaded() if choice == IMAGENET else Path(choice)
    _take_over(network, _read(path), path)
    if choice == IMAGENET:
        return Origin(
            f"torchvision ResNet50 {IMAGENET_WEIGHTS.name} ({IMAGENET_WEIGHTS.url})",
            "BSD-3-Clause (torchvision); learned from ImageNet, whose images are for non-commercial research",
            IMAGENET_SHA256,
        )
    return Origin(f"the file {path.name}", "not known; see the file's source", file_sha256(path))


def _start_blocks_as_identity(network: SkullBaseNetwork) -> None:
    """Let every block begin as its shortcut alone, which makes short training from random numbers dependable.

    Goyal et al. 2017, "Accurate, large minibatch SGD", section 5.1; torchvision's `zero_init_residual`.
    """
    for block in network.modules():
        if isinstance(block, Bottleneck):
            nn.init.zeros_(block.bn3.weight)


def _downloaded() -> Path:
    """torchvision's file, in torch's own cache; fetched when it is not there, and always compared."""
    folder = Path(torch.hub.get_dir()) / "checkpoints"
    path = folder / str(IMAGENET_WEIGHTS.url).rpartition("/")[2]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            # Written beside it, compared, then moved: an interrupted download leaves nothing that looks whole.
            torch.hub.download_url_to_file(IMAGENET_WEIGHTS.url, str(path), IMAGENET_SHA256, progress=False)
        found = file_sha256(path)
    except (URLError, OSError, RuntimeError) as error:
        raise WeightsRefused(
            f"The ImageNet weights cannot be had from {IMAGENET_WEIGHTS.url} ({error}): download them elsewhere and "
            "give the file with --weights FILE, or use --weights scratch."
        ) from None
    if found != IMAGENET_SHA256:
        raise WeightsRefused(
            f"{path} is not torchvision's file (SHA-256 {found[:12]}…, {IMAGENET_SHA256[:12]}… expected): delete it "
            "and try again."
        )
    return path


def _read(path: Path) -> dict[str, Tensor]:
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise WeightsRefused(f"There are no weights at {path}: give scratch, imagenet or a file.") from None
    except (OSError, RuntimeError, EOFError, ValueError, KeyError, pickle.UnpicklingError) as error:
        # torch's own text would advise to load the file in a way that lets it run code.
        raise WeightsRefused(
            f"The weights {path} cannot be read ({type(error).__name__}): a state dict of torchvision's resnet50, "
            "saved with torch.save, is expected."
        ) from None
    if not isinstance(found, dict) or not all(isinstance(value, Tensor) for value in found.values()):
        raise WeightsRefused(
            f"The weights {path} are no state dict: tensors by name, as torchvision's resnet50 has them, are expected."
        )
    return found


def _take_over(network: SkullBaseNetwork, found: dict[str, Tensor], path: Path) -> None:
    """Load everything but the final layer, which answers 1000 other questions."""
    wanted = {name: value for name, value in network.state_dict().items() if not name.startswith("fc.")}
    for name, value in wanted.items():
        if name.endswith("num_batches_tracked"):  # a counter that older files lack and nothing here reads
            continue
        if name not in found:
            raise WeightsRefused(f"The weights {path} do not fit a ResNet50: {name} is missing.")
        if found[name].shape != value.shape:
            raise WeightsRefused(
                f"The weights {path} do not fit a ResNet50: {name} has the shape {tuple(found[name].shape)}, "
                f"{tuple(value.shape)} is expected."
            )
    strange = [name for name in found if name not in wanted and not name.startswith("fc.")]
    if strange:
        raise WeightsRefused(f"The weights {path} do not fit a ResNet50: it has no {strange[0]}.")
    network.load_state_dict({name: found[name] for name in wanted if name in found}, strict=False)
