"""manifest.json: everything about a bundle that the application must not guess, each value within its limits."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal, cast

from desktop.errors import InstallationUnsound
from desktop.fields import Fields, Unfit, as_text, name_in
from desktop.imaging.windowing import Window
from desktop.inference.averaging import Averaging
from desktop.inference.familiarity import Limits
from desktop.inference.maps import Localisation, MapFacts
from desktop.messages import message
from desktop.reading.landmarks import POSSIBLE_CM2, RoiGuidance
from desktop.reading.run import Cutoff
from desktop.strict_json import NotStrict, from_json, to_json

SCHEMA = "clivus-bundle/2"
FORMER_SCHEMA = "clivus-bundle/1"
"""Schema 1: without `files` and `pictures`; only the model is listed, by `sha256`."""

MODEL_FILE = "model.onnx"
CARD_FILE = "MODEL_CARD.md"
REFERENCE_FILE = "reference.npz"
HEAD_FILE = "head.bin"
PARTS = (MODEL_FILE, CARD_FILE)
"""The files that every manifest lists. A part that this version does not use is refused, not ignored."""

OPTIONAL_PARTS = (REFERENCE_FILE, HEAD_FILE)
"""The reference comes with limits of familiarity; the final layer, where it is not the graph's own."""

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
ID_DESCRIBED = message("1 to 64 letters, digits, dots, hyphens and underscores, a letter or digit first")
"""The bundle id is shown on the screen and may become the name of a folder on any system."""

_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+_-]{0,31}")

THRESHOLDS = (0.01, 0.99)
"""Beyond these, rounding would decide: a probability may differ from the sigmoid of its logit by 1e-4
(desktop.inference.graph). The paper's threshold is 0.5; thresholds chosen in other studies for sensitivity or
specificity lie from 0.05 to 0.95."""

THICKNESSES_MM = (0.2, 10.0)
"""From photon-counting CT (0.2 mm) to the thickest slices ever used for heads."""

LONGEST_RUN_MM = 60.0
"""mm. A cut-off whose run of the thinnest slices is longer could never be reached: the base of the sphenoid sinus and
the lower end of the clivus are about 45 mm apart."""

CUTOFFS_MM = (0.2, LONGEST_RUN_MM)
"""A run of less tissue than the thinnest slice has is any run."""

SMOOTHING = (0.01, 1 / 3)
"""Share of a neighbour's logit: with more than a third a slice would count less than each of its neighbours."""

LARGEST_SHIFT = 4
"""A crop may be shifted by this part of its side, a quarter, where training has cut out the margin for it."""

RATES = ("sensitivity", "specificity")

LEVELS_HU, WIDTHS_HU = (-1024.0, 3071.0), (1.0, 4096.0)
"""Limits of the window: the range of 12-bit CT."""

CROP_SIZES = (32, 1024)
"""Pixels. The network's 224 come from a rectangle of about 100 pixels in the slice."""

NOISE_HU, EDGE_WIDTH_MM = (0.0, 200.0), (0.0, 20.0)
"""Head CT has 3 to 30 HU, and edges of 0.5 to 2 mm."""

LOGITS = (-1000.0, 1000.0)
"""Limit for the logit of the self-test; at 17 the float32 sigmoid is already 1."""

FIGURES = (-1000.0, 1000.0)
"""Limit for metrics: mostly proportions, some differences or mm."""

_LEFT_OUT = ("familiarity", "maps", "cutoff_mm", "smoothing", "shift_px", "near_chance", "made_on", "learned_from")
"""Fields that are not written where a bundle has nothing of the kind."""

_PHASES = ("plain", "contrast")
_USES = ("demonstration", "research")
_UNITS = ("slice", "series", "patient")
_EDGES = ("front", "back", "sides")
_WEIGHTS = ("origin", "origin_licence", "licence")

LONGEST_ORIGIN = 2000
"""Characters. A backbone tells what its own first weights were, and those theirs."""

SCORES = (0.0, 1000.0)
"""Of familiarity: 1 is the 95th percentile of the training's patients in one view."""

NEIGHBOURS = (1, 1000)

MAP_SCALES = (0.001, 1000.0)
"""Log-odds per cm²; the network 0.1.0 has about 1."""

OFFSETS_MM = (-100.0, 100.0)

MOST_CASES = 20_000
"""That a model may have learned from: more would not go into a manifest's megabyte."""

_DIGEST = re.compile(r"[0-9a-f]{32}")
_DIGEST_DESCRIBED = message("32 digits from 0 to f")

_MOST_COUNTED = 10**9
_COHORT_LEVELS = 3
"""Nesting of the cohort's numbers: side, kind of number, and one level in reserve."""


class BundleUnsound(InstallationUnsound):
    """A bundle that is missing, incomplete, changed, or not for this version."""


