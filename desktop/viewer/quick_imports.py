"""Importing what a window is made of in four fifths of the time."""

from __future__ import annotations

import builtins
import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quick_imports() -> Iterator[None]:
    """Leave out what others do beside each import inside the block, and to no use here.

    PySide reads the source of every module that is imported, in case it asks for Python names of Qt's functions
    (`from __feature__ import snake_case`): a tenth of the time. Python looks for garbage again and again among what was
    imported, all of which stays: up to 50 ms each time.
    """
    import_with_features, collecting = builtins.__import__, gc.isenabled()
    builtins.__import__ = getattr(builtins, "__orig_import__", import_with_features)  # PySide's name for Python's own
    gc.disable()
    try:
        yield
    finally:
        builtins.__import__ = import_with_features
        if collecting:
            gc.enable()
