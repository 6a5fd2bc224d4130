"""Cases, entries and the list: whose, in which state, where they differ."""

from __future__ import annotations

from time import thread_time

import pytest

from desktop import events
from desktop.project import agreement, cases, differences, entries, states
from desktop.project.checking import check
from desktop.project.cohort import counting
from desktop.project.database import Project, ProjectRefused
from desktop.project.entry import Entry
from desktop.project.states import State
from desktop.reading.roi import Roi
from desktop.reading.run import Verdict
from tests.project.conftest import ROI, marked


def state(project, case, reader="A"):
    row = next(row for row in states.rows(project, reader) if row.id == case.id)
    return row.own, row.whole


def test_series_of_one_person_or_one_study_are_one_patients(project, series):
    first, _ = cases.add(project, series(1, patient="0012"))
    same_number, _ = cases.add(project, series(2, patient="12"))
    same_study, _ = cases.add(project, series(3, patient="other", study=series(1).study_instance_uid))
    stranger, _ = cases.add(project, series(4))
    assert (first.key, same_number.key, same_study.key, stranger.key) == ("P001-1", "P001-2", "P001-3", "P002-1")
    again, added = cases.add(project, series(1, patient="0012"))
    assert again == first
    assert not added


def test_the_same_patient_under_two_keys_is_told_and_joined(project, three):
    with project.change():
        project.run("UPDATE cases SET person = (SELECT person FROM cases WHERE key = 'P001-1') WHERE key = 'P003-1'")
    assert cases.doubled_people(project) == [("P001", "P003")]
    joined = cases.join(project, three[2], "P001", "A")
    assert joined.key == "P001-2"
    assert not cases.doubled_people(project)
    with pytest.raises(ProjectRefused, match="no patient P099"):
        cases.join(project, three[1], "P099", "A")


def test_a_case_goes_through_its_states(project, three):
    case = three[0]
    assert state(project, case) == (State.TO_MARK, State.TO_MARK)
    entries.keep(project, case, "A", marked(case, labels=False))
    assert state(project, case) == (State.MARKED, State.MARKED)
    entries.keep(project, case, "A", marked(case))
    assert state(project, case) == (State.LABELLED, State.LABELLED)
    entries.keep(project, case, "A", marked(case, Verdict.POSITIVE))
    assert state(project, case) == (State.ANSWERED, State.ANSWERED)
    assert state(project, case, "B") == (State.TO_MARK, State.ANSWERED)
    entries.keep(project, case, "B", marked(case, Verdict.POSITIVE))
    assert state(project, case, "B") == (State.ANSWERED, State.READ_TWICE)
    entries.keep(project, case, "B", marked(case, Verdict.NEGATIVE))
    assert state(project, case)[1] is State.IN_CONFLICT
    entries.keep(project, case, "A", marked(case), settled=True)
    assert state(project, case)[1] is State.IN_CONFLICT, "without a verdict nothing is settled"
    entries.keep(project, case, "A", marked(case, Verdict.NEGATIVE), settled=True)
    assert state(project, case)[1] is State.SETTLED
    cases.exclude(project, case, "motion", "A")
    assert state(project, case) == (State.EXCLUDED, State.EXCLUDED)


def test_a_verdict_without_marks_is_kept(project, three):
    entries.keep(project, three[0], "A", Entry(verdict=Verdict.POSITIVE, remark="full slices"))
    kept = entries.of_reader(project, three[0], "A")[0].entry
    assert (kept.verdict, kept.roi, kept.remark) == (Verdict.POSITIVE, None, "full slices")


def test_the_list_is_filtered_searched_and_walked(project, three):
    entries.keep(project, three[1], "A", marked(three[1], Verdict.NEGATIVE))
    cases.set_strata(project, three[2], {"t_class": "T3"}, "A")
    rows = states.rows(project, "A")
    assert [row.key for row in states.filtered(rows, [State.ANSWERED])] == ["P002-1"]
    assert [row.key for row in states.filtered(rows, text="t3")] == ["P003-1"]
    assert states.progress(rows) == (1, 3)
    assert states.next_open(rows, three[0].id) == rows[2]
    assert states.next_open(rows, rows[2].id).key == "P001-1"
    assert states.next_open(rows, rows[2].id, -1).key == "P001-1"


def test_two_readers_are_compared_slice_by_slice_and_in_mm(project, three):
    case = three[0]
    one, other = marked(case, Verdict.POSITIVE), marked(case, Verdict.NEGATIVE, low=3, high=7)
    found = differences.between(case, one, other)
    spacing = case.positions_mm[3] - case.positions_mm[2]
    assert found.low_mm == pytest.approx(spacing)
    assert found.high_mm == 0
    assert found.dice == 1
    assert len(found.slices) == 5
    assert found.answer
    assert not found.agree
    moved = Roi.everywhere(100 + 45, 110, 90, 85)
    assert differences.dice(ROI.at(0), moved.at(0)) == pytest.approx(0.5)


def test_kappa_is_the_textbooks():
    """Two readers, 50 cases: 20 both yes, 5 and 10 mixed, 15 both no (Cohen's kappa 0.4)."""
    one = [True] * 25 + [False] * 25
    other = [True] * 20 + [False] * 5 + [True] * 10 + [False] * 15
    assert agreement.kappa(one, other) == pytest.approx(0.4)
    assert agreement.kappa([1, 1], [1, 1]) == 1


