"""Two workstations' copies become one: nothing is overwritten."""

from __future__ import annotations

import pytest

from desktop.project import cases, entries, states
from desktop.project.checking import check
from desktop.project.database import Project, ProjectRefused
from desktop.project.merging import merge
from desktop.project.states import State
from desktop.reading.run import Verdict
from tests.project.conftest import marked


@pytest.fixture
def copy(project, three, tmp_path, clock):
    """The project on another workstation, with what both have."""
    entries.keep(project, three[0], "A", marked(three[0], Verdict.POSITIVE))
    path = tmp_path / "copy.clivus"
    project.back_up(path)
    with Project.open(path, clock) as other:
        yield other


def test_what_either_has_is_there_afterwards(project, copy, three, series):
    entries.keep(project, three[1], "A", marked(three[1], Verdict.NEGATIVE))
    entries.keep(copy, three[0], "B", marked(three[0], Verdict.POSITIVE))
    new, _ = cases.add(copy, series(7))
    cases.exclude(copy, three[2], "motion", "B")
    merged = merge(project, copy)
    assert (merged.cases, merged.entries, merged.conflicts) == (1, 1, set())
    assert cases.find(project, new.id).key == new.key
    assert cases.find(project, three[2].id).excluded == "motion"
    assert {kept.reader for kept in entries.of_case(project, three[0])} == {"A", "B"}
    assert check(project).sound, check(project).faults
    again = merge(project, copy)
    assert (again.cases, again.entries, again.remarks) == (0, 0, [])


def test_the_newer_edit_of_one_side_counts(project, copy, three):
    entries.keep(copy, three[0], "A", marked(three[0], Verdict.NEGATIVE))
    assert not merge(project, copy).conflicts
    assert entries.of_reader(project, three[0], "A")[0].entry.verdict is Verdict.NEGATIVE
    entries.keep(project, three[0], "A", marked(three[0], Verdict.POSITIVE, low=4))
    assert not merge(project, copy).conflicts, "this copy went on from there"
    assert entries.of_reader(project, three[0], "A")[0].entry.verdict is Verdict.POSITIVE
    assert check(project).sound, check(project).faults


def test_two_edits_of_one_reading_are_both_kept_until_a_reader_chooses(project, copy, three):
    entries.keep(project, three[0], "A", marked(three[0], Verdict.NEGATIVE))
    entries.keep(copy, three[0], "A", marked(three[0], Verdict.POSITIVE, low=4))
    merged = merge(project, copy)
    assert merged.conflicts == {"P001-1"}
    both = entries.of_reader(project, three[0], "A")
    assert {kept.entry.verdict for kept in both} == {Verdict.POSITIVE, Verdict.NEGATIVE}
    assert states.rows(project, "A")[0].whole is State.IN_CONFLICT
    assert check(project).sound, check(project).faults
    merge(project, copy)
    assert len(entries.of_reader(project, three[0], "A")) == 2, "merged again, it is there once"
    entries.choose(project, both[0])
    assert [kept.id for kept in entries.of_reader(project, three[0], "A")] == [both[0].id]
    assert states.rows(project, "A")[0].whole is not State.IN_CONFLICT
    merge(project, copy)
    assert len(entries.of_reader(project, three[0], "A")) == 1, "what was set aside does not come back"
    assert check(project).sound, check(project).faults


def test_what_both_copies_settled_has_to_be_chosen_from(project, copy, three):
    entries.keep(project, three[0], "A", marked(three[0], Verdict.NEGATIVE), settled=True)
    entries.keep(copy, three[0], "B", marked(three[0], Verdict.POSITIVE), settled=True)
    assert merge(project, copy).conflicts == {"P001-1"}
    assert states.rows(project, "A")[0].whole is State.TWO_EDITS
    entries.choose(project, entries.of_case(project, three[0], settled=True)[1])
    assert states.rows(project, "A")[0].whole is State.SETTLED
    assert check(project).sound, check(project).faults


def test_one_key_for_two_patients_is_told_and_nobody_is_mixed_up(project, copy, series):
    here, _ = cases.add(project, series(11))
    there, _ = cases.add(copy, series(12))
    assert here.key == there.key
    merged = merge(project, copy)
    assert merged.renamed == {"P004-1": "P005-1"}
    assert cases.find(project, there.id).patient == "P005"
    assert cases.find(project, here.id).patient == "P004"


def test_another_departments_project_and_a_broken_log_are_refused(project, copy, tmp_path, three):
    with Project.create(tmp_path / "other.clivus") as other, pytest.raises(ProjectRefused, match="another project"):
        merge(project, other)
    with copy.change():
        copy.run("DROP TRIGGER events_stay")
        copy.run("UPDATE events SET reader = 'C' WHERE number = 2")
    with pytest.raises(ProjectRefused, match="does not hold"):
        merge(project, copy)


def test_a_merge_that_fails_changes_nothing(project, copy, three, series, monkeypatch):
    cases.add(copy, series(7))
    entries.keep(copy, three[0], "B", marked(three[0], Verdict.POSITIVE))

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("desktop.project.merging._take_studies", stop)
    with pytest.raises(KeyboardInterrupt):
        merge(project, copy)
    assert len(cases.every(project)) == 3
    assert [kept.reader for kept in entries.of_case(project, three[0])] == ["A"]
