"""One thing that does not hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """Something printed that does not hold, or holds only under a condition, or is missing.

    Attributes:
        name: that rows refer to.
        printed: what the paper has.
        computed: what comes out and how, in sentences.
        numbers: the figures in `computed`, unrounded.
    """

    name: str
    printed: str
    computed: str
    numbers: Mapping[str, float]