@dataclass(frozen=True)
class Metric:
    """One figure with its unit ("slice", "series" or "patient") and its 95 % interval."""

    name: str
    unit: Literal["slice", "series", "patient"]
    value: float
    low: float
    high: float
    method: str
    numbers: str

    @staticmethod
    def of(fields: Fields) -> Metric:
        """From a file.

        Raises:
            Unfit: a value makes no sense.
        """
        metric = Metric(
            name=fields.text("name"),
            unit=cast(Literal["slice", "series", "patient"], fields.one_of("unit", _UNITS)),
            value=fields.number("value", *FIGURES),
            low=fields.number("low", *FIGURES),
            high=fields.number("high", *FIGURES),
            method=fields.text("method"),
            numbers=fields.text("numbers"),
        )
        fields.close()
        if not metric.low <= metric.value <= metric.high:
            raise Unfit(message("of metrics, {name} lies outside its own interval", name=metric.name))
        return metric


@dataclass(frozen=True)
class SelfTest:
    """A procedural crop and its known answer: the crop is `selftest.procedural_crop(size, seed)`."""

    seed: int
    logit: float
    map: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Pictures:
    """Image quality of the training CTs, as measured: (lowest, highest) noise and edge width."""

    noise_hu: tuple[float, float]
    edge_width_mm: tuple[float, float]


@dataclass(frozen=True)
class LearnedFrom:
    """Cases of a project that a model learned from, so that it is never compared on them.

    Attributes:
        project: the project's id.
        cases: a digest of each, which only the project can tell (`desktop.project.identity.learned_digest`).
    """

    project: str
    cases: tuple[str, ...]


@dataclass(frozen=True)
class Manifest:
    """The bundle's description.

    Attributes:
        id, version: the bundle's name and version.
        files: SHA-256 of each file of the bundle but the manifest itself and a signature over it.
        intended_use: "demonstration" or "research".
        window_level, window_width: what the graph applies, in HU; for display only (`window`).
        crop_size: pixels along a side of the graph's input.
        map_stride: crop pixels from one feature-map cell's centre to the next; cell 0 is centred on pixel 0.
        roi_area_cm2, roi_landmarks: how the ROI is drawn; landmarks by edge (front, back, sides) (`roi`).
        threshold, cutoff_slices: a slice is positive at this probability, a case at this run (`cutoff`).
        slice_thickness_mm: (smallest, largest) allowed.
        contrast_phases: those trained on, "plain" and "contrast".
        cohort: the training cohort in numbers.
        metrics: measured on cases that the model was not trained on.
        fingerprints: SHA-256 of data, split and configuration.
        weights: origin and licence of the initial weights, and licence of the trained ones.
        tools: tool versions.
        self_test: the known answer.
        pictures: image quality of the training CTs; None if it was not measured.
        familiarity: from which score a case is unlike the training; None if the bundle has no reference.
        maps: scale and localisation of its maps; None if they were not measured.
        cutoff_mm: the tissue that the run must cover as well; None where the number of slices alone counts.
        smoothing, shift_px: what is averaged before a slice is called; None for nothing (`averaging`).
        near_chance: rates that training did not show to be better than chance, in a model exported all the same.
        made_on: the day it was made; None where it does not say.
        learned_from: cases of a project; None where it did not learn from one, or does not say.
    """

    id: str
    version: str
    files: Mapping[str, str]
    intended_use: Literal["demonstration", "research"]
    window_level: float
    window_width: float
    crop_size: int
    map_stride: int
    roi_area_cm2: float
    roi_landmarks: dict[str, str]
    threshold: float
    cutoff_slices: int
    slice_thickness_mm: tuple[float, float]
    contrast_phases: tuple[str, ...]
    cohort: dict[str, Any]
    metrics: tuple[Metric, ...]
    fingerprints: dict[str, str]
    weights: dict[str, str]
    tools: dict[str, str]
    self_test: SelfTest
    pictures: Pictures | None = None
    familiarity: Limits | None = None
    maps: MapFacts | None = None
    cutoff_mm: float | None = None
    smoothing: float | None = None
    shift_px: int | None = None
    near_chance: tuple[str, ...] = ()
    made_on: date | None = None
    learned_from: LearnedFrom | None = None

    @property
    def cutoff(self) -> Cutoff:
        """When a slice and when a case is positive."""
        return Cutoff(self.cutoff_slices, self.threshold, self.cutoff_mm)

    @property
    def averaging(self) -> Averaging:
        """How the answers for a slice are combined."""
        return Averaging(self.smoothing or 0.0, self.shift_px or 0)

    @property
    def called(self) -> str:
        """Id and version, by which people know the model."""
        return f"{self.id} {self.version}"

    @property
    def sha256(self) -> str:
        """By which results name the model: of model.onnx, or, where a final layer lies beside it, of both sums."""
        if HEAD_FILE not in self.files:
            return self.files[MODEL_FILE]
        return hashlib.sha256((self.files[MODEL_FILE] + self.files[HEAD_FILE]).encode("ascii")).hexdigest()

    @property
    def window(self) -> Window:
        """What the graph applies, in HU."""
        return Window(self.window_level, self.window_width)

    @property
    def roi(self) -> RoiGuidance:
        """How the ROI is drawn for this model."""
        return RoiGuidance(self.roi_area_cm2, **self.roi_landmarks)

    @property
    def map_cells(self) -> int:
        """Cells of a feature map along a side: one every `map_stride` pixels, the first on pixel 0."""
        return cells_along(self.crop_size, self.map_stride)

    def text(self) -> str:
        """The content of manifest.json."""
        fields = asdict(self)
        # In one order, so that a bundle described anew is the same one.
        fields["files"] = {name: self.files[name] for name in (*PARTS, *OPTIONAL_PARTS) if name in self.files}
        sha256 = self.files[MODEL_FILE]
        start = {"schema": SCHEMA, "id": fields.pop("id"), "version": fields.pop("version"), "sha256": sha256}
        fields["made_on"] = None if self.made_on is None else self.made_on.isoformat()
        for name in _LEFT_OUT:
            if not fields[name]:
                del fields[name]
        return to_json(start | fields) + "\n"

    @staticmethod
    def read(raw: bytes, called: str) -> Manifest:
        """Read the content of manifest.json.

        Args:
            called: its path, for messages.

        Raises:
            BundleUnsound: it is not strict JSON, or a value is invalid.
        """
        try:
            return _manifest(Fields(from_json(raw)))
        except (NotStrict, Unfit) as error:
            raise BundleUnsound(
                message(
                    "The model's description {place} cannot be used, because {reason}: get the model again from its "
                    "maker, or install Clivus again.",
                    place=called,
                    reason=error.message,
                )
            ) from None


