"""A run's folder: what was begun, and what is whole.

run.json             what was asked for and, when "state" is "complete", what was found
configuration.toml   the resolved configuration
split.json           the patients on either side
features/            the cache; may be deleted
checkpoint.pt        see training/fit/checkpoint.py
log.csv, tensorboard/
network.pt           the trained network as a bundle stores it; there before "complete" is
reference.npz        the reference for familiarity, likewise; absent where there are too few patients
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from desktop.checksum import file_sha256
from desktop.errors import InputRefused, WrongUse
from desktop.files import sweep, write_file, write_json, write_text, write_with
from desktop.inference.averaging import Averaging
from desktop.inference.familiarity import Limits, Reference, ReferenceRefused
from desktop.inference.manifest import REFERENCE_FILE, Metric
from desktop.inference.maps import Localisation, MapFacts
from desktop.learning.fit_settings import ConfigurationRefused
from desktop.learning.images import Images
from desktop.messages import message
from desktop.reading.run import Cutoff
from desktop.unwritten import NotWritten
from training.fit.configuration import Configuration, read_configuration
from training.model.network import SkullBaseNetwork, stored_state
from training.model.weights_file import Origin

SCHEMA = "clivus-run/1"
RECORD_FILE = "run.json"
CONFIGURATION_FILE = "configuration.toml"
SPLIT_FILE = "split.json"
NETWORK_FILE = "network.pt"
FEATURES_FOLDER = "features"

_BEGUN, _COMPLETE = "begun", "complete"


class RunRefused(InputRefused):
    """A folder that holds no run, or one that is not complete or not as it was written."""


@dataclass(frozen=True)
class Decided:
    """From answers to calls.

    Attributes:
        slices, threshold, mm: see `desktop.reading.run.Cutoff`.
        smoothing, shift_px: see `desktop.inference.averaging.Averaging`.
        unchosen: a sentence where the rule of the configuration could not be kept, or "".
    """

    slices: int
    threshold: float
    mm: float | None
    smoothing: float
    shift_px: int
    unchosen: str

    @property
    def cutoff(self) -> Cutoff:
        """When a slice and when a case is positive."""
        return Cutoff(self.slices, self.threshold, self.mm)

    @property
    def averaging(self) -> Averaging:
        """What is averaged before a slice is called."""
        return Averaging(self.smoothing, self.shift_px)


@dataclass(frozen=True)
class Run:
    """A complete run.

    Attributes:
        crop_size: pixels along a side of the crops it learned from.
        fingerprints: SHA-256 of data, split, configuration and backbone.
        origin: of the backbone's first weights.
        numbers: the images learned from in numbers, and those of validation where anybody is watched, by "train" and
            "validation".
        cohort: what the caller had to say about the cohort.
        metrics: on held-out patients; which, each says ("folds" or "validation", see `desktop.learning.figures`).
        penalties: tried by `recommended`, with their losses; the one used first.
        environment: of every command that worked on the run: tools, threads, device, processes.
        seconds: of the command that completed it, by step.
        maps: scale and localisation of its maps; None in runs of a version that did not measure them.
        decision: threshold, run and averaging, as given or as chosen.
        averaging: what each averaging changed in the folds.
        reference: what its bundle tells familiar heads by.
        not_computed: figures that these patients do not give, each in a sentence with its reason.
    """

    folder: Path
    configuration: Configuration
    crop_size: int
    fingerprints: dict[str, str]
    origin: Origin
    numbers: dict[str, dict[str, int]]
    cohort: dict[str, Any]
    metrics: tuple[Metric, ...]
    penalties: tuple[dict[str, float], ...]
    environment: tuple[dict[str, Any], ...]
    seconds: dict[str, float]
    decision: Decided
    averaging: tuple[dict[str, Any], ...] = ()
    not_computed: tuple[str, ...] = ()
    maps: MapFacts | None = None
    reference: Reference | None = None

    @staticmethod
    def load(folder: Path) -> Run:
        """Open a complete run.

        Raises:
            RunRefused: there is none, it is not complete, or a part is not as it was written.
        """
        record = _read(folder)
        if record is None:
            raise RunRefused(
                message("There is no run in {folder}: give the folder that `clivus-train fit` wrote.", folder=folder)
            )
        if record.get("state") != _COMPLETE:
            raise RunRefused(
                message(
                    "The run in {folder} is not complete: run the command that began it again, and it continues where "
                    "it stopped.",
                    folder=folder,
                )
            )
        try:
            if file_sha256(folder / NETWORK_FILE) != record["network_sha256"]:
                raise RunRefused(
                    message(
                        "{folder} is not the network that the run ended with: fit it again.",
                        folder=folder / NETWORK_FILE,
                    )
                )
            return Run(
                folder,
                read_configuration(folder / CONFIGURATION_FILE),
                int(record["crop_size"]),
                record["fingerprints"],
                Origin(**record["origin"]),
                record["numbers"],
                record["cohort"],
                tuple(Metric(**metric) for metric in record["metrics"]),
                tuple(record["penalties"]),
                tuple(record["environment"]),
                record["seconds"],
                Decided(**record["decision"]),
                tuple(record["averaging"]),
                tuple(record.get("not_computed", ())),
                _maps(record.get("maps")),
                _reference(folder, record.get("familiarity")),
            )
        except (OSError, KeyError, TypeError, ValueError, ConfigurationRefused, ReferenceRefused) as error:
            raise RunRefused(
                message("The run in {folder} is damaged ({error}): fit it again.", folder=folder, error=error)
            ) from None

    def network(self) -> SkullBaseNetwork:
        """The trained network, rounded as a bundle stores it, ready for `training.model.onnx_export.export`.

        Raises:
            RunRefused: the file cannot be read.
        """
        path = self.folder / NETWORK_FILE
        try:
            stored = torch.load(path, map_location="cpu", weights_only=True)
            network = SkullBaseNetwork()
            network.load_state_dict(stored)  # into float32, without loss
        except (OSError, RuntimeError, EOFError, ValueError, KeyError, pickle.UnpicklingError) as error:
            raise RunRefused(
                message(
                    "The network {path} cannot be read ({kind}): fit it again.", path=path, kind=type(error).__name__
                )
            ) from None
        network.requires_grad_(False).eval()
        return network


def _maps(record: dict[str, Any] | None) -> MapFacts | None:
    if record is None:
        return None
    measured = record["localisation"]
    return MapFacts(record["scale"], None if measured is None else Localisation(**measured))


def _reference(folder: Path, limits: dict[str, Any] | None) -> Reference | None:
    return None if limits is None else Reference.read((folder / REFERENCE_FILE).read_bytes(), Limits(**limits))


def is_complete(folder: Path) -> bool:
    """Whether a folder holds a complete run.

    Raises:
        RunRefused: its record cannot be read.
    """
    record = _read(folder)
    return record is not None and record.get("state") == _COMPLETE


def require_place(folder: Path) -> None:
    """Refuse a folder in which a run can neither be begun nor be gone on with, before time is spent on it.

    Raises:
        WrongUse: it holds a complete run, or something else.
        RunRefused: its record cannot be read.
    """
    _begun(folder)


def begin(
    folder: Path,
    configuration: Configuration,
    images: Mapping[str, Images],
    fingerprints: dict[str, str],
    origin: Origin,
    cohort: Mapping[str, Any],
    environment: dict[str, Any],
) -> dict[str, Any]:
    """Begin a run in a new or empty folder, or go on with the one that was begun there; returns its record.

    Raises:
        WrongUse: the folder holds a complete run, or something else.
        RunRefused: what was begun there is another run.
        NotWritten: the folder cannot be written to.
    """
    record = _begun(folder)
    if record is None:
        record = {
            "schema": SCHEMA,
            "state": _BEGUN,
            "crop_size": images["train"].crop_size,
            "fingerprints": fingerprints,
            "origin": vars(origin),
            "numbers": {side: one.numbers() for side, one in images.items()},
            "cohort": dict(cohort),
            "environment": [],
        }
    theirs = record.get("fingerprints")
    for name, ours in fingerprints.items():
        if not isinstance(theirs, dict) or theirs.get(name) != ours:
            raise RunRefused(
                message(
                    "{folder} holds a run that was begun with another {name}: give the same one again to continue it, "
                    "or name a new folder.",
                    folder=folder,
                    name=name,
                )
            )
    record["environment"] = [*record.get("environment", []), environment]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotWritten(folder, error) from None
    write_json(folder / RECORD_FILE, record)
    write_text(folder / CONFIGURATION_FILE, configuration.text())
    write_json(folder / SPLIT_FILE, {side: sorted(set(one.patient)) for side, one in images.items()})
    return record


def complete(
    folder: Path,
    record: dict[str, Any],
    network: SkullBaseNetwork,
    reference: Reference | None,
    results: dict[str, Any],
) -> None:
    """Write network and reference, then mark the run as complete.

    Args:
        network: rounded by `training.model.network.round_to_half`.
        results: metrics, penalties, seconds.

    Raises:
        NotWritten: the disk is full; the run stays begun.
    """
    write_with(folder / NETWORK_FILE, lambda stream: torch.save(stored_state(network), stream))
    familiarity = None
    if reference is not None:
        write_file(folder / REFERENCE_FILE, reference.content())
        familiarity = asdict(reference.limits)
    sums = {"network_sha256": file_sha256(folder / NETWORK_FILE), "familiarity": familiarity}
    write_json(folder / RECORD_FILE, {**record, **results, **sums, "state": _COMPLETE})


def _begun(folder: Path) -> dict[str, Any] | None:
    """The record of the run that was begun in a folder; None where the folder is new or empty."""
    record = _read(folder)
    if record is None:
        sweep(folder)  # a kill may have left something before the record was there
        strangers = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
        # Features of another run may be put there before the fit: those that are the same are not computed again.
        strangers = [name for name in strangers if name != FEATURES_FOLDER]
        if strangers or (folder.exists() and not folder.is_dir()):
            raise WrongUse(
                message("{folder} is not the folder of a run: name a new folder for the run.", folder=folder)
            )
    elif record.get("state") == _COMPLETE:
        raise WrongUse(message("{folder} holds a complete run: name a new folder for another one.", folder=folder))
    return record


def _read(folder: Path) -> dict[str, Any] | None:
    """The record of a run's folder; None where there is none."""
    path = folder / RECORD_FILE
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise RunRefused(
            message("{path} cannot be read ({kind}): name another folder.", path=path, kind=type(error).__name__)
        ) from None
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        raise RunRefused(message("{path} is not of the schema {schema}: name a new folder.", path=path, schema=SCHEMA))
    return found
