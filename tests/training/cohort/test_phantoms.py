"""The cohort of phantoms: the paper's numbers, and which heads make them up."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop.errors import WrongUse
from desktop.learning.cohort.problem import CohortRefused
from desktop.learning.cohort.split import Split
from desktop.phantoms import RICH, draw_phantom
from desktop.phantoms.series_files import series_uid, series_uids
from desktop.unwritten import NotWritten
from training.cohort import phantoms, selection
from training.cohort.composition import PAPER, Composition, Group
from training.cohort.phantoms import reading_of, write_phantom_cohort
from training.cohort.selection import (
    COHORT_SEEDS,
    COHORTS,
    DEMONSTRATION,
    SEEDS_OF_ONE,
    Head,
    choose,
    exactly,
    series_of_head,
)
from training.cohort.survey import read_cohort


def test_the_papers_numbers():
    groups = {(group.side, group.positive): group for group in PAPER.groups}
    assert {key: (group.patients, group.series) for key, group in groups.items()} == {
        ("training", True): (29, 33),
        ("training", False): (41, 47),
        ("test", True): (13, 15),
        ("test", False): (17, 22),
    }
    phases = [(group.plain, group.contrast, group.both) for group in PAPER.groups]
    assert phases == [(1, 24, 4), (4, 31, 6), (1, 10, 2), (1, 11, 5)]
    assert [sum(column) for column in zip(*phases, strict=True)] == [7, 76, 17]
    assert groups["training", True].positive_slices == 146
    assert groups["training", False].negative_slices == 226
    assert (groups["test", True].positive_slices, groups["test", True].negative_slices) == (69, 17)
    assert groups["test", False].negative_slices == 99


def head(seed: int, positive: int, negative: int) -> Head:
    return Head(seed, positive > 0, (True,), positive, negative, True)


def test_heads_add_up_exactly_and_early_ones_are_preferred():
    pool = [head(0, 5, 1), head(1, 3, 2), head(2, 4, 1), head(3, 4, 1)]
    group = Group("test", True, 0, 2, 0, positive_slices=8, negative_slices=2)
    found = exactly([(2, pool)], group)
    assert found is not None
    assert [one.seed for one in found] == [2, 3]
    anyone = exactly([(1, pool), (1, pool[2:])], Group("test", True, 0, 2, 0))
    assert anyone is not None
    assert [one.seed for one in anyone] == [0, 2]
    assert exactly([(2, pool)], Group("test", True, 0, 2, 0, positive_slices=99)) is None
    assert exactly([(5, pool)], Group("test", True, 0, 5, 0)) is None


def test_choice_meets_the_slices_asked_for():
    wanted = Composition(
        (
            Group("training", True, plain=0, contrast=3, both=0, positive_slices=13),
            Group("test", False, plain=1, contrast=1, both=0, negative_slices=10),
        )
    )
    chosen = choose(wanted, 1, workers=1)
    assert chosen == choose(wanted, 1, workers=1)
    positive = [one.head for one in chosen if one.side == "training"]
    negative = [one.head for one in chosen if one.side == "test"]
    assert sum(one.positive for one in positive) == 13
    assert sum(one.negative for one in negative) == 10
    assert sorted(one.phases for one in negative) == [(False,), (True,)]
    assert all(one.seed in COHORT_SEEDS[SEEDS_OF_ONE : 2 * SEEDS_OF_ONE] for one in positive + negative)
    assert len({one.head.seed for one in chosen}) == 5
    assert sorted(one.key for one in chosen) == ["P001", "P002", "P003", "P004", "P005"]


def test_rich_heads_add_up_too():
    wanted = Composition((Group("training", True, plain=0, contrast=2, both=0, positive_slices=8),))
    heads = [one.head for one in choose(wanted, 1, workers=1, kinds=(RICH,))]
    assert sum(head.positive for head in heads) == 8
    (phantom,) = series_of_head(heads[0].seed, True, (True,), (RICH,))
    reading = reading_of(phantom)
    assert sum(reading.slice_labels.values()) == heads[0].positive
    assert reading.series in series_uids(heads[0].seed)
    assert reading.series != series_uid(draw_phantom(heads[0].seed, invaded=True, contrast=True))


def test_numbers_that_no_heads_give(monkeypatch):
    monkeypatch.setattr(selection, "SEEDS_OF_ONE", 40)
    with pytest.raises(CohortRefused, match="ask for other numbers"):
        choose(Composition((Group("test", False, 0, 1, 0, negative_slices=2),)), 0, workers=1)


def test_cohorts_have_heads_of_their_own(tmp_path):
    assert len(COHORT_SEEDS) == (COHORTS + 1) * SEEDS_OF_ONE
    assert DEMONSTRATION == COHORTS
    for seed in (-1, COHORTS + 1):
        with pytest.raises(WrongUse, match="choose another"):
            write_phantom_cohort(tmp_path / "out", seed)


def test_what_is_written(small: Path):
    cohort, split = read_cohort(small), Split.load(small / "split.json")
    split.require_of(cohort)
    assert (len(split.training.positive), len(split.training.negative)) == (2, 2)
    assert (len(split.test.positive), len(split.test.negative)) == (1, 1)
    for case in cohort.cases:
        assert case.positive is (case.patient in (*split.training.positive, *split.test.positive))
        files = list(case.series.iterdir())
        assert len(case.reading.slice_labels) < len(files) <= len(case.reading.slice_labels) + 6


def test_a_folder_that_is_not_new(small: Path):
    with pytest.raises(WrongUse, match="exists already"):
        write_phantom_cohort(small)


FULL = (
    OSError(28, "No space left on device"),
    OSError(
        "With tag (7FE0,0010) got exception: [Errno 28] No space left on device\nTraceback:\n"
    ),  # as pydicom says it
)


@pytest.mark.parametrize("error", FULL, ids=["system", "pydicom"])
def test_a_full_disk_leaves_nothing(tmp_path, monkeypatch, error):
    def full(*_args: object) -> None:
        raise error

    monkeypatch.setattr(phantoms, "write_series", full)
    tiny = Composition((Group("test", False, 0, 1, 0),))
    with pytest.raises(
        NotWritten, match=r"out cannot be written \(the disk is full\), and nothing was changed: [^\n]*$"
    ):
        write_phantom_cohort(tmp_path / "deep" / "out", composition=tiny)
    assert list(tmp_path.iterdir()) == []
