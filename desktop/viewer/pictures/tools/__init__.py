"""The tools: one file each, named as its row in the table of shortcuts, with an `items(view, plane)` for every view."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from desktop.viewer.pictures.graphics import Item, PlaneView
from desktop.viewer.pictures.planes import Plane


def tool_items(view: PlaneView, plane: Plane) -> Iterator[Item]:
    """What all tools lay over a view."""
    for file in iter_modules(__path__):
        yield from import_module(f"{__name__}.{file.name}").items(view, plane)
