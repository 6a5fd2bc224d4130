"""manifest.json: everything about a bundle that the application must not guess."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from desktop.errors import InstallationUnsound

SCHEMA = "clivus-bundle/1"

_LARGEST_WHOLE = 4096


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

    def _require_sense(self, path: Path) -> None:
        """Refuse values with which every case would get the same verdict, or none."""
        whole = {"cutoff_slices": self.cutoff_slices, "crop_size": self.crop_size, "map_stride": self.map_stride}
        wrong = [name for name, value in whole.items() if type(value) is not int or not 1 <= value <= _LARGEST_WHOLE]
        wrong += [] if 0 < float(self.threshold) < 1 else ["threshold"]
        wrong += [] if self.intended_use in ("demonstration", "research") else ["intended_use"]
        wrong += [] if isinstance(self.sha256, str) else ["sha256"]
        if wrong:
            raise BundleUnsound(
                f"The model's description {path} holds an impossible {wrong[0]}: use a model made for this version."
            )

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
            manifest = Manifest(
                **{
                    **data,
                    "slice_thickness_mm": tuple(data["slice_thickness_mm"]),
                    "contrast_phases": tuple(data["contrast_phases"]),
                    "metrics": tuple(Metric(**metric) for metric in data["metrics"]),
                    "self_test": SelfTest(test["seed"], test["logit"], tuple(tuple(row) for row in test["map"])),
                }
            )
            manifest._require_sense(path)
            return manifest
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise BundleUnsound(
                f"The model's description {path} is not complete ({error}): install Clivus or the model again."
            ) from None