def cells_along(crop_size: int, map_stride: int) -> int:
    """Cells of a feature map along a side of a crop."""
    return -(-crop_size // map_stride)


def _manifest(fields: Fields) -> Manifest:
    schema = fields.one_of("schema", (SCHEMA, FORMER_SCHEMA))
    thickness = fields.interval("slice_thickness_mm", *THICKNESSES_MM)
    crop_size = fields.whole("crop_size", *CROP_SIZES)
    map_stride = fields.whole("map_stride", 1, crop_size)
    manifest = Manifest(
        id=fields.name("id", ID, ID_DESCRIBED),
        version=fields.name("version", _VERSION, message("1 to 32 letters, digits, dots, hyphens and plus signs")),
        files=_files(fields, schema),
        intended_use=cast(Literal["demonstration", "research"], fields.one_of("intended_use", _USES)),
        window_level=fields.number("window_level", *LEVELS_HU),
        window_width=fields.number("window_width", *WIDTHS_HU),
        crop_size=crop_size,
        map_stride=map_stride,
        roi_area_cm2=fields.number("roi_area_cm2", *POSSIBLE_CM2),
        roi_landmarks=_landmarks(fields.part("roi_landmarks")),
        threshold=fields.number("threshold", *THRESHOLDS),
        cutoff_slices=fields.whole("cutoff_slices", 1, int(LONGEST_RUN_MM / thickness[0])),
        slice_thickness_mm=thickness,
        contrast_phases=fields.some_of("contrast_phases", _PHASES),
        cohort=_cohort(fields.part("cohort")),
        metrics=tuple(map(Metric.of, fields.parts("metrics"))),
        fingerprints=_fingerprints(fields.part("fingerprints")),
        weights=fields.texts("weights", _WEIGHTS, LONGEST_ORIGIN),
        tools=fields.texts("tools"),
        self_test=_self_test(fields.part("self_test"), cells_along(crop_size, map_stride)),
        pictures=_pictures(fields.part("pictures")) if schema == SCHEMA and fields.has("pictures") else None,
        familiarity=_limits(fields.part("familiarity")) if schema == SCHEMA and fields.has("familiarity") else None,
        maps=_maps(fields.part("maps"), crop_size) if schema == SCHEMA and fields.has("maps") else None,
        **(_options(fields, crop_size) if schema == SCHEMA else {}),
    )
    fields.close()
    if (manifest.familiarity is None) != (REFERENCE_FILE not in manifest.files):
        raise Unfit(message("familiarity and {file} belong together", file=REFERENCE_FILE))
    return manifest


def _files(fields: Fields, schema: str) -> dict[str, str]:
    model = fields.sha256("sha256")
    if schema == FORMER_SCHEMA:
        return {MODEL_FILE: model}
    named = fields.part("files")
    names = (*PARTS, *(name for name in OPTIONAL_PARTS if named.has(name)))
    files = {name: named.sha256(name) for name in names}
    named.close()
    if files[MODEL_FILE] != model:
        raise Unfit(message("sha256 and files name two different sums for {file}", file=MODEL_FILE))
    return files


def _landmarks(part: Fields) -> dict[str, str]:
    landmarks = {edge: part.text(edge) for edge in _EDGES}
    part.close()
    return landmarks


def _cohort(part: Fields) -> dict[str, Any]:
    return {"kind": part.text("kind"), **_counted(part, _COHORT_LEVELS)}


def _counted(part: Fields, levels: int) -> dict[str, Any]:
    """Numbers of patients and slices, remarks on them, and nested objects of the same."""
    if levels == 0:
        raise Unfit(message("{field} is nested too deeply", field="cohort"))
    found: dict[str, Any] = {}
    for key in part.names():
        as_text(key, name_in("cohort"))
        value = part.peek(key)
        if isinstance(value, dict):
            found[key] = _counted(part.part(key), levels - 1)
        elif isinstance(value, str):
            found[key] = part.text(key)
        elif value is None:
            found[key] = part.take(key)
        else:
            found[key] = part.whole(key, 0, _MOST_COUNTED)
    return found


def _fingerprints(part: Fields) -> dict[str, str]:
    return {as_text(name, name_in("fingerprints")): part.sha256(name) for name in part.names()}


def _self_test(part: Fields, cells: int) -> SelfTest:
    test = SelfTest(
        seed=part.whole("seed", 0, _MOST_COUNTED),
        logit=part.number("logit", *LOGITS),
        map=part.grid("map", cells, "crop_size and map_stride", 0.0, LOGITS[1]),
    )
    part.close()
    return test


def _pictures(part: Fields) -> Pictures:
    pictures = Pictures(part.interval("noise_hu", *NOISE_HU), part.interval("edge_width_mm", *EDGE_WIDTH_MM))
    part.close()
    return pictures


def _options(fields: Fields, crop_size: int) -> dict[str, Any]:
    """What not every bundle of schema 2 has; a field that is missing keeps its default."""
    readers: dict[str, Callable[[str], Any]] = {
        "cutoff_mm": lambda key: fields.number(key, *CUTOFFS_MM),
        "smoothing": lambda key: fields.number(key, *SMOOTHING),
        "shift_px": lambda key: fields.whole(key, 1, crop_size // LARGEST_SHIFT),
        "near_chance": lambda key: fields.some_of(key, RATES),
        "made_on": lambda key: _day(fields, key),
        "learned_from": lambda key: _learned_from(fields.part(key)),
    }
    return {key: read(key) for key, read in readers.items() if fields.has(key)}


def _day(fields: Fields, key: str) -> date:
    text = fields.text(key)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unfit(message("{field} must be a day such as 2026-11-27, not {found}", field=key, found=text)) from None


def _learned_from(part: Fields) -> LearnedFrom:
    project = part.name("project", _DIGEST, _DIGEST_DESCRIBED)
    cases = part.words("cases", MOST_CASES)
    part.close()
    if not all(map(_DIGEST.fullmatch, cases)):
        raise Unfit(message("cases of learned_from must each be {digest}", digest=_DIGEST_DESCRIBED))
    return LearnedFrom(project, cases)


def _limits(part: Fields) -> Limits:
    k = part.whole("k", *NEIGHBOURS)
    warn, refuse = part.number("warn", *SCORES), part.number("refuse", *SCORES)
    part.close()
    if warn > refuse:
        raise Unfit(message("of familiarity, warn lies above refuse"))
    return Limits(k, warn, refuse)


def _maps(part: Fields, crop_size: int) -> MapFacts:
    scale = part.number("scale", *MAP_SCALES)
    localisation = _localisation(part.part("localisation"), crop_size) if part.has("localisation") else None
    part.close()
    return MapFacts(scale, localisation)


def _localisation(part: Fields, crop_size: int) -> Localisation:
    sides = (-float(crop_size), float(crop_size))
    found = Localisation(
        rows_px=part.number("rows_px", *sides),
        columns_px=part.number("columns_px", *sides),
        error_px=part.number("error_px", 0.0, 2 * sides[1]),
        rows_mm=part.number("rows_mm", *OFFSETS_MM),
        columns_mm=part.number("columns_mm", *OFFSETS_MM),
        error_mm=part.number("error_mm", 0.0, 2 * OFFSETS_MM[1]),
        patches=part.whole("patches", 1, _MOST_COUNTED),
    )
    part.close()
    return found
