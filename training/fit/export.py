"""From a complete run to a bundle."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np

from desktop.files import new_folder, require_new
from desktop.inference.crop import CROP_SIZE
from desktop.inference.manifest import Manifest, Pictures
from desktop.inference.selftest import procedural_crop
from desktop.learning.bundle_files import finish, require_id
from desktop.learning.card_parts import StatedFigures
from desktop.learning.chance import COIN, NotShown, doubtful, near_chance
from desktop.learning.cohort.population import PHANTOMS
from desktop.messages import message
from training.fit.record import Run, RunRefused
from training.fit.run_card import run_card
from training.model.bundle import SELF_TEST_SEED, Particulars, describe, write_model
from training.model.tools import tool_versions

CHECKED_CROPS = 4
"""Procedural crops, besides the self-test's, on which graph and network are compared."""


@dataclass(frozen=True)
class Edition:
    """What a bundle says that its run does not know.

    Attributes:
        id: in every result.
        licence: of the model.
        command: that made it.
        despite: whether a model that was not shown to be better than chance is exported, marked as one for ever.
    """

    id: str
    licence: str = "for the owner of the training cohort to state"
    command: str = "clivus-train fit, then clivus-train export"
    despite: bool = False


def export_run(run: Run, out: Path, edition: Edition, figures: StatedFigures | None = None) -> Manifest:
    """Write a run's network as a bundle; the folder appears when all of it is there.

    Args:
        figures: of an evaluation of this run; card and manifest state them beside those of internal validation.

    Raises:
        WrongUse: `out` exists and is not an empty folder, or the name cannot be an id.
        NotShown: training did not show that it is better than chance.
        RunRefused: the run learned from crops of another size, or tells nothing about its cohort; or the figures are
            another model's.
        ExportUnfaithful: the graph does not answer as the network does.
        NotWritten: the medium fails; nothing is left then.
    """
    require_new(out)
    known = _particulars(run, require_id(edition.id), edition.licence)
    if known.near_chance and not edition.despite:
        raise _not_shown(run)
    if figures is not None:
        known = replace(known, metrics=(*known.metrics, *figures.metrics))
    network = run.network()
    with new_folder(out) as folder:
        seeds = range(SELF_TEST_SEED + 1, SELF_TEST_SEED + 1 + CHECKED_CROPS)
        write_model(folder, network, np.stack([procedural_crop(CROP_SIZE, seed) for seed in seeds]))
        manifest = describe(folder, known)
        if figures is not None and figures.sha256 != manifest.sha256:
            raise RunRefused(
                message(
                    "The evaluation is of another model than the run in {folder}: evaluate this run, and export it "
                    "then.",
                    folder=run.folder,
                )
            )
        return finish(folder, manifest, run_card(manifest, run, edition.command, figures))


def _not_shown(run: Run) -> NotShown:
    return NotShown(
        message(
            "The run in {folder} was not shown to be better than chance, for an exact interval by patient does not lie "
            "above {coin:g} ({rates}): add patients, or export it with --despite, which marks the model for ever.",
            folder=run.folder,
            rates=doubtful(run.metrics),
            coin=COIN,
        )
    )


def _particulars(run: Run, name: str, licence: str) -> Particulars:
    if run.crop_size != CROP_SIZE:
        raise RunRefused(
            message(
                "The run in {folder} learned from crops of {crop_size} pixels, Clivus cuts {expected}: fit it again "
                "with `clivus-train fit`.",
                folder=run.folder,
                crop_size=run.crop_size,
                expected=CROP_SIZE,
            )
        )
    cohort = run.cohort
    try:
        use: Literal["demonstration", "research"] = "demonstration" if cohort["kind"] == PHANTOMS else "research"
        least, most = cohort["slice_thickness_mm"]
        return Particulars(
            id=name,
            intended_use=use,
            cutoff=run.decision.cutoff,
            averaging=run.decision.averaging,
            near_chance=near_chance(run.metrics),
            slice_thickness_mm=(float(least), float(most)),
            contrast_phases=tuple(cohort["contrast_phases"]),
            cohort={
                "kind": cohort["kind"],
                "training": run.numbers["train"],
                **({"validation": run.numbers["validation"]} if "validation" in run.numbers else {}),
                "test": cohort["test"],
                "phase_not_stated": cohort["phase_not_stated"],
                "watched": cohort["watched"],
                "fold": cohort["fold"],
                **{name: cohort[name] for name in ("licence", "labels_from") if cohort.get(name)},
            },
            metrics=run.metrics,
            fingerprints={**run.fingerprints, "cohort": cohort["fingerprint"], "whole split": cohort["split"]},
            origin=run.origin,
            licence=licence,
            tools=_tools(run),
            pictures=_pictures(cohort.get("pictures")),
            maps=run.maps,
            reference=run.reference,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise RunRefused(
            message(
                "The run in {folder} does not say what it was trained on ({error}): fit it again with `clivus-train "
                "fit`.",
                folder=run.folder,
                error=error,
            )
        ) from None


def _pictures(measured: dict[str, list[float]] | None) -> Pictures | None:
    if measured is None:
        return None
    (quiet, noisy), (sharp, blurred) = measured["noise_hu"], measured["edge_width_mm"]
    return Pictures((float(quiet), float(noisy)), (float(sharp), float(blurred)))


def _tools(run: Run) -> dict[str, str]:
    """The fit's own tools, and those of the export for the graph."""
    now, fitted = tool_versions(), run.environment[-1]["tools"] if run.environment else {}
    return {**now, **fitted, **{name: now[name] for name in ("onnx", "onnxruntime")}}
