"""What was found as plain JSON: numbers, text, lists and objects by name."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from pathlib import PurePath
from typing import Any

import numpy as np

from desktop.learning.statistics.estimate import Undefined


def plain(value: object) -> Any:
    """A value as JSON has it; what cannot be computed is an object that says why, and never a number.

    Raises:
        ValueError: a number is not finite, or there is something that JSON has no form for: a defect.
    """
    if isinstance(value, Undefined):
        return {"cannot_be_computed_because": value.because}
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (str, PurePath)):
        return str(value)
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float) and np.isfinite(value):
        return value
    raise ValueError(f"{value!r} has no form in JSON")
