"""Marks that lie elsewhere than the anatomy says are cautioned; true ones are not."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from desktop.cli import main
from desktop.imaging.eligibility import names
from desktop.imaging.geometry import held_inside
from desktop.inference.analyse import analyse
from desktop.reading.landmarks import PAPERS_ROI
from desktop.reading.region import Region
from desktop.reading.roi import PositionRange, Roi
from desktop.suggestion import check_place

WRONG = {
    "beside": (25.0, 0.0, 0.0, "mm beside the middle"),
    "behind": (0.0, 30.0, 0.0, "mm too far back"),
    "before": (0.0, -30.0, 0.0, "mm too far to the front"),
    "high": (0.0, 0.0, 20.0, "mm above the lower end of the clivus"),
    "low": (0.0, 0.0, -20.0, "mm below the base of the sphenoid sinus"),
}


def region(phantom, volume, left=0.0, back=0.0, up=0.0):
    geometry, (column, row, width, height) = volume.geometry, phantom.truth.roi_px
    moved = held_inside(
        (column + left / geometry.column_mm, row + back / geometry.row_mm, width, height),
        geometry.rows,
        geometry.columns,
    )
    low, high = phantom.truth.range_mm
    return Region(volume, Roi.everywhere(*volume.rectangle_to_stored(moved)), PositionRange(low + up, high + up))


def test_true_marks_pass(invaded, invaded_head):
    (check,) = check_place(region(invaded, invaded_head), PAPERS_ROI)
    assert (check.name, check.status) == (names.PLACE, "pass")


@pytest.mark.parametrize("wrong", WRONG)
def test_marks_elsewhere_are_cautioned(invaded, invaded_head, wrong):
    left, back, up, said = WRONG[wrong]
    (check,) = check_place(region(invaded, invaded_head, left, back, up), PAPERS_ROI)
    assert check.status == "warn"
    assert said in str(check.message)


def test_where_no_skull_base_is_found_nothing_is_said(invaded, invaded_head):
    empty = replace(invaded_head, hu=np.zeros_like(invaded_head.hu))
    assert check_place(region(invaded, empty), PAPERS_ROI) == ()


def test_the_caution_goes_with_the_result(phantom, volume, network):
    result = analyse(region(phantom, volume, left=25.0), network)
    assert {check.name: check.status for check in result.checks}[names.PLACE] == "warn"
    assert not result.suggested


def test_suggest_prints_what_read_takes_and_read_says_that_nobody_looked(study, tmp_path, capsys, shown_as):
    assert main(["suggest", str(study), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    shown_as("suggestion.json", found)
    assert main(["read", str(study), "--suggest", "--out", str(tmp_path / "out")]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["suggested"] is True
    assert [key["column"] for key in result["roi"]["keys"]] == [key["column"] for key in found["roi"]]
    assert [check["status"] for check in result["checks"] if check["name"] == names.MARKS] == ["warn"]
    assert main(["suggest", str(study)]) == 0
    assert "Look at it in the window" in capsys.readouterr().out


def test_suggest_says_why_there_is_nothing(tmp_path, write_slice, capsys):
    for number in range(6):
        write_slice(tmp_path / f"{number}", np.zeros((64, 64), np.int16), number=number + 1)
    assert main(["suggest", str(tmp_path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["confident"], found["range_mm"], found["roi"], found["landmarks"]) == (False, None, None, None)
    assert found["message"].startswith("No range and no ROI are suggested, since ")
    assert main(["read", str(tmp_path), "--suggest", "--out", str(tmp_path / "out")]) == 3
    assert "No range and no ROI are suggested" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_suggest_and_range_exclude_each_other(tmp_path, capsys):
    assert main(["read", str(tmp_path), "--suggest", "--range", "1:2", "--out", str(tmp_path / "out")]) == 2
    assert "--suggest finds both" in capsys.readouterr().err
