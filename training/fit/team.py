"""The processes that work on one fit, started by torchrun; without it, one process alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, distributed

from training.work.hardware import TrainingDevice, open_device

PATIENCE = timedelta(hours=2)
"""How long the others wait while the first process solves, reads or writes alone."""


@dataclass(frozen=True)
class Team:
    """This process among the others.

    Attributes:
        rank: its number; the first one, 0, alone reads and writes the run's folder and speaks.
        size: how many there are.
        device: where this one computes.
    """

    rank: int
    size: int
    device: torch.device

    @property
    def first(self) -> bool:
        """Whether this process reads, writes and speaks."""
        return self.rank == 0

    def any(self, flag: bool) -> bool:
        """Whether the flag is up in at least one process; all must ask."""
        if self.size == 1:
            return flag
        raised = torch.tensor([float(flag)], device=self.device)
        distributed.all_reduce(raised, distributed.ReduceOp.MAX)
        return bool(raised.item())

    def add_up(self, tensor: Tensor) -> None:
        """Replace a tensor by its sum over all processes."""
        if self.size > 1:
            distributed.all_reduce(tensor)

    def first_value(self, value: Tensor) -> Tensor:
        """The first process's value, in all; the others give a tensor of the same shape and type, anywhere."""
        if self.size == 1:
            return value
        shared = value.to(self.device)
        distributed.broadcast(shared, 0)
        return shared

    def gathered(self, rows: npt.NDArray[np.float32], counts: list[int]) -> list[npt.NDArray[np.float32]] | None:
        """The rows [counts[rank], m] of all processes, in the first one; None in the others. Nothing is padded."""
        if self.size == 1:
            return [rows]
        if not self.first:
            if len(rows):
                distributed.send(torch.from_numpy(rows).to(self.device), 0)
            return None
        found = [rows]
        for other in range(1, self.size):
            waiting = torch.empty(counts[other], rows.shape[1], device=self.device)
            if len(waiting):
                distributed.recv(waiting, other)
            found.append(waiting.cpu().numpy())
        return found


@contextmanager
def open_team(wanted: TrainingDevice) -> Iterator[Team]:
    """Join the processes that torchrun started (gloo on the CPU, NCCL on CUDA), or be alone.

    Raises:
        NoSuchDevice: CUDA is asked for and torch finds none.
    """
    device = open_device(wanted)
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1:
        yield Team(0, 1, device)
        return
    if device.type == "cuda":
        device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")) % torch.cuda.device_count())
        torch.cuda.set_device(device)
    distributed.init_process_group("nccl" if device.type == "cuda" else "gloo", timeout=PATIENCE)
    try:
        yield Team(distributed.get_rank(), distributed.get_world_size(), device)
    finally:
        distributed.destroy_process_group()
