"""What a learning keeps on disk while it runs, so that a kill costs little and memory stays small: crops of the cases.

Everything here is removed when the model is written: crops are patients' pictures.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from desktop.checksum import file_sha256
from desktop.files import new_folder, write_json, write_with
from desktop.imaging.eligibility.quality import Quality
from desktop.learning.cohort.examine import Identity
from desktop.learning.cohort.members import Case
from desktop.learning.cohort.slices import CaseSlices, load_slices
from desktop.learning.images import Images
from desktop.version import VERSION

_PIXELS = "pixels.npy"


def kept_slices(case: Case, folder: Path) -> CaseSlices:
    """A case's slices, from `folder` where an earlier start has cut them out, else from its series.

    Raises:
        CohortRefused: anything is wrong with the case.
        NotWritten: the disk is full.
    """
    key = hashlib.sha256(f"{VERSION}\n{case.marks()}".encode()).hexdigest()
    path = folder / f"{key[:32]}.npy"
    if (found := _trusted(case, path, key)) is not None:
        return found
    cut = load_slices(case)
    write_with(path, lambda stream: np.save(stream, cut.hu, allow_pickle=False))
    write_json(path.with_suffix(".json"), {"key": key, "sha256": file_sha256(path), **_document(cut)})
    return replace(cut, hu=_on_disk(path))


def images_on_disk(parts: Sequence[Images], path: Path) -> Images:
    """The images of all parts, whose pixels are written into one file and mapped from there.

    The file is written, not mapped, while it grows: on a full disk that is an error, and a mapped page would end the
    program.

    Raises:
        ImagesRefused: there are none, or a slice is there twice.
        NotWritten: the disk is full.
    """
    bare = Images.join([replace(part, hu=part.hu[:, :0, :0]) for part in parts])
    shape = (len(bare), *parts[0].hu.shape[1:])
    shutil.rmtree(path, ignore_errors=True)
    with new_folder(path) as folder, (folder / _PIXELS).open("wb") as stream:
        header = {"descr": np.lib.format.dtype_to_descr(parts[0].hu.dtype), "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(stream, header)
        for part in parts:
            stream.write(np.ascontiguousarray(part.hu).data)
    return replace(bare, hu=_on_disk(path / _PIXELS))


def _document(cut: CaseSlices) -> dict[str, object]:
    return {
        "identity": asdict(cut.identity),
        "positions_mm": cut.positions_mm.tolist(),
        "invaded": cut.invaded.tolist(),
        "spacing_mm": cut.spacing_mm,
        "thickness_mm": cut.thickness_mm,
        "phase": cut.phase,
        "quality": asdict(cut.quality),
    }


def _trusted(case: Case, path: Path, key: str) -> CaseSlices | None:
    """The slices as they were written for this key, or nothing."""
    try:
        note = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        if (note["key"], note["sha256"]) != (key, file_sha256(path)):
            return None
        own: dict[str, Any] = note["identity"]
        lists = {name: tuple(own[name]) for name in ("sop_instance_uids", "pixel_hashes")}
        return CaseSlices(
            case,
            Identity(**{**own, **lists}),
            _on_disk(path),
            np.array(note["positions_mm"], dtype=np.float64),
            np.array(note["invaded"], dtype=np.bool_),
            note["spacing_mm"],
            note["thickness_mm"],
            note["phase"],
            Quality(**note["quality"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _on_disk(path: Path) -> npt.NDArray[np.float16]:
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
