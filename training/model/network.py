"""The network: torchvision's ResNet50 with one output, judging crops in HU (paper, section "Deep learning")."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torchvision.models.resnet import Bottleneck, ResNet

from training.cohort.crops import WINDOW_LEVEL, WINDOW_WIDTH

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_DEVIATION = (0.229, 0.224, 0.225)
"""What torchvision's pretrained weights were trained with; kept for every origin so that there is one graph."""

MAP_STRIDE = 32
"""Crop pixels from one cell of layer4 to the next."""

_STAGES = [3, 4, 6, 3]


class SkullBaseNetwork(ResNet):  # type: ignore[misc]  # torchvision has no types
    """ResNet50 with one linear unit. The parameters are named as in torchvision's `resnet50`."""

    def __init__(self) -> None:
        super().__init__(Bottleneck, _STAGES, num_classes=1)
        mean, deviation = torch.tensor(IMAGENET_MEAN), torch.tensor(IMAGENET_DEVIATION)
        # Not persistent: the state dict keeps torchvision's keys and no others.
        self.register_buffer("mean", mean.reshape(1, 3, 1, 1), persistent=False)
        self.register_buffer("deviation", deviation.reshape(1, 3, 1, 1), persistent=False)

    def feature_maps(self, hu: Tensor) -> Tensor:
        """Output of layer4 [n, 2048, h / 32, w / 32] for crops [n, 1, h, w] in HU."""
        grey = ((hu - (WINDOW_LEVEL - WINDOW_WIDTH / 2)) / WINDOW_WIDTH).clamp(0.0, 1.0)
        x = (grey - self.get_buffer("mean")) / self.get_buffer("deviation")
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        assert isinstance(x, Tensor)
        return x

    def features(self, hu: Tensor) -> Tensor:
        """What the final layer sees [n, 2048]: the feature maps' means."""
        return self.feature_maps(hu).mean(dim=(2, 3))

    def logit(self, features: Tensor) -> Tensor:
        """The final layer's answer [n] for features [n, 2048]."""
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


@torch.no_grad()
def round_to_half(network: SkullBaseNetwork) -> None:
    """Round the wide weights to values that float16 holds, in place: the form in which a bundle stores them.

    Normalisation keeps its float32. After this, torch and the exported graph are the same network.
    """
    for weight in wide_weights(network).values():
        weight.copy_(weight.half())
