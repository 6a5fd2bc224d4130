"""Results of models in a project: an older file takes them in, they are logged, merged, and out of sight of readers."""

from __future__ import annotations

import pytest

from desktop import events
from desktop.project import answers, entries, reader_study, results, schema
from desktop.project.answers import Answer
from desktop.project.checking import check
from desktop.project.database import Project
from desktop.project.merging import merge
from desktop.project.reader_study import Arm, Kind, Protocol
from desktop.project.results import Model
from desktop.reading.case_answer import CaseAnswer
from desktop.reading.run import Verdict
from tests.project.conftest import marked
from tests.project.test_database import changed_behind

MODEL = Model("a-model", "1.0.0", "ab" * 32)
POSITIVE = CaseAnswer(Verdict.POSITIVE, 4, 12.0, 0.93, 0.4, "familiar")


def keep(project, case, answer=POSITIVE, model=MODEL, given=None):
    own = results.id_of(case.id, model.sha256, given or {})
    results.keep(project, own, case.id, model, "reading", answer)


@pytest.fixture
def older(tmp_path, series, monkeypatch, clock):
    """A project as the version before made it."""
    path = tmp_path / "older.clivus"
    with monkeypatch.context() as before:
        before.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        with Project.create(path, clock) as made:
            entries.add_reader(made, "A")
            assert not made.rows("SELECT 1 FROM sqlite_master WHERE name = 'results'")
    return path


def test_an_older_project_takes_results_after_a_copy_was_made(older, series, tmp_path):
    from desktop.project import cases

    before = older.read_bytes()
    with Project.open(older) as project:
        case, _ = cases.add(project, series(1))
        keep(project, case)
        assert check(project).sound
        assert project.rows("PRAGMA user_version") == [(schema.VERSION,)]
    copy = tmp_path / "older (version 1).clivus"
    assert copy.stat().st_size == len(before)
    with Project.open(copy) as again:
        assert entries.readers(again) == ["A"]


def test_a_result_is_kept_once_with_its_event_and_what_is_changed_behind_is_found(project, three):
    keep(project, three[0])
    keep(project, three[0])
    assert [event.what for _, event, _ in events.read(project)].count("result kept") == 1
    assert [(kept.model, kept.answer) for kept in results.every(project)] == [(MODEL, POSITIVE)]
    assert check(project).numbers["results"] == 1
    changed_behind(project, "UPDATE results SET document = replace(document, 'positive', 'negative')")
    assert "is not what was kept" in str(check(project).faults[0])
    changed_behind(project, "DELETE FROM results")
    assert "missing" in str(check(project).faults[0])


def test_a_copy_brings_its_results_and_those_that_both_have_stay(project, three, tmp_path, clock):
    keep(project, three[0])
    project.back_up(tmp_path / "copy.clivus")
    with Project.open(tmp_path / "copy.clivus", clock) as other:
        keep(other, three[1])
        merge(project, other)
        merge(project, other)
    assert {kept.case_id for kept in results.every(project)} == {three[0].id, three[1].id}
    assert check(project).sound, check(project).faults


def test_a_reader_sees_a_result_only_after_the_own_answer(project, three):
    keep(project, three[0])
    keep(project, three[1])
    entries.keep(project, three[0], "A", marked(three[0], Verdict.NEGATIVE))
    entries.keep(project, three[1], "A", marked(three[1]))
    assert set(results.shown_to(project, "A")) == {three[0].id}, "labels are no answer"
    assert not results.shown_to(project, "B")
    assert not results.shown_to(project, "A", settling=True), "the other reader has not answered"
    entries.keep(project, three[0], "B", marked(three[0], Verdict.POSITIVE))
    assert set(results.shown_to(project, "B", settling=True)) == {three[0].id}


def test_in_a_study_it_stays_out_of_sight_until_the_reader_has_given_all_answers(project, three, clock):
    for case in three:
        keep(project, case)
        for reader in ("A", "B"):
            entries.keep(project, case, reader, marked(case, Verdict.NEGATIVE))
    protocol = Protocol(Kind.READING, ("A",), (three[0].id, three[1].id), 5, 60, "AUC", 0.05, 2)
    study = reader_study.begin(project, "s", protocol)
    assert set(results.shown_to(project, "A")) == {three[2].id}
    assert len(results.shown_to(project, "B")) == 3, "not a reader of the study"
    for arm in (Arm.UNAIDED, Arm.AIDED):
        for case in three[:2]:
            assert set(results.shown_to(project, "A")) == {three[2].id}
            seen = answers.begin(project, study, "A", case, arm)
            answers.lock(project, study, "A", case, arm, Answer(seen.first_view, Verdict.POSITIVE, 4, 80))
        clock.pass_days(61)
    assert len(results.shown_to(project, "A")) == 3
