"""Random numbers by name: each use has a stream of its own, and needs no state to be resumed."""

from __future__ import annotations

import hashlib

import numpy as np


def stream(seed: int, *name: str | int) -> np.random.Generator:
    """The stream of a use, told by the seed and the use's name alone.

    Philox is a counter-based generator: its key, here a hash of the name, tells the whole stream.
    """
    text = "\n".join(map(str, (seed, *name))).encode()
    key = int.from_bytes(hashlib.blake2b(text, digest_size=16).digest(), "little")
    return np.random.Generator(np.random.Philox(key=key))
