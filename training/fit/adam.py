"""The paper's fit: binary cross-entropy and Adam on the final layer (section "Deep learning")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from desktop.inference.layer import Layer
from desktop.learning.draws import stream
from desktop.learning.features import Features
from training.fit.configuration import Adam
from training.fit.features import Indices
from training.fit.team import Team
from training.fit.unit import layer_of


@dataclass(frozen=True)
class TrainingRows:
    """What one final layer learns from.

    Attributes:
        features: of all images and copies.
        rows: those that count for this layer.
        positive: [len(rows)] their labels.
    """

    features: Features
    rows: Indices
    positive: npt.NDArray[np.bool_]


class AdamFit:
    """A final layer on its way; its state after an epoch is all that the next one depends on.

    Args:
        seed: of the first weights and of the order of images.
        member: which of several layers; each has its own first weights and order.
    """

    def __init__(self, width: int, settings: Adam, seed: int, member: int, team: Team) -> None:
        self._settings, self._seed, self._member, self._team = settings, seed, member, team
        self.epoch = 0
        self._unit = first_unit(width, seed, member).to(team.device)
        self._optimizer = torch.optim.Adam(self._unit.parameters(), lr=settings.learning_rate)

    @property
    def layer(self) -> Layer:
        """The layer as it is now."""
        return layer_of(self._unit)

    def run_epoch(self, training: TrainingRows) -> float:
        """Show every image once; returns the mean loss over them.

        Each process computes its share of every batch; the shares' gradients are added up, so that all take the
        step that one process would take for the whole batch, but for rounding.
        """
        order = stream(self._seed, "order", self._member, self.epoch).permutation(len(training.rows))
        summed = torch.zeros((), device=self._team.device)
        for start in range(0, len(order), self._settings.batch):
            batch = order[start : start + self._settings.batch]
            share = batch[self._team.rank :: self._team.size]
            labels = torch.from_numpy(training.positive[share]).to(self._team.device).float()
            features = torch.from_numpy(training.features.rows(training.rows[share]))
            logits = self._unit(features.to(self._team.device)).squeeze(1)
            loss = functional.binary_cross_entropy_with_logits(logits, labels, reduction="sum")
            self._optimizer.zero_grad()
            torch.autograd.backward(loss / len(batch))
            for parameter in self._unit.parameters():
                assert parameter.grad is not None
                self._team.add_up(parameter.grad)
            self._optimizer.step()
            summed = summed + loss.detach()
        self._team.add_up(summed)
        self.epoch += 1
        return float(summed) / len(order)

    def state(self) -> dict[str, Any]:
        """Everything that the next epoch depends on; the order of images follows from seed, member and epoch."""
        return {"epoch": self.epoch, "unit": self._unit.state_dict(), "optimizer": self._optimizer.state_dict()}

    def go_on_from(self, state: dict[str, Any]) -> None:
        """Take over a state."""
        self.epoch = int(state["epoch"])
        self._unit.load_state_dict(state["unit"])
        self._optimizer.load_state_dict(state["optimizer"])


def first_unit(width: int, seed: int, member: int) -> nn.Linear:
    """The final layer before it has learned: torch's own first weights, drawn from the seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(stream(seed, "first weights", member).integers(2**63)))
        return nn.Linear(width, 1)


def mean_loss(logits: npt.NDArray[np.float32], positive: npt.NDArray[np.bool_]) -> float:
    """Mean binary cross-entropy of answers [n]."""
    labels: Tensor = torch.from_numpy(positive).double()
    return float(functional.binary_cross_entropy_with_logits(torch.from_numpy(logits).double(), labels))
