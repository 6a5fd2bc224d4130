"""What kind of picture a slice is, by what its header states: an ordinary CT image, or something made from one.

A projection, a spectral result or a map can be stored as an axial CT image in "HU" without being one. Sources of the
words: PS3.3 C.8.16.1.3 and C.8.16.1.4 (ImageType value 3 and 4 of Enhanced CT), C.8.2.1.1.1 (multi-energy CT, from
Supplement 188), C.8.15.2.2.2 (VolumeBasedCalculationTechnique), PS3.16 CID 7203 (derivation codes), and what Siemens
("CSA MIP", "PROJECTION IMAGE"), GE ("REFORMATTED\\AVERAGE", "SCREEN SAVE"), Philips ("MonoE", "DOSE_INFO") and Canon
write besides. What stays ordinary: reformats (MPR, REFORMATTED, RESAMPLED), sums of thin slices ("ADD") and
weighted mixtures of two energies, which are made to look like the usual image.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from desktop.messages import Message, message

Statement = tuple[str, str]
"""An attribute's keyword and one of its values."""


@dataclass(frozen=True)
class Kind:
    """What an image is if it is not an ordinary CT image.

    Attributes:
        name: in the plural, for "The images are ...".
        stated: the header entry that says so, for example "ImageType MIP".
        certain: False if the words may also describe an ordinary image.
    """

    name: Message
    stated: str
    certain: bool


_MINIMUM = message("minimum intensity projections")
_MAXIMUM = message("maximum intensity projections")
_AVERAGE = message("average intensity projections")
_PROJECTION = message("projections of several slices")
_RENDERING = message("renderings of a volume or surface")
_CURVED = message("curved reformats")
_REMOVED = message("images with a material removed (virtual non-contrast)")
_MONOENERGETIC = message("virtual monoenergetic images")
_ELECTRON_DENSITY = message("electron density images")
_ATOMIC_NUMBER = message("effective atomic number images")
_FRACTION = message("material fraction images")
_MODIFIED = message("images with the values of a material modified")
_MATERIAL = message("material images, such as an iodine map")
_PERFUSION = message("perfusion maps")
_SUBTRACTION = message("subtraction images")
_ARITHMETIC = message("results of pixel arithmetic")
_QUANTITY = message("maps of a measured quantity")
_SEGMENTATION = message("segmented or masked images")
_DOSE = message("a dose report or dose distribution")
_SCREEN = message("images of a screen")

_TELLING: dict[Message, str] = {
    _MINIMUM: r"\w*MINI?M?IP\w*|MIN(IMUM)? I(NTENSITY )?P\w*|MNIP|MINIMUM( PROJ\w*)?",
    _MAXIMUM: r"\w*MIPS?\d*|MIP[A-Z]*|MAX ?IP|MAX(IMUM)? I(NTENSITY )?P\w*|MAXIMUM( PROJ\w*)?",
    _AVERAGE: r"AVERAGED?|AVG|AVE|AV ?IP|AIP|MEAN|RAY ?SUM",
    _CURVED: r"CURVED( ?MPR)?|CPR|STRAIGHTENED|DISTORTED",
    _RENDERING: r"VRT?|SSD|VOLUME ?REND\w*|SURFACE ?REND\w*|SHADED SURFACE\w*|CINEMATIC",
    _PROJECTION: r"PROJECTIONS?",
    _REMOVED: r"VNCA?|VNU|VIRTUAL (NON|UN)\w*|MAT REMOVED|(IODINE|CALCIUM) (REMOVED|FREE|SUPPRESS\w*)|CA ?SUPP\w*",
    _MONOENERGETIC: r"VMIS?|MONO(E|PLUS|ENERG\w*|CHROM\w*)?|\d+ ?KEV|KEV",
    _ELECTRON_DENSITY: r"ELECTRON ?DENS\w*|EDENS\w*|DIRECT ?DENS\w*|RHO( ?Z)?|RHOZ|EDW?",
    _ATOMIC_NUMBER: r"EFF ATOMIC NUM|Z ?EFF\w*|EFF(ECTIVE)? ?(Z|ATOMIC)\w*",
    _FRACTION: r"MAT FRACTIONAL",
    _MODIFIED: r"MAT MODIFIED|MAT VALUE BASED|OPTIM\w+ CONTRAST",
    _MATERIAL: r"MAT SPECIFIC|MATERIAL( DENS\w*)?|MD|IODINE|CALCIUM(?! SCOR)|HAP|URIC ?ACID|GADOLINIUM|OVERLAY|SBI",
    _PERFUSION: r"R?CBF|R?CBV|R?MTT|TTP|TTD|TTS|T ?MAX|PBV|PENUMBRA|PERMEABILITY|FLOW EXTRACT\w*",
    _SUBTRACTION: r"SUBTRACT\w*|SUB|DSA",
    _ARITHMETIC: r"ADDITION|DIVISION|MULTIPLICATION|STD DEVIATION",
    _QUANTITY: r"QUANTITY",
    _SEGMENTATION: r"SEG|SEGMENT\w*|MASK\w*|LABEL ?MAP|(DE )?BONE ?(LESS|REMOV\w*)",
    _DOSE: r"(RT)?(?<!LOW )DOSE",
    _SCREEN: r"SCREEN ?(SAVE|SHOT|CAPTURE|GRAB)|CAPTURE|SNAPSHOT|PATIENT INFO",
}
"""Words in ImageType and VolumeBasedCalculationTechnique, normalised by `_words`; the first match counts."""

