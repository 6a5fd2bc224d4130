"""Libraries that look for others when they are imported, and take time over what is not used here."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(*modules: str) -> Iterator[None]:
    """Importing one of `modules` fails inside the block as if it were not installed, unless it is loaded already."""
    hidden = dict.fromkeys(module for module in modules if module not in sys.modules)
    sys.modules.update(hidden)  # type: ignore[arg-type]  # None stops an import (Language Reference, 5.3.1)
    try:
        yield
    finally:
        for module in hidden:
            del sys.modules[module]
