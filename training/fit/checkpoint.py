"""What a killed fit goes on from."""

from __future__ import annotations

import pickle
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch

from desktop.errors import InputRefused
from desktop.files import write_with
from desktop.inference.layer import Layer
from desktop.learning.logistic import Tried
from desktop.messages import message
from training.fit.log import Entry

CHECKPOINT_FILE = "checkpoint.pt"


class CheckpointDamaged(InputRefused):
    """A checkpoint that is not as it was written."""


@dataclass
class Checkpoint:
    """All that was found so far.

    Attributes:
        layers: final layers that are done.
        folds: for each fold that is done, the layer that learned from the others.
        tried: penalties, once chosen.
        adam: state of the layer on its way, see `AdamFit.state`; None before its first epoch ends.
        entries: of the log.
    """

    layers: list[Layer] = field(default_factory=list)
    tried: list[Tried] = field(default_factory=list)
    adam: dict[str, Any] | None = None
    entries: list[Entry] = field(default_factory=list)
    folds: list[Layer] = field(default_factory=list)

    def save(self, folder: Path) -> None:
        """Replace the checkpoint of a run's folder.

        Raises:
            NotWritten: the disk is full; the last one stays.
        """
        content = {
            "layers": list(map(_stored, self.layers)),
            "folds": list(map(_stored, self.folds)),
            "tried": [asdict(one) for one in self.tried],
            "adam": self.adam,
            "entries": [asdict(one) for one in self.entries],
        }
        write_with(folder / CHECKPOINT_FILE, lambda stream: torch.save(content, stream))

    @staticmethod
    def load(folder: Path) -> Checkpoint:
        """The last checkpoint, or a new one where there is none.

        Raises:
            CheckpointDamaged: it cannot be read.
        """
        path = folder / CHECKPOINT_FILE
        try:
            found = torch.load(path, map_location="cpu", weights_only=True)
            return Checkpoint(
                list(map(_layer, found["layers"])),
                [Tried(**one) for one in found["tried"]],
                found["adam"],
                [Entry(**one) for one in found["entries"]],
                list(map(_layer, found["folds"])),
            )
        except FileNotFoundError:
            return Checkpoint()
        except (OSError, RuntimeError, EOFError, ValueError, KeyError, TypeError, pickle.UnpicklingError) as error:
            raise CheckpointDamaged(
                message(
                    "The checkpoint {path} cannot be read ({kind}): delete it, and the same command fits the final "
                    "layer anew; the features stay.",
                    path=path,
                    kind=type(error).__name__,
                )
            ) from None


def _stored(layer: Layer) -> dict[str, Any]:
    return {"weight": torch.from_numpy(layer.weight), "bias": layer.bias}


def _layer(stored: dict[str, Any]) -> Layer:
    return Layer(stored["weight"].numpy(), stored["bias"])
