"""A department of phantoms for the proofs: their series on disk, and a project in which all of them are marked."""

from __future__ import annotations

import os
from pathlib import Path

from desktop.imaging.scan import scan_for_images
from desktop.imaging.sources import Source
from desktop.project import entries
from desktop.project.adding import add_all
from desktop.project.database import Project
from desktop.project.entry import Entry
from desktop.project.places import FILE, Places
from desktop.reading.saved import Reading
from desktop.settings_file import local_data_folder
from training.cohort.composition import Composition, Group
from training.cohort.phantoms import write_phantom_cohort
from training.cohort.survey import read_cohort


def halves(patients: int) -> Composition:
    """So many patients, half of them invaded."""
    each = patients // 2
    return Composition((Group("training", True, 0, each - 1, 0), Group("training", False, 0, each - 1, 0),
                        Group("test", True, 0, 1, 0), Group("test", False, 0, 1, 0)))  # fmt: skip


def phantom_project(out: Path, composition: Composition) -> Path:
    """A project of phantoms in `out`, with their own marks as reader A's; what is there is not made again."""
    path, phantoms = out / "department.clivus", out / "phantoms"
    if path.exists():
        return path
    if not phantoms.exists():
        write_phantom_cohort(phantoms, workers=os.cpu_count() or 1, composition=composition)
    known = {case.reading.series: case.reading for case in read_cohort(phantoms).cases}
    with Source.open(phantoms / "series") as source, Project.create(path) as project:
        entries.add_reader(project, "A")
        added = add_all(project, phantoms / "series", scan_for_images(source), Places(local_data_folder() / FILE))
        for case in added.new:
            reading: Reading = known[case.series_uid]
            entries.keep(project, case, "A", Entry.from_reading(reading))
    return path
