"""manifest.json: everything about a bundle that the application must not guess."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from desktop.errors import InstallationUnsound

SCHEMA = "clivus-bundle/1"


class BundleUnsound(InstallationUnsound):
    """A bundle that is missing, incomplete, changed or not for this version."""


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


@dataclass(frozen=True)
class SelfTest:
    """A procedural crop and its known answer: the crop is `selftest.procedural_crop(size, seed)`."""

    seed: int
    logit: float
    map: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Manifest:
    """The bundle's description.

    Attributes:
        id, version: the bundle's name and version.
        sha256: of model.onnx.
        intended_use: "demonstration" or "research".
        window_level, window_width: what the graph applies, in HU; for display only.
        crop_size: pixels along a side of the graph's input.
        map_stride: crop pixels from one feature-map cell's centre to the next; cell 0 is centred on pixel 0.
        roi_area_cm2, roi_landmarks: how the rectangle is drawn; landmarks by edge (front, back, sides).
        threshold, cutoff_slices: a slice is positive at this probability, a case at this run.
        slice_thickness_mm: (least, most) allowed.
        contrast_phases: those trained on, "plain" and "contrast".
        cohort: the training cohort in numbers.
        metrics: measured on cases the model never saw.
        fingerprints: SHA-256 of data, split and configuration.
        weights: origin and licence of the weights training began with, and of these.
        tools: tool versions.
        self_test: the known answer.
    """

    id: str
    version: str
    sha256: str
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

    def save(self, path: Path) -> None:
        """Write manifest.json."""
        text = json.dumps({"schema": SCHEMA, **asdict(self)}, indent=2)
        path.write_text(text + "\n", encoding="utf-8")

    @staticmethod
    def load(path: Path) -> Manifest:
        """Read manifest.json.

        Raises:
            BundleUnsound: there is none, or it is not of this schema.
        """
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise BundleUnsound(
                f"The model's description {path} cannot be read ({error}): install Clivus or the model again."
            ) from None
        try:
            schema = data.pop("schema")
            if schema != SCHEMA:
                raise BundleUnsound(
                    f"The model's description {path} has schema {schema!r}, {SCHEMA!r} is expected: "
                    "use a model made for this version."
                )
            test = data.pop("self_test")
            return Manifest(
                **{
                    **data,
                    "slice_thickness_mm": tuple(data["slice_thickness_mm"]),
                    "contrast_phases": tuple(data["contrast_phases"]),
                    "metrics": tuple(Metric(**metric) for metric in data["metrics"]),
                    "self_test": SelfTest(test["seed"], test["logit"], tuple(tuple(row) for row in test["map"])),
                }
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise BundleUnsound(
                f"The model's description {path} is not complete ({error}): install Clivus or the model again."
            ) from None
