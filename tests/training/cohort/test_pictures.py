"""`cohort export`: what the network sees, for viewing."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from PIL import Image

from desktop.learning.cohort.problem import CohortRefused
from desktop.learning.cohort.slices import load_slices
from training.cohort.pictures import export_pictures
from training.cohort.survey import read_cohort


@pytest.mark.parametrize(("form", "end", "off"), [("png", "png", 0), ("jpeg", "jpg", 12)])
def test_pictures_and_their_table(cohort, tmp_path, form, end, off):
    case = cohort.one("positive")
    rows = cohort.rows()
    rows[0]["case"] = "A/ä:1"
    cohort.write(rows)
    loaded = read_cohort(cohort.table)
    out = tmp_path / "pictures"
    slices = load_slices(loaded.cases[0])
    assert export_pictures(loaded, out, form) == len(slices.invaded)
    with (out / "index.csv").open(encoding="utf-8-sig", newline="") as stream:
        index = list(csv.DictReader(stream))
    assert {row["file"] for row in index} | {"index.csv"} == {path.name for path in out.iterdir()}
    assert [row["slice_label"] == "positive" for row in index] == slices.invaded.tolist()
    assert index[0]["file"].startswith("0001_A-ä-1_01_")
    assert index[0]["file"].endswith(f"{index[0]['slice_label']}.{end}")
    with Image.open(out / index[0]["file"]) as picture:
        grey = np.asarray(picture).astype(int)
    assert grey.shape == (224, 224)
    expected = np.clip((slices.hu[0, 56:280, 56:280].astype(float) + 240) / 600, 0, 1) * 255
    assert np.abs(grey - expected).max() <= max(1, off) or np.abs(grey - expected).mean() <= off / 4
    assert case


def test_a_case_that_cannot_be_used_leaves_nothing(cohort, tmp_path):
    case = cohort.one("positive")
    cohort.edit(case, slice_labels=[])
    with pytest.raises(CohortRefused, match=case):
        export_pictures(read_cohort(cohort.table), tmp_path / "out" / "pictures", "png")
    assert not (tmp_path / "out").exists()
