"""What the frozen backbone says of every image and copy, computed once, by one process or several, kept on disk."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from desktop.files import write_json, write_with
from desktop.work import Work
from training.fit.augmentation import Augmentation
from training.fit.copies import copy_of
from training.fit.images import Images
from training.fit.stopping import Stopped
from training.fit.team import Team
from training.model.network import SkullBaseNetwork
from training.work.checksum import file_sha256
from training.work.progress import Progress

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]

AT_ONCE = 32
"""Images through the network at once. Part of what is computed: sums may round otherwise in another batch."""

PART_ROWS = 16 * AT_ONCE
"""Rows in one file: what a kill loses at most, half a minute on two cores."""

_SCHEMA = "clivus-features/1"


@dataclass(frozen=True)
class FeatureOrder:
    """Which features: of every image, then of every first copy, and so on; row = copy x images + image.

    Attributes:
        copies: of each image, besides the image itself.
        seed, amounts: see `training.fit.copies.copy_of`.
        data: the images' fingerprint; taken once, for hashing takes time.
    """

    images: Images
    copies: int
    seed: int
    amounts: Augmentation
    data: str

    @property
    def rows(self) -> int:
        """How many features."""
        return len(self.images) * (self.copies + 1)

    def image(self, row: int) -> Floats:
        """The crop [size, size] in HU of one row."""
        copy, n = divmod(row, len(self.images))
        return copy_of(self.images.hu[n], self.images.sop_uid[n], copy, self.seed, self.amounts)

    def named(self) -> dict[str, object]:
        """Everything that the features depend on but the backbone."""
        return {"data": self.data, "copies": self.copies, "augmentation": asdict(self.amounts), "seed": self.seed}


@dataclass(frozen=True)
class ShiftOrder:
    """Which features: of every image's crop at the first shift, then at the second, and so on; row = shift x images +
    image.

    Attributes:
        shifts: (columns, rows) in pixels of the crop; see `desktop.inference.averaging.Averaging.shifts`.
        data: the images' fingerprint.
    """

    images: Images
    shifts: tuple[tuple[int, int], ...]
    data: str

    @property
    def rows(self) -> int:
        """How many features."""
        return len(self.images) * len(self.shifts)

    def image(self, row: int) -> Floats:
        """The crop [size, size] in HU of one row."""
        shift, n = divmod(row, len(self.images))
        across, down = self.shifts[shift]
        size, margin = self.images.crop_size, (self.images.hu.shape[1] - self.images.crop_size) // 2
        left, top = margin + across, margin + down
        return self.images.hu[n, top : top + size, left : left + size].astype(np.float32)

    def named(self) -> dict[str, object]:
        """Everything that the features depend on but the backbone."""
        return {"data": self.data, "shifts": self.shifts}


@dataclass(frozen=True)
class Features:
    """Features [rows, m], in parts of `PART_ROWS` rows."""

    parts: tuple[Floats, ...]

    def rows(self, index: Indices) -> Tensor:
        """The rows [len(index), m], in the order of the index."""
        parts, places = np.divmod(index, PART_ROWS)
        found = np.empty((len(index), self.parts[0].shape[1]), dtype=np.float32)
        for n, (part, place) in enumerate(zip(parts.tolist(), places.tolist(), strict=True)):
            found[n] = self.parts[part][place]
        return torch.from_numpy(found)


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
    starts = range(0, order.rows, PART_ROWS)
    parts: list[Floats | None] = [None] * len(starts)
    if team.first:
        folder.mkdir(parents=True, exist_ok=True)
        parts = [_trusted(_file(folder, n), f"{key}/{n}") for n in range(len(starts))]
    there = team.first_value(torch.tensor([float(part is not None) for part in parts])).tolist()
    waiting = [n for n in range(len(starts)) if not there[n]]
    left = sum(min(PART_ROWS, order.rows - starts[n]) for n in waiting)
    progress = Progress(f"Features of {left} images ({folder.name})", left) if waiting and team.first else None
    done = 0
    for n in waiting:
        rows = range(starts[n], min(starts[n] + PART_ROWS, order.rows))
        found = _part(network, order, rows, team, workers, work, folder, (progress, done))
        done += len(rows)
        if found is not None:
            parts[n] = _kept(_file(folder, n), f"{key}/{n}", found)
    if progress:
        progress.close()
    return Features(tuple(_shared(parts[n], min(PART_ROWS, order.rows - starts[n]), team) for n in range(len(starts))))


def _key(backbone: str, order: FeatureOrder | ShiftOrder, team: Team) -> str:
    named = {
        "schema": _SCHEMA,
        "backbone": backbone,
        **order.named(),
        "at once": AT_ONCE,
        "part": PART_ROWS,
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


def _file(folder: Path, n: int) -> Path:
    return folder / f"{n:05d}.npy"


def _kept(path: Path, key: str, features: Floats) -> Floats:
    """Write a part, then its note: a kill in between leaves a note that does not fit, and the part is not trusted."""
    write_with(path, lambda stream: np.save(stream, features, allow_pickle=False))
    write_json(path.with_suffix(".json"), {"key": key, "sha256": file_sha256(path)})
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


def _trusted(path: Path, key: str) -> Floats | None:
    """A part as it was written for this key, or nothing."""
    try:
        note = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        if note != {"key": key, "sha256": file_sha256(path)}:
            return None
        return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
    except (OSError, ValueError):
        return None


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
