"""What a bundle's graph says of every image and copy, computed once and kept on disk part by part."""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import numpy as np

from desktop.inference.graph import Graph
from desktop.inference.runtime import version
from desktop.learning.features import (
    FeatureOrder,
    Features,
    Floats,
    ShiftOrder,
    keep_part,
    part_file,
    part_ranges,
    trusted_part,
)
from desktop.work import Work

_SCHEMA = "clivus-onnx-features/1"

_AHEAD = 16
"""Copies made before the graph needs them: it uses all cores by itself, and one thread is far ahead of it."""


def onnx_features(graph: Graph, model: str, order: FeatureOrder | ShiftOrder, folder: Path, work: Work) -> Features:
    """The features, read from `folder` where they are there and whole, else computed and kept there.

    A part is trusted when its note names the very model, data, augmentation, seed, device and onnxruntime, and the
    file's SHA-256.

    Args:
        model: SHA-256 of the graph's file.

    Raises:
        NotWritten: the disk is full; whole parts stay.
        Cancelled: `work` was asked to stop; whole parts stay.
    """
    ranges = part_ranges(order.rows)
    named = {
        "schema": _SCHEMA,
        "model": model,
        **order.named(),
        "part": len(ranges[0]),
        "device": graph.used.value,
        "onnxruntime": version(),
    }
    key = hashlib.sha256(json.dumps(named, sort_keys=True).encode()).hexdigest()
    parts = [trusted_part(part_file(folder, n), f"{key}/{n}") for n in range(len(ranges))]
    left = sum(len(rows) for rows, part in zip(ranges, parts, strict=True) if part is None)
    done = 0
    with ThreadPoolExecutor(1) as pool:
        for n, rows in enumerate(ranges):
            if parts[n] is not None:
                continue
            found = []
            for crop in _ahead(pool, order.image, rows):
                work.raise_if_stopped()
                found.append(graph.features(crop[None]))
                done += 1
                work.progress(done, left)
            parts[n] = keep_part(part_file(folder, n), f"{key}/{n}", np.stack(found))
    return Features(tuple(part for part in parts if part is not None))


def _ahead(pool: ThreadPoolExecutor, image: Callable[[int], Floats], rows: range) -> Iterator[Floats]:
    """The crops of some rows in order, a few of them made while the one before is used."""
    waiting: deque[Future[Floats]] = deque()
    for row in rows:
        waiting.append(pool.submit(image, row))
        if len(waiting) > _AHEAD:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
