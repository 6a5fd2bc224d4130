"""Is a reconstruction kernel a soft-tissue kernel? By what each manufacturer writes into ConvolutionKernel.

Sources: Siemens Somatom Sensation operating instructions (body kernels up to 40 for tissue, 50 and above for higher
sharpness, U70 and above for bone) and D. Zhou, "Siemens CT reconstruction kernels", 2025 (two letters and a resolution
index; a second letter "l" for lung); Matsumoto et al., SPIE Medical Imaging 2007 (GE soft and standard against lung,
bone and bone plus; Philips B and C against D, E and L). GE's detail, edge and ultra, Philips' U and Y filters and
Canon's FC ranges are common knowledge of users without a public document to name; where users disagree (Philips UD, F,
SD; Siemens 50 to 59; Canon outside the ranges below) the kernel counts as unknown, which warns and does not block.

Siemens DirectDensity (Sd with a number: relative electron density, Sm: relative mass density) keeps water and air and
lowers bone to about 60 % of its HU, at any tube voltage (van der Heyden et al., Phys Imaging Radiat Oncol 2017).
"""

from __future__ import annotations

import re
from typing import Literal

Sharpness = Literal["soft", "sharp", "density"]
"""The purpose of a kernel; "density" means that the values are not Hounsfield units."""

_SOFT_WORDS = {"SOFT", "STANDARD", "STD", "STND", "DETAIL", "BRAIN", "SMOOTH", "ROUTINE", "BRAINROUTINE"}
_SHARP_WORDS = {"BONE", "BONEPLUS", "EDGE", "LUNG", "ULTRA", "SHARP", "SHARPPLUS"}
"""GE's names, and plain words that other makers use too (United Imaging's H_SOFT_B, Philips IMR's SharpPlus)."""

_SIEMENS = re.compile(r"[A-Z]([A-Z]?)(\d{2})[A-Z]?")
"""Family, kind, resolution index, speed: H30s, Br40, U70u, Qr59d."""

_DENSITY = re.compile(r"S[DM]\d{2}[A-Z]?")
"""Applied to every manufacturer: no other kernel has such names, and anonymisers blank Manufacturer."""

_SIEMENS_SOFT_BELOW = 50
_SIEMENS_SHARP_FROM = 60

_PHILIPS: dict[str, Sharpness] = {
    **dict.fromkeys(("A", "B", "C", "UA", "UB", "UC"), "soft"),
    **dict.fromkeys(("D", "E", "L", "YA", "YB", "YC", "YD", "YE"), "sharp"),
}

_CANON = re.compile(r"FC(\d{2})")
"""FC and two digits, for every manufacturer; the first digit is the purpose."""

_CANON_SOFT = (range(1, 9), range(11, 19), range(20, 29))
"""Body with and without beam-hardening correction, and head."""

_CANON_SHARP = (range(30, 36), range(50, 60), range(80, 87))
"""Bone; lung; bone and lung at high resolution."""


def sharpness(manufacturer: str, kernel: str) -> Sharpness | None:
    """Whether a kernel is for soft tissue, for bone, lung and edges, or for density; None if unknown."""
    maker = manufacturer.upper()
    # The second value is the strength of iterative reconstruction ("Hr38 3"); "+" and numbers mark variants ("STD+").
    parts = [part for part in re.split(r"[\s_/+-]+", kernel.upper()) if part]
    if not parts:
        return None
    if any(_DENSITY.fullmatch(part) for part in parts) or "DIRECTDENSITY" in "".join(parts):
        return "density"
    if match := _CANON.fullmatch(parts[0]):
        return _in_ranges(int(match[1]))
    if "SIEMENS" in maker and (match := _SIEMENS.fullmatch(parts[0])):
        return _siemens(match[1], int(match[2]))
    if "PHILIPS" in maker and parts[0] in _PHILIPS:
        return _PHILIPS[parts[0]]
    if _SHARP_WORDS.intersection(parts):
        return "sharp"
    return "soft" if _SOFT_WORDS.intersection(parts) else None


def _siemens(kind: str, index: int) -> Sharpness | None:
    if index < _SIEMENS_SOFT_BELOW:
        return "soft"
    return "sharp" if index >= _SIEMENS_SHARP_FROM or kind == "L" else None


def _in_ranges(number: int) -> Sharpness | None:
    if any(number in numbers for numbers in _CANON_SOFT):
        return "soft"
    return "sharp" if any(number in numbers for numbers in _CANON_SHARP) else None
