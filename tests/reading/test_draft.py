"""Drafts: whatever was marked comes back, of the former schema too."""

import json
from datetime import datetime

import pytest

from desktop.reading.draft import Draft, DraftRefused
from desktop.reading.measurement import Angle, Distance, Ellipse
from desktop.reading.roi import KeyRectangle, Roi
from desktop.reading.run import Verdict

NOW = datetime(2024, 5, 6, 7, 8, 9)


@pytest.mark.parametrize(
    "marks",
    [
        {},
        {"low_mm": -3.5},
        {
            "roi": Roi.of((KeyRectangle(0, 1, 2, 3, 4), KeyRectangle(9, 2, 2, 3, 4))),
            "high_mm": 7.0,
            "verdict": Verdict.POSITIVE,
            "slice_labels": {("1.2.3", 4): True},
            "measurements": (
                Distance((0.0, 1.0, 2.0), (3.0, 4.0, 5.0)),
                Angle((0.0, 1.0, 2.0), (3.0, 4.0, 5.0), (1.5, 0.0, 0.0)),
                Ellipse((0.0, 1.0, 2.0), (3.0, 0.0, 0.0), (0.0, 4.0, -1.0)),
            ),
        },
    ],
)
def test_a_draft_comes_back_as_it_was(tmp_path, marks):
    draft = Draft("1.2", "1.2.3", 4, NOW, **marks)
    draft.save(tmp_path / "draft.json")
    assert Draft.load(tmp_path / "draft.json") == draft


def test_a_draft_that_an_older_version_left_is_read(tmp_path):
    former = {
        "schema": "clivus-draft/1",
        "series_instance_uid": "1.2",
        "sop_instance_uid": "1.2.3",
        "frame": 0,
        "kept_at": NOW.isoformat(),
        "roi": {"column": 1, "row": 2, "width": 3, "height": 4},
        "low_mm": None,
        "high_mm": 7.5,
        "verdict": "negative",
        "slice_labels": {},
    }
    (tmp_path / "draft.json").write_text(json.dumps(former))
    draft = Draft.load(tmp_path / "draft.json")
    assert draft == Draft("1.2", "1.2.3", 0, NOW, Roi.everywhere(1, 2, 3, 4), None, 7.5, Verdict.NEGATIVE)
    (tmp_path / "draft.json").write_text(json.dumps(former | {"schema": "clivus-draft/3"}))
    with pytest.raises(DraftRefused, match="schema must be clivus-draft/2"):
        Draft.load(tmp_path / "draft.json")
    (tmp_path / "draft.json").write_text(json.dumps(former | {"kept_at": "yesterday"}))
    with pytest.raises(DraftRefused, match="time is damaged"):
        Draft.load(tmp_path / "draft.json")
