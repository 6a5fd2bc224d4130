"""The network: torchvision's ResNet50 with one output, judging crops in HU (paper, section "Deep learning")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torchvision.models import ResNet50_Weights, WeightsEnum
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet

from desktop.learning.cohort.crops import WINDOW

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_DEVIATION = (0.229, 0.224, 0.225)
"""What torchvision's pretrained weights were trained with; kept for every origin so that there is one graph."""


@dataclass(frozen=True)
class Architecture:
    """A residual network in one record; nothing else says which one is trained.

    Attributes:
        name: as torchvision calls it, for cards and sentences.
        block, stages: what it is built from, and how many blocks each stage has.
        map_stride: crop pixels from one cell of the last stage's output to the next.
        imagenet: torchvision's pretrained weights, by the word that asks for them, with the SHA-256 of their files.
        radimagenet: SHA-256 of the file of RadImageNet's release for PyTorch; "" if there is none.
    """

    name: str
    block: type[BasicBlock | Bottleneck]
    stages: tuple[int, int, int, int]
    map_stride: int
    imagenet: Mapping[str, tuple[WeightsEnum, str]]
    radimagenet: str = ""


ARCHITECTURE = Architecture(
    "ResNet50",
    Bottleneck,
    (3, 4, 6, 3),
    32,
    {
        # The paper's time had V1.
        "imagenet": (
            ResNet50_Weights.IMAGENET1K_V1,
            "0676ba61b6795bbe1773cffd859882e5e297624d384b6993f7c9e683e722fb8a",
        ),
        "imagenet-v2": (
            ResNet50_Weights.IMAGENET1K_V2,
            "11ad3fa62ca79e40addfd354a8ec4b7c75143b3038b8d2a807fbc68deab379ca",
        ),
    },
    # RadImageNet_pytorch/ResNet50.pt, as others who fetched it have published its sum.
    radimagenet="08629f7e7bd3e29b8ee9522ca3f65ce4d010a7ddf74f0ea3c7e3f3d0bbab0734",
)
"""The paper's network. CONTRIBUTING.md says how to take another."""


class SkullBaseNetwork(ResNet):  # type: ignore[misc]  # torchvision has no types
    """The architecture with one linear unit. The parameters are named as torchvision names them."""

    def __init__(self) -> None:
        super().__init__(ARCHITECTURE.block, list(ARCHITECTURE.stages), num_classes=1)
        mean, deviation = torch.tensor(IMAGENET_MEAN), torch.tensor(IMAGENET_DEVIATION)
        # Not persistent: the state dict keeps torchvision's keys and no others.
        self.register_buffer("mean", mean.reshape(1, 3, 1, 1), persistent=False)
        self.register_buffer("deviation", deviation.reshape(1, 3, 1, 1), persistent=False)

    def stages(self, hu: Tensor) -> list[Tensor]:
        """Output of each of the four stages for crops [n, 1, h, w] in HU; the last are the feature maps."""
        grey = ((hu - (WINDOW.level - WINDOW.width / 2)) / WINDOW.width).clamp(0.0, 1.0)
        x = (grey - self.get_buffer("mean")) / self.get_buffer("deviation")
        found = [self.maxpool(self.relu(self.bn1(self.conv1(x))))]
        for stage in (self.layer1, self.layer2, self.layer3, self.layer4):
            found.append(stage(found[-1]))
        return found[1:]

    def feature_maps(self, hu: Tensor) -> Tensor:
        """Output of the last stage [n, width, h / map_stride, w / map_stride] for crops [n, 1, h, w] in HU."""
        return self.stages(hu)[-1]

    def features(self, hu: Tensor) -> Tensor:
        """What the final layer sees [n, width]: the feature maps' means."""
        return self.feature_maps(hu).mean(dim=(2, 3))

    def logit(self, features: Tensor) -> Tensor:
        """The final layer's answer [n] for features [n, width]."""
        answer = self.fc(features)
        assert isinstance(answer, Tensor)
        return answer.squeeze(1)

    def forward(self, hu: Tensor) -> Tensor:
        """Logits [n] of crops [n, 1, h, w] in HU."""
        return self.logit(self.features(hu))


def wide_weights(network: SkullBaseNetwork) -> dict[str, Tensor]:
    """The weights of the convolutions and of the final layer by name: nearly all of the network's size."""
    return {
        f"{name}.weight": module.weight
        for name, module in network.named_modules()
        if isinstance(module, (nn.Conv2d, nn.Linear))
    }


def stored_state(network: SkullBaseNetwork) -> dict[str, Tensor]:
    """The state dict as files keep it: on the CPU, the wide weights as float16 (see `round_to_half`)."""
    wide = wide_weights(network)
    return {
        name: value.detach().cpu().contiguous().to(torch.float16 if name in wide else value.dtype)
        for name, value in network.state_dict().items()
    }


@torch.no_grad()
def round_to_half(network: SkullBaseNetwork) -> None:
    """Round the wide weights to values that float16 holds, in place: the form in which a bundle stores them.

    Normalisation keeps its float32. After this, torch and the exported graph are the same network.
    """
    for weight in wide_weights(network).values():
        weight.copy_(weight.half())
