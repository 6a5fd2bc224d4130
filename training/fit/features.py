"""What the frozen backbone says of every image and copy, computed once, by one process or several, kept on disk."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from desktop.learning.features import (
    FeatureOrder,
    Features,
    ShiftOrder,
    keep_part,
    part_file,
    part_ranges,
    trusted_part,
)
from desktop.work import Work
from training.fit.stopping import Stopped
from training.fit.team import Team
from training.model.network import SkullBaseNetwork
from training.work.progress import Progress

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]

AT_ONCE = 32
"""Images through the network at once. Part of what is computed: sums may round otherwise in another batch."""

_SCHEMA = "clivus-features/2"


def backbone_sha256(network: SkullBaseNetwork) -> str:
    """SHA-256 of everything but the final layer, running statistics included."""
    found = hashlib.sha256()
    for name, value in sorted(network.state_dict().items()):
        if not name.startswith("fc."):
            found.update(name.encode())
            found.update(value.detach().cpu().contiguous().numpy().tobytes())
    return found.hexdigest()


def cached_features(
    network: SkullBaseNetwork,
    backbone: str,
    order: FeatureOrder | ShiftOrder,
    folder: Path,
    team: Team,
    workers: int,
    work: Work,
) -> Features:
    """The features, read from `folder` where they are there and whole, else computed and kept there.

    A part is trusted when its note names the very backbone, data, augmentation, seed, device and torch, and the
    file's SHA-256. The blocks that go through the network together do not depend on the number of processes.

    Args:
        network: frozen, in evaluation mode, on the team's device.
        backbone: its `backbone_sha256`.
        folder: read and written by the first process alone.
        workers: threads that make copies.

    Raises:
        NotWritten: the disk is full; whole parts stay.
        Stopped: `work` was asked to stop; whole parts stay.
    """
    key = _key(backbone, order, team)
    ranges = part_ranges(order.rows)
    parts: list[Floats | None] = [None] * len(ranges)
    if team.first:
        folder.mkdir(parents=True, exist_ok=True)
        parts = [trusted_part(part_file(folder, n), f"{key}/{n}") for n in range(len(ranges))]
    there = team.first_value(torch.tensor([float(part is not None) for part in parts])).tolist()
    waiting = [n for n in range(len(ranges)) if not there[n]]
    left = sum(len(ranges[n]) for n in waiting)
    progress = Progress(f"Features of {left} images ({folder.name})", left) if waiting and team.first else None
    done = 0
    for n in waiting:
        rows = ranges[n]
        found = _part(network, order, rows, team, workers, work, folder, (progress, done))
        done += len(rows)
        if found is not None:
            parts[n] = keep_part(part_file(folder, n), f"{key}/{n}", found)
    if progress:
        progress.close()
    return Features(tuple(_shared(part, len(rows), team) for part, rows in zip(parts, ranges, strict=True)))


def _key(backbone: str, order: FeatureOrder | ShiftOrder, team: Team) -> str:
    named = {
        "schema": _SCHEMA,
        "backbone": backbone,
        **order.named(),
        "at once": AT_ONCE,
        "part": len(part_ranges(order.rows)[0]),
        "device": team.device.type,
        "torch": torch.__version__,
    }
    return hashlib.sha256(json.dumps(named, sort_keys=True).encode()).hexdigest()


@torch.inference_mode()
def _part(
    network: SkullBaseNetwork,
    order: FeatureOrder | ShiftOrder,
    rows: range,
    team: Team,
    workers: int,
    work: Work,
    folder: Path,
    shown: tuple[Progress | None, int],
) -> Floats | None:
    """Features of some rows, in the first process; the blocks are dealt out in turn and none is padded."""
    blocks = [rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE)]
    mine = blocks[team.rank :: team.size]
    found: list[Floats] = []
    progress, done = shown
    with (
        ThreadPoolExecutor(workers) as pool,
        torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True, allow_tf32=False),
    ):
        images = pool.map(order.image, [row for block in mine for row in block])
        for turn in range(-(-len(blocks) // team.size)):
            if team.any(work.stop()):
                pool.shutdown(cancel_futures=True)
                raise Stopped(folder.parents[1])
            if turn < len(mine):
                batch = torch.from_numpy(np.stack(list(islice(images, len(mine[turn])))))[:, None].to(team.device)
                answers = network.features(batch.contiguous(memory_format=torch.channels_last))
                found.append(answers.cpu().numpy())
            done += sum(len(block) for block in blocks[turn * team.size : (turn + 1) * team.size])
            if progress:
                progress.tell(done)
    width = network.fc.in_features
    counts = [sum(map(len, blocks[rank :: team.size])) for rank in range(team.size)]
    gathered = team.gathered(np.concatenate(found) if found else np.empty((0, width), np.float32), counts)
    if gathered is None:
        return None
    whole = np.empty((len(rows), width), dtype=np.float32)
    for rank, theirs in enumerate(gathered):
        at = [row - rows.start for block in blocks[rank :: team.size] for row in block]
        whole[at] = theirs
    return whole


def _shared(part: Floats | None, rows: int, team: Team) -> Floats:
    """A part in every process; only the first can read the folder for sure."""
    width = torch.tensor([float(part.shape[1] if part is not None else 0)])
    if team.size == 1:
        assert part is not None
        return part
    columns = int(team.first_value(width).item())
    mine = torch.from_numpy(np.array(part)) if part is not None else torch.empty(rows, columns)
    shared = team.first_value(mine)
    return part if part is not None else shared.cpu().numpy()