def test_agreement_is_reported_with_unit_and_interval(project, three):
    for case, own in zip(three, (Verdict.POSITIVE, Verdict.NEGATIVE, Verdict.NEGATIVE), strict=True):
        entries.keep(project, case, "A", marked(case, own))
        entries.keep(project, case, "B", marked(case, own, low=3))
    found = {figure.name: figure for figure in agreement.of_readers(project, "A", "B").figures}
    assert found["kappa of answers"].value == 1
    assert (found["kappa of answers"].unit, found["kappa of slice labels"].unit) == ("series", "slice")
    apart = found["median lower end of the range, mm apart"]
    assert apart.low is not None
    assert apart.low <= apart.value <= apart.high
    assert apart.count == 3


def test_pixels_that_changed_since_marking_are_told(project, three):
    cases.set_pixels(project, three[0], "a" * 64)
    cases.set_pixels(project, cases.find(project, "P001-1"), "a" * 64)
    with pytest.raises(ProjectRefused, match="P001-1"):
        cases.set_pixels(project, cases.find(project, "P001-1"), "b" * 64)


def test_what_another_window_kept_meanwhile_is_not_overwritten(project, three):
    case = three[0]
    mine = entries.keep_over(project, case, "A", marked(case, Verdict.POSITIVE), None)
    mine = entries.keep_over(project, case, "A", marked(case, Verdict.POSITIVE, low=3), mine)
    assert len(entries.edits(project, case, "A")) == 1
    entries.keep(project, case, "A", marked(case, Verdict.NEGATIVE))  # another window
    same = entries.keep_over(project, case, "A", marked(case, Verdict.NEGATIVE), mine)
    assert len(entries.edits(project, case, "A")) == 1, "both did the same"
    beside = entries.keep_over(project, case, "A", marked(case, Verdict.POSITIVE, low=4), mine)
    assert beside.id != same.id
    assert state(project, case) == (State.TWO_EDITS, State.IN_CONFLICT)
    assert str(counting(project, case)).startswith("one reading of it was edited twice")
    assert states.progress(states.rows(project, "A")) == (0, 3)
    assert states.next_open(states.rows(project, "A"), three[2].id).id == case.id
    on = entries.keep_over(project, case, "A", marked(case, Verdict.POSITIVE, low=5), beside)
    assert on.id == beside.id, "each window goes on with its own"
    entries.choose(project, on)
    assert state(project, case)[0] is State.ANSWERED
    gone = entries.keep_over(project, case, "A", marked(case, Verdict.NEGATIVE, low=5), same)
    assert gone.id not in (same.id, on.id), "what was set aside does not come back under its id"
    assert check(project).sound, check(project).faults


def test_what_is_settled_is_one_entry_whoever_made_it(project, three):
    case = three[0]
    first = entries.keep(project, case, "A", marked(case, Verdict.POSITIVE), settled=True)
    entries.keep(project, case, "B", marked(case, Verdict.NEGATIVE), settled=True)
    (only,) = entries.of_case(project, case, settled=True)
    assert (only.id, only.reader, only.entry.verdict) == (first.id, "B", Verdict.NEGATIVE)
    entries.keep_over(project, case, "A", marked(case, Verdict.POSITIVE), first, settled=True)
    assert state(project, case)[1] is State.TWO_EDITS
    assert states.next_open(states.rows(project, "A"), settling=True).id == case.id
    entries.choose(project, only)
    assert entries.of_case(project, case, settled=True) == [only]
    assert check(project).sound, check(project).faults


def test_a_readers_code_is_short_and_printable(project):
    for code in ("", " ", "x" * 41, "a\nb"):
        with pytest.raises(ProjectRefused, match="code"):
            entries.add_reader(project, code)


def test_ten_thousand_cases_are_listed_and_searched_at_once(project, three, monkeypatch):
    """A quiet computer takes 0.07 s. Looking into each row by itself would take many times what writing them does.

    Processor time of this thread, and the best of three: a busy computer stops any of them for as long as it takes.
    """
    columns = "id, key, patient, person, study_uid, series_uid, stack, sop_instance_uid, frame, positions_mm, "
    columns += "thickness_mm, contrast, synthetic, pixels, problems, excluded, mri, strata, suggestion, conflict, added"
    kept = entries.keep(project, three[0], "A", marked(three[0], Verdict.POSITIVE))
    begin = thread_time()
    with project.change():
        for number in range(4, 10_001):
            project.run(
                f"INSERT INTO cases ({columns}) SELECT ?, ?, ?, ?, ?, ?, "
                + columns.partition("series_uid, ")[2]
                + " FROM cases WHERE key = 'P001-1'",
                *(f"{number:032}", f"P{number:03}-1", f"P{number:03}", "", "", f"2.25.{number}"),
            )
            project.run(
                "INSERT INTO entries SELECT ?, ?, reader, settled, document, digest, marked, labelled, in_range, "
                "verdict, saved, proposed FROM entries WHERE id = ?",
                *(f"entry {number}", f"{number:032}", kept.id),
            )
    written = thread_time() - begin
    asked: list[str] = []
    rows_of = Project.rows
    monkeypatch.setattr(Project, "rows", lambda self, sql, *values: asked.append(sql) or rows_of(self, sql, *values))
    seconds = []
    for _ in range(3):
        begin = thread_time()
        rows = states.rows(project, "A")
        found = states.filtered(rows, [State.ANSWERED], "p9999")
        seconds.append(thread_time() - begin)
    assert len(rows) == 10_000
    assert [row.key for row in found] == ["P9999-1"]
    assert len(asked) == 3 * 2  # one query for all entries, and one for all cases
    assert min(seconds) < 2 * written
    assert events.last_digest(project)
