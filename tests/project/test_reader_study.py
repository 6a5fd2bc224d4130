"""Reader studies: the protocol stands, each reader has an order, answers are locked and hidden until their day."""

from __future__ import annotations

import csv
import io
import sqlite3
from datetime import timedelta

import pytest

from desktop.project import answers, cases, entries, reader_study, tables
from desktop.project.answers import Answer
from desktop.project.checking import check
from desktop.project.cohort import truth
from desktop.project.database import ProjectRefused
from desktop.project.reader_study import Arm, Kind, Protocol
from desktop.reading.run import Verdict
from desktop.reading.saved import Reading
from tests.project.conftest import marked


@pytest.fixture
def begun(project, three):
    for case, own in zip(three, (Verdict.POSITIVE, Verdict.NEGATIVE, Verdict.POSITIVE), strict=True):
        entries.keep(project, case, "A", marked(case, own))
    protocol = Protocol(Kind.READING, ("A", "B"), tuple(case.id for case in three), 5, 60, "AUC", 0.05, 3)
    return reader_study.begin(project, "senior and junior", protocol)


def answer_all(project, begun, reader, arm, certainty=80):
    for own in answers.to_do(project, begun, reader, arm):
        case = cases.find(project, own)
        seen = answers.begin(project, begun, reader, case, arm)
        given = Answer(seen.first_view, Verdict.POSITIVE, 4, certainty, seconds=31.5)
        answers.lock(project, begun, reader, case, arm, given)


def test_each_reader_has_an_order_of_their_own_in_each_arm(project, three):
    protocol = Protocol(Kind.READING, ("A", "B"), tuple(f"{n:032}" for n in range(20)), 5, 60, "AUC", None, 20)
    made = reader_study.Study("1", "s", protocol, "")
    orders = {tuple(made.order(reader, arm)) for reader in ("A", "B") for arm in Arm}
    assert len(orders) == 4
    assert all(sorted(order) == sorted(protocol.case_ids) for order in orders)


def test_a_locked_answer_stays_and_is_seen_only_on_its_day(project, begun, clock):
    case = cases.find(project, begun.order("A", Arm.UNAIDED)[0])
    seen = answers.begin(project, begun, "A", case, Arm.UNAIDED)
    with pytest.raises(ProjectRefused, match="confidence"):
        answers.lock(project, begun, "A", case, Arm.UNAIDED, seen)
    answer_all(project, begun, "A", Arm.UNAIDED)
    with pytest.raises(ProjectRefused, match="was given"):
        answers.begin(project, begun, "A", case, Arm.UNAIDED)
    with pytest.raises(sqlite3.IntegrityError, match="locked"):
        project.run("UPDATE answers SET document = '{}'")
    assert answers.open_arm(project, begun, "A") is None
    assert answers.shown(project, begun, "A", case) is None
    assert answers.model_hidden(project, begun, "A")
    opens = answers.opens_at(project, begun, "A")
    assert (opens.hour, opens.minute) == (0, 0), "at any hour of the day that the reader is told"
    with pytest.raises(ProjectRefused, match=opens.date().isoformat()):
        answers.begin(project, begun, "A", case, Arm.AIDED)
    clock.now = opens - timedelta(seconds=1)
    assert answers.open_arm(project, begun, "A") is None
    clock.now = opens
    assert answers.open_arm(project, begun, "A") is Arm.AIDED
    assert not answers.model_hidden(project, begun, "A")
    assert answers.model_hidden(project, begun, "B"), "the other reader has not answered yet"
    assert answers.shown(project, begun, "A", case).certainty == 80


def test_a_locked_answer_that_was_changed_behind_the_log_is_found(project, begun):
    answer_all(project, begun, "A", Arm.UNAIDED)
    assert check(project).sound
    with project.change():
        project.run("DROP TRIGGER locked_answers_stay")
        project.run("UPDATE answers SET document = replace(document, '80', '90') WHERE reader = 'A'")
    assert "was changed afterwards" in str(check(project).faults[0])


def test_the_tables_hold_what_was_locked(project, begun, clock):
    for reader, certainty in (("A", 80), ("B", 30)):
        answer_all(project, begun, reader, Arm.UNAIDED, certainty)
    clock.pass_days(61)
    answer_all(project, begun, "A", Arm.AIDED, 95)
    rows = list(csv.DictReader(io.StringIO(tables.imrmc(project, begun, truth(project)))))
    assert [row["score"] for row in rows if row["readerID"] == "truth"].count("1") == 2
    given = {(row["readerID"], row["modalityID"]): row["score"] for row in rows if row["readerID"] != "truth"}
    assert given == {("A", "unaided"): "80", ("B", "unaided"): "30", ("A", "aided"): "95"}
    assert len(rows) == 3 + 9
    rows = list(csv.DictReader(io.StringIO(tables.mrmcaov(project, begun, truth(project)))))
    assert {(row["reader"], row["test"]) for row in rows} == set(given)
    assert {row["truth"] for row in rows} == {"0", "1"}
    rows = list(csv.DictReader(io.StringIO(tables.readers_table(project, begun))))
    assert {row["with_model"] for row in rows} == {"no", "yes"}
    with pytest.raises(ProjectRefused, match="Nobody said"):
        tables.imrmc(project, begun, {})


def test_a_protocol_that_makes_no_sense_is_refused(project, three):
    ids = tuple(case.id for case in three)
    for readers, chosen, margin, days in (
        ((), ids, None, 60),
        (("A",), (), None, 60),
        (("A", "A"), ids, None, 60),
        (("A",), ids, 1.5, 60),
        (("A",), ids, None, -1),
    ):
        with pytest.raises(ProjectRefused):
            Protocol(Kind.READING, readers, chosen, 1, days, "AUC", margin, 3)
    with pytest.raises(ProjectRefused, match="does not have the readers"):
        reader_study.begin(project, "s", Protocol(Kind.READING, ("Z",), ids, 1, 60, "AUC", None, 3))


def test_rectangles_are_a_study_of_one_arm(project, three, tmp_path):
    ids = tuple(case.id for case in three)
    made = reader_study.begin(project, "Figure 7", Protocol(Kind.RECTANGLES, ("B",), ids, 1, 0, "Dice", None, 3))
    case = cases.find(project, made.order("B", Arm.UNAIDED)[0])
    seen = answers.begin(project, made, "B", case, Arm.UNAIDED)
    given = Answer(seen.first_view, roi=marked(case).roi)
    answers.lock(project, made, "B", case, Arm.UNAIDED, given)
    assert answers.locked(project, made)[0].answer.roi == marked(case).roi
    with pytest.raises(ProjectRefused, match="rectangles"):
        tables.mrmcaov(project, made, {})
    with pytest.raises(ProjectRefused, match="range"):
        tables.write_second_readings(project, made, tmp_path)
    entries.keep(project, case, "A", marked(case, Verdict.POSITIVE))
    tables.write_second_readings(project, made, tmp_path)
    table = (tmp_path / "B" / "second.csv").read_text()
    assert list(csv.reader(io.StringIO(table))) == [["case", "reading"], [case.key, f"second/{case.key}.json"]]
    reading = Reading.load(tmp_path / "B" / "second" / f"{case.key}.json")
    assert (reading.roi, reading.range) == (marked(case).roi, marked(case).range)
