"""The one module that imports fpdf2, which takes a second.

fpdf2 can fetch pictures from the network, and names the class for that when it is imported. The frozen application has
no ssl, so Python has no such class there; the one without encryption stands in its place. Clivus gives fpdf2 pixels,
never an address.
"""

from __future__ import annotations

from importlib import import_module

_request = import_module("urllib.request")  # fpdf2 imports it in any case
if not hasattr(_request, "HTTPSHandler"):
    setattr(_request, "HTTPSHandler", _request.HTTPHandler)  # noqa: B010

from fpdf import FPDF  # noqa: E402
from fpdf.fonts import TTFFont  # noqa: E402

__all__ = ["FPDF", "TTFFont"]
