"""A cohort of phantoms on disk: DICOM series, readings, table and split."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from desktop.cohort_table import TABLE_FILE
from desktop.csv_text import write_table
from desktop.files import new_folder, require_new
from desktop.learning.cohort.split import arranged_split
from desktop.phantoms import Phantom, write_series
from desktop.phantoms.series_files import instance_uid, series_uid
from desktop.reading.roi import PositionRange, Roi
from desktop.reading.run import Verdict
from desktop.reading.saved import Reading
from training.cohort.composition import PAPER, Composition
from training.cohort.kinds import ONLY_PLAIN, Kinds
from training.cohort.selection import Chosen, choose, series_of_head, slices_of
from training.cohort.survey import read_cohort
from training.work.processes import in_order
from training.work.progress import Progress

SPLIT_FILE = "split.json"

SLICES_AROUND = 3
"""Slices written below and above the range: enough for a reader to see where it ends, and a third of the disk."""


_SEED_COLUMN = "phantom_seed"


@dataclass(frozen=True)
class _Order:
    """One patient to write."""

    patient: Chosen
    folder: Path
    kinds: Kinds


def write_phantom_cohort(
    out: Path, seed: int = 0, workers: int = 1, composition: Composition = PAPER, kinds: Kinds = ONLY_PLAIN
) -> Path:
    """Write a cohort of phantoms; the folder appears when all of it is there.

    `cohort.csv`, `split.json` (training and test as composed, 30 % of training for internal validation), a folder of
    DICOM files for each series under `series`, and its reading under `readings`: the phantom's ROI, range and labels.

    Args:
        seed: which cohort; cohorts of different seeds have no head in common.
        workers: processes that draw; with 1, this one.
        kinds: of the phantoms. Plain and rich heads of one seed have nothing in common either.

    Returns:
        The table.

    Raises:
        WrongUse: `out` exists and is not an empty folder, or there is no cohort of this seed.
        CohortRefused: no phantoms add up to the composition.
        NotWritten: the medium fails; nothing is left then.
    """
    require_new(out)
    patients = choose(composition, seed, workers, kinds)
    with new_folder(out) as folder:
        (folder / "series").mkdir()
        (folder / "readings").mkdir()
        rows = _write_series(patients, folder, workers, kinds)
        write_table(folder / TABLE_FILE, rows)
        cohort = read_cohort(folder)
        split = arranged_split(cohort, [patient.key for patient in patients if patient.side == "test"], seed)
        split.save(folder / SPLIT_FILE)
    return out / TABLE_FILE


def _write_series(patients: Sequence[Chosen], folder: Path, workers: int, kinds: Kinds) -> list[dict[str, str]]:
    progress = Progress("Phantom series", sum(len(patient.head.phases) for patient in patients))
    rows: list[dict[str, str]] = []
    orders = [_Order(patient, folder, kinds) for patient in patients]
    with closing(in_order(_write_patient, orders, workers)) as written:
        for own in written:
            rows += own
            progress.tell(len(rows))
    progress.close(f"{len(rows)} series")
    return rows


def _write_patient(order: _Order) -> list[dict[str, str]]:
    patient, head = order.patient, order.patient.head
    rows = []
    for phantom in series_of_head(head.seed, head.invaded, head.phases, order.kinds):
        phase = "contrast" if phantom.acquisition.contrast else "plain"
        key = f"{patient.key}-{phase}"
        inside = slices_of(phantom)
        part = slice(max(0, inside[0] - SLICES_AROUND), inside[-1] + 1 + SLICES_AROUND)
        write_series(phantom, order.folder / "series" / key, part)
        reading_of(phantom).save(order.folder / "readings" / f"{key}.json")
        rows.append(
            {
                "case": key,
                "patient": patient.key,
                "series": f"series/{key}",
                "reading": f"readings/{key}.json",
                "contrast": phase,
                "pattern": phantom.truth.pattern,
                _SEED_COLUMN: str(head.seed),
            }
        )
    return rows


def reading_of(phantom: Phantom) -> Reading:
    """What a reader who knows the truth would save."""
    truth, inside = phantom.truth, slices_of(phantom)
    return Reading(
        series=series_uid(phantom),
        roi=Roi.everywhere(*truth.roi_px),
        range=PositionRange(*truth.range_mm),
        slice_labels={(str(instance_uid(phantom, index)), 0): truth.slice_invaded[index] for index in inside},
        verdict=Verdict.POSITIVE if truth.invaded else Verdict.NEGATIVE,
        sop_instance_uid=str(instance_uid(phantom, inside[0])),
    )