_TELLING_IN_TEXT: dict[Message, str] = {
    _REMOVED: r"VNCA?|VIRTUAL (NON ?(ENHANCED|CONTRAST|CALCIUM)|UNENHANCED)|(IODINE|CALCIUM) (REMOVED|SUPPRESSED)",
    _MONOENERGETIC: r"\d{2,3} ?KEV|MONO ?(E|PLUS|ENERG\w*|CHROM\w*)|VMI",
    _ELECTRON_DENSITY: r"(RELATIVE )?ELECTRON DENSITY|DIRECT ?DENSITY",
    _ATOMIC_NUMBER: r"Z ?EFF(ECTIVE)?|EFFECTIVE (Z|ATOMIC NUMBER)|RHO Z",
    _MATERIAL: r"IODINE (MAP|OVERLAY|DENSITY|IMAGE|ONLY|NO WATER|WATER)|MATERIAL DENSITY",
}
"""Words in a description that always mean a spectral result."""

_DOUBTFUL_IN_TEXT: dict[Message, str] = {
    _MINIMUM: r"MIN ?IP|MINIMUM INTENSITY\w*( PROJECTION)?",
    _MAXIMUM: r"MIPS?|MAXIMUM INTENSITY( PROJECTION)?",
    _AVERAGE: r"AVERAGE INTENSITY( PROJECTION)?|AIP",
    _RENDERING: r"VRT|VOLUME REND\w*",
    _CURVED: r"CURVED( MPR)?",
    _PERFUSION: r"R?CBF|R?CBV|MTT|TTP|T ?MAX",
    _SUBTRACTION: r"SUBTRACTION",
    _SEGMENTATION: r"SEGMENTATION",
    _DOSE: r"DOSE (REPORT|INFO|MAP)",
}
"""Words that decide in a derived image only; an original may be named after its purpose ("thin for MIP")."""

_SOURCE_OF_IT = re.compile(r"\b(FOR|SOURCE|WITHOUT|NO)\b")

_CODES = {
    "113042": _ARITHMETIC, "113046": _ARITHMETIC, "113047": _SEGMENTATION, "113048": _MAXIMUM, "113049": _AVERAGE,
    "113051": _MINIMUM, "113053": _ARITHMETIC, "113062": _SUBTRACTION, "113073": _CURVED, "113074": _RENDERING,
    "113075": _RENDERING, "113076": _SEGMENTATION, "113077": _SEGMENTATION, "113078": _MAXIMUM, "113079": _MINIMUM,
    "129104": _PERFUSION,
}  # fmt: skip
"""DCM codes of CID 7203. Left out: reformats, resampling, filters, stitching, lossy compression, weighted energies."""

_LOCALIZER = re.compile(r"\b(LOCALI[SZ]ER|SCOUT|TOPOGRAM|SURVIEW|SCANOGRAM)\b")


def is_localizer(image_type: Iterable[str]) -> bool:
    """Whether ImageType names a localizer, in the words of the standard or of a vendor."""
    return any(_LOCALIZER.search(_words(value)) for value in image_type)


@lru_cache(maxsize=4096)
def kind_of(
    image_type: tuple[str, ...], statements: tuple[Statement, ...], texts: tuple[Statement, ...]
) -> Kind | None:
    """The kind of an image, or None for an ordinary CT image as far as the header says.

    Args:
        image_type: all values of ImageType or FrameType; the kind is in those from the third on.
        statements: other attributes with defined terms or codes.
        texts: free texts, such as SeriesDescription.
    """
    derived = not image_type or image_type[0].strip().upper() != "ORIGINAL"
    for attribute, value in (*(("ImageType", value) for value in image_type[2:]), *statements):
        if name := _kind_stated_by(attribute, value):
            return Kind(name, f"{attribute} {_shown(value)}", certain=True)
        if attribute == "ImageType" and re.search(r"\bPERFUSION\b", _words(value)):
            # Value 3 of a perfusion map, but also of the time series from which it is computed.
            return Kind(_PERFUSION, f"{attribute} {_shown(value)}", certain=derived)
    for attribute, text in texts:
        words = _words(text)
        if name := _first(_TEXT_PATTERNS, words):
            return Kind(name, attribute, certain=True)
        if name := _first(_DOUBTFUL_PATTERNS, words):
            return Kind(name, attribute, certain=derived and not _SOURCE_OF_IT.search(words))
    return None


def _kind_stated_by(attribute: str, value: str) -> Message | None:
    if attribute == "DerivationCodeSequence":
        return _CODES.get(value)
    if attribute == "MonoenergeticEnergyEquivalent":
        return _MONOENERGETIC
    return _first(_PATTERNS, _words(value))


def _first(patterns: dict[Message, re.Pattern[str]], words: str) -> Message | None:
    return next((name for name, pattern in patterns.items() if pattern.search(words)), None)


def _words(value: str) -> str:
    """A value in capitals, with every other character than letters and digits as a blank: "MIN_IP" becomes "MIN IP"."""
    return " ".join(re.split(r"[\W_]+", value.upper())).strip()


def _shown(value: str) -> str:
    return value[:40]


def _compiled(table: dict[Message, str]) -> dict[Message, re.Pattern[str]]:
    return {name: re.compile(rf"\b({pattern})\b") for name, pattern in table.items()}


_PATTERNS, _TEXT_PATTERNS, _DOUBTFUL_PATTERNS = map(_compiled, (_TELLING, _TELLING_IN_TEXT, _DOUBTFUL_IN_TEXT))
