"""The one module that imports fpdf2, which takes a second.

fpdf2 can fetch pictures from the network, and derives classes for that when it is imported. The frozen application has
no ssl, so Python lacks two of the classes that they derive from; those without encryption stand in their place. Clivus
gives fpdf2 pixels, never an address.
"""

from __future__ import annotations

from importlib import import_module

for _module, _lacking, _instead in (
    ("http.client", "HTTPSConnection", "HTTPConnection"),
    ("urllib.request", "HTTPSHandler", "HTTPHandler"),
):
    _found = import_module(_module)  # fpdf2 imports it in any case
    if not hasattr(_found, _lacking):
        setattr(_found, _lacking, getattr(_found, _instead))

from fpdf import FPDF  # noqa: E402
from fpdf.fonts import TTFFont  # noqa: E402

__all__ = ["FPDF", "TTFFont"]
