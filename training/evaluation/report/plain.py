"""What was found as plain JSON: numbers, text, lists and objects by name."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from pathlib import PurePath
from typing import Any

import numpy as np

from training.statistics.estimate import Undefined


def plain(found: object) -> Any:
    """A value as JSON has it; what cannot be computed is an object that says why, and never a number.

    Raises:
        ValueError: a number is not finite, or there is something that JSON has no form for: a defect.
    """
    if isinstance(found, Undefined):
        return {"cannot_be_computed_because": found.because}
    if is_dataclass(found):
        return {field.name: plain(getattr(found, field.name)) for field in fields(found)}
    if isinstance(found, dict):
        return {str(name): plain(value) for name, value in found.items()}
    if isinstance(found, (list, tuple)):
        return [plain(value) for value in found]
    if isinstance(found, np.ndarray):
        return plain(found.tolist())
    if isinstance(found, (str, PurePath)):
        return str(found)
    if found is None or isinstance(found, (bool, int)):
        return found
    if isinstance(found, float) and np.isfinite(found):
        return found
    raise ValueError(f"{found!r} has no form in JSON")
