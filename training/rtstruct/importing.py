"""From a folder of planning CTs with contours and a table with T stages to a cohort that a reader has to confirm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from desktop.cohort_table import TABLE_FILE, path_to
from desktop.csv_text import write_table
from desktop.errors import ClivusError
from desktop.files import new_folder, require_new
from desktop.imaging.scan import scan_for_images
from desktop.imaging.series import Series
from desktop.imaging.sources import Source
from desktop.imaging.volume import load
from desktop.learning.cohort.problem import CohortRefused
from desktop.messages import Message, counted, message, shown
from desktop.reading.as_json import SliceKey
from desktop.reading.origin import Origin
from desktop.reading.region import Region
from desktop.reading.run import Verdict
from desktop.reading.saved import Reading
from training.rtstruct.clinical import LeftOut, Staged, read_clinical
from training.rtstruct.proposal import propose
from training.rtstruct.rasterise import rasterise
from training.rtstruct.structure_set import (
    StructureSet,
    StructureSetRefused,
    is_structure_set,
    read_structure_set,
)
from training.work.progress import Progress

LIST_FILE = "import.csv"
"""Every patient of the table: what is proposed, or why the patient was left out."""


@dataclass(frozen=True)
class Proposed:
    """A patient who became a case.

    Attributes:
        series: the folder that the CT lies in.
        candidates: positions in mm of the slices in range where the tumour overlaps bone.
        notes: what a reader should know, as clauses.
    """

    patient: Staged
    series: Path
    reading: Reading
    candidates: tuple[float, ...]
    notes: tuple[Message, ...]


def import_rtstruct(
    dicom: Path, table: Path, out: Path, licence: str, names: str
) -> tuple[list[Proposed], list[LeftOut]]:
    """Write a cohort of proposals; the folder appears when all of it is there.

    Args:
        dicom: has a folder for each patient, named by the table's patient_id, with CT and RT Structure Set in it.
        table: see `training.rtstruct.clinical`.
        licence: of the patients' data.
        names: which ROIs are the tumour; see `training.rtstruct.structure_set.read_structure_set`.

    Returns:
        Who became a case, and who was left out.

    Raises:
        WrongUse: `out` exists and is not an empty folder.
        CohortRefused: the table cannot be read, or nobody in it can be used.
        NotWritten: the medium fails; nothing is left then.
    """
    require_new(out)
    staged, left_out = read_clinical(table)
    proposed: list[Proposed] = []
    progress = Progress("Patients", len(staged))
    for number, patient in enumerate(staged, start=1):
        try:
            proposed.append(_propose(patient, dicom / patient.key, names))
        except ClivusError as error:
            left_out.append(LeftOut(patient.key, error.message))
        progress.tell(number)
    progress.close(f"{len(staged)} patients")
    if not proposed:
        raise CohortRefused(_nobody(table, left_out))
    with new_folder(out) as folder:
        (folder / "readings").mkdir()
        for item in proposed:
            item.reading.save(folder / "readings" / f"{item.patient.key}.json")
        write_table(folder / TABLE_FILE, [_row(item, out, licence) for item in proposed])
        write_table(folder / LIST_FILE, [*map(_listed, proposed), *map(_listed_left_out, left_out)])
    return proposed, left_out


def _propose(patient: Staged, folder: Path, names: str) -> Proposed:
    if not folder.is_dir():
        raise StructureSetRefused(message("There is no folder {folder}.", folder=folder))
    with Source.open(folder) as source:
        structures = _structures(source, folder, names)
        found = scan_for_images(source)
        stack = _stack_of(structures, found.series)
        volume = load(stack)
    target = rasterise(structures, volume)
    proposal = propose(volume, target.mask)
    region = Region(volume, proposal.roi, proposal.range)
    slices = [volume.series.slices[index] for index in region.indices]
    labels: dict[SliceKey, bool] = {
        item.key: bool(proposal.candidates[index]) for item, index in zip(slices, region.indices, strict=True)
    }
    positions = volume.geometry.positions_mm
    candidates = tuple(float(positions[index]) for index in region.indices if proposal.candidates[index])
    verdict: Verdict | None = Verdict.NEGATIVE
    if patient.invades:
        verdict = Verdict.POSITIVE if candidates else None
    reading = Reading(
        series=stack.name,
        roi=proposal.roi,
        range=proposal.range,
        slice_labels=labels if verdict is Verdict.POSITIVE else {},
        verdict=verdict,
        sop_instance_uid=slices[0].sop_instance_uid,
        frame=slices[0].place.frame,
        origin=Origin("suggested", "suggested", f"T stage {patient.t_stage}"),
    )
    return Proposed(patient, folder, reading, candidates, (*target.notes, *_doubts(patient, len(candidates))))


def _structures(source: Source, folder: Path, names: str) -> StructureSet:
    files = [candidate for candidate in source.files if is_structure_set(candidate.path)]
    if not files:
        raise StructureSetRefused(message("There is no RT Structure Set in {folder}.", folder=folder))
    found: list[StructureSet] = []
    refusals: list[StructureSetRefused] = []
    for file in files:
        try:
            found.append(read_structure_set(file.path, file.shown, names))
        except StructureSetRefused as error:
            refusals.append(error)
    if len(found) > 1:
        raise StructureSetRefused(
            message(
                "There are {number} structure sets with a tumour in {folder}, the first being {first}: leave the one "
                "that counts.",
                number=len(found),
                folder=folder,
                first=found[0].shown,
            )
        )
    if not found:
        raise refusals[0]
    return found[0]


def _stack_of(structures: StructureSet, stacks: Sequence[Series]) -> Series:
    """The CT that the contours were drawn on: by its slices, else by its series, else by its frame of reference."""
    named = {uid for contour in structures.contours for uid in contour.slices}
    by = (
        [stack for stack in stacks if named & {item.sop_instance_uid for item in stack.slices}],
        [stack for stack in stacks if structures.series & set(stack.membership.series_instance_uids)],
        [stack for stack in stacks if stack.frame_of_reference_uid == structures.frame_of_reference],
    )
    meant = next((found for found in by if found), [])
    if len(meant) == 1:
        return meant[0]
    if not meant:
        raise StructureSetRefused(
            message("The structure set {file} was drawn on a CT that is not beside it.", file=structures.shown)
        )
    raise StructureSetRefused(
        message(
            "The structure set {file} may belong to {number} CTs beside it: leave the one that it was drawn on.",
            number=len(meant),
            file=structures.shown,
        )
    )


def _doubts(patient: Staged, candidates: int) -> list[Message]:
    if patient.invades and not candidates:
        return [message("the tumour overlaps no bone in range, so there is no verdict: a reader has to give one")]
    if candidates and not patient.invades:
        return [
            counted(
                "the tumour overlaps bone in {number} slice, which {stage} does not explain",
                "the tumour overlaps bone in {number} slices, which {stage} does not explain",
                candidates,
                stage=patient.t_stage,
            )
        ]
    return []


def _nobody(table: Path, left_out: Sequence[LeftOut]) -> Message:
    if not left_out:
        return message("The table {table} has no patients.", table=table)
    return counted(
        "Nobody in {table} becomes a case: {number} patient was left out, {key}, because: {reason}",
        "Nobody in {table} becomes a case: {number} patients were left out, the first, {key}, because: {reason}",
        len(left_out),
        table=table,
        key=left_out[0].key,
        reason=left_out[0].reason,
    )


def _row(item: Proposed, out: Path, licence: str) -> dict[str, str]:
    return {
        "case": item.patient.key,
        "patient": item.patient.key,
        "series": path_to(out, item.series),
        "reading": f"readings/{item.patient.key}.json",
        "contrast": item.patient.phase,
        "licence": licence,
        **item.patient.others,
    }


def _listed(item: Proposed) -> dict[str, str]:
    reading = item.reading
    return {
        "patient": item.patient.key,
        "outcome": "proposed",
        "t_stage": item.patient.t_stage,
        "verdict": reading.verdict or "",
        "range_mm": f"{reading.range.low_mm:g} to {reading.range.high_mm:g}",
        "candidates_mm": " ".join(f"{position:.1f}" for position in item.candidates),
        "remarks": "; ".join(map(shown, item.notes)),
    }


def _listed_left_out(item: LeftOut) -> dict[str, str]:
    empty = dict.fromkeys(("t_stage", "verdict", "range_mm", "candidates_mm"), "")
    return {"patient": item.key, "outcome": "left out", **empty, "remarks": shown(item.reason)}
