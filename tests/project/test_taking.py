"""A cohort into a project and out again: the same readings, proposals stay proposals, nothing is overwritten."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from desktop.cohort_table import EXCLUDED_FILE, TABLE_FILE, TableRefused, read_table
from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.project import agreement, cases, entries, states
from desktop.project.checking import check
from desktop.project.cohort import counting, export
from desktop.project.database import Project, ProjectRefused
from desktop.project.places import Places
from desktop.project.states import State
from desktop.project.taking import Taken, table_at, take
from desktop.reading.origin import Origin
from desktop.reading.roi import PositionRange, Roi
from desktop.reading.run import Verdict
from desktop.reading.saved import Reading

PROPOSAL = Origin("suggested", "suggested", "T stage T3")


@pytest.fixture
def places(tmp_path):
    return Places(tmp_path / "places.json")


@pytest.fixture
def cohort(two_people, tmp_path):
    """A cohort of two series of one patient: one that reader C confirmed, one that nobody has confirmed."""
    folder = tmp_path / "a cohort"
    (folder / "readings").mkdir(parents=True)
    lines = ["case,patient,series,reading,contrast,licence,mri,T_class"]
    for number, origin in enumerate((Origin(labels="T stage T4", confirmed_by="C"), PROPOSAL), start=1):
        series = scan(Source.open(two_people / str(number))).series[0]
        positions = series.geometry.positions_mm
        Reading(
            series.name,
            Roi.everywhere(100, 110, 90, 85),
            PositionRange(float(positions[2]), float(positions[6])),
            {series.slices[place].key: place > 3 for place in range(2, 7)},
            Verdict.POSITIVE,
            sop_instance_uid=series.slices[3].sop_instance_uid,
            frame=0,
            origin=origin,
        ).save(folder / f"readings/N{number}.json")
        lines.append(f"N{number},NPC-1,{two_people / str(number)},readings/N{number}.json,contrast,CC0,yes,T3")
    (folder / TABLE_FILE).write_text("\n".join(lines), encoding="utf-8")
    return folder


def own(project, reader):
    return {row.key: row.own for row in states.rows(project, reader)}


def test_series_become_cases_and_readings_entries(project, cohort, places):
    table = table_at(cohort)
    assert table == table_at(table) == cohort / TABLE_FILE
    assert table_at(cohort / "readings") is None
    taken = take(project, table, "A", places)
    assert (taken.new, taken.known, taken.readings, taken.proposals) == (2, 0, 2, 1)
    assert not taken.troubles
    assert not taken.renamed
    first, second = cases.every(project)
    assert (first.key, second.key, first.patient, second.patient) == ("N1", "N2", "NPC-1", "NPC-1")
    assert first.strata == {"licence": "CC0", "t_class": "T3"}
    assert first.mri
    assert entries.of_reader(project, first, "C")[0].entry.verdict is Verdict.POSITIVE
    assert own(project, "A") == {"N1": State.TO_MARK, "N2": State.PROPOSED}
    assert own(project, "C")["N1"] is State.ANSWERED
    assert places.find(first.id) is not None
    assert check(project).sound


def test_a_proposal_counts_for_nothing_until_its_reader_has_confirmed_it(project, cohort, places, tmp_path):
    take(project, table_at(cohort), "A", places)
    second = cases.find(project, "N2")
    assert str(counting(project, second)) == "no reader has confirmed its reading"
    assert states.progress(states.rows(project, "A"))[0] == 0
    assert states.next_open(states.rows(project, "A"), cases.find(project, "N1").id).key == "N2"
    entries.keep(project, second, "C", entries.of_reader(project, second, "A")[0].entry)
    assert not agreement.of_readers(project, "A", "C").figures
    (kept,) = entries.of_reader(project, second, "A")
    assert kept.entry.origin == PROPOSAL
    confirmed = replace(kept.entry, origin=replace(PROPOSAL, confirmed_by="A"))
    entries.keep(project, second, "A", confirmed)
    assert own(project, "A")["N2"] is State.ANSWERED
    exported = export(project, tmp_path / "out", lambda case: places.find(case.id))
    assert exported.cases == ("N1", "N2")
    assert Reading.load(tmp_path / "out/readings/N2.json").origin == replace(PROPOSAL, confirmed_by="A")


def test_from_a_cohort_to_a_project_to_a_cohort_the_readings_are_the_same(project, cohort, places, tmp_path):
    before = Reading.load(cohort / "readings/N1.json")
    take(project, table_at(cohort), "A", places)
    exported = export(project, tmp_path / "out", lambda case: places.find(case.id))
    assert list(exported.left_out) == ["N2"]
    (row,) = read_table(tmp_path / "out" / TABLE_FILE)
    (former, _) = read_table(cohort / TABLE_FILE)
    assert {name: row.cells[name] for name in former.cells if name != "series"} == {
        name: cell for name, cell in former.cells.items() if name != "series"
    }
    after = Reading.load(tmp_path / "out/readings/N1.json")
    first = cases.find(project, "N1")
    assert after == replace(before, sop_instance_uid=first.sop_instance_uid, frame=first.frame)
    with Project.create(tmp_path / "second.clivus") as second:
        taken = take(second, table_at(tmp_path / "out"), "", places)
        assert (taken.new, taken.readings, taken.proposals) == (1, 1, 0)
        export(second, tmp_path / "again", lambda case: places.find(case.id))
    assert Reading.load(tmp_path / "again/readings/N1.json") == after


def test_nothing_that_is_there_is_written_over(project, cohort, places):
    take(project, table_at(cohort), "A", places)
    second = cases.find(project, "N2")
    cases.set_strata(project, second, {"t_class": "T2"}, "A")
    cases.set_mri(project, second, False, "A")
    own = replace(entries.of_reader(project, second, "A")[0].entry, verdict=Verdict.NEGATIVE)
    entries.keep(project, second, "A", own)
    log = project.rows("SELECT COUNT(*) FROM events")
    taken = take(project, table_at(cohort), "A", places)
    assert (taken.new, taken.known, taken.readings, taken.kept) == (0, 2, 0, ["N2"])
    assert "N2" in str(taken.told)
    assert entries.of_reader(project, second, "A")[0].entry == own
    again = cases.find(project, "N2")
    assert (again.strata, again.mri) == ({"t_class": "T2", "licence": "CC0"}, False)
    assert project.rows("SELECT COUNT(*) FROM events")[0][0] == log[0][0] + 1, "the licence was lacking"


def test_keys_that_stand_for_others_here_are_told(project, cohort, places, series):
    stranger, _ = cases.add(project, series(1), known=cases.Known("N1", "NPC-1"))
    taken = take(project, table_at(cohort), "A", places)
    assert taken.renamed == {"N1": "P001-1", "N2": "P001-2"}
    assert cases.find(project, stranger.id).key == "N1"
    assert "N1 of the table is P001-1 here" in str(taken.told)


def test_what_cannot_be_taken_over_costs_its_row(project, cohort, places):
    text = (cohort / TABLE_FILE).read_text().splitlines()
    (cohort / TABLE_FILE).write_text("\n".join([*text, "N3,p,nowhere,readings/N1.json,,,,", "N4,p,.,,,,,"]))
    (cohort / "readings/N1.json").write_text("{}")
    taken = take(project, table_at(cohort), "A", places)
    assert taken.new == 1
    assert [str(trouble)[:8] for trouble in taken.troubles] == ["Case N1:", "Case N3:", "Case N4:"]
    with pytest.raises(ProjectRefused, match="name no reader"):
        take(project, table_at(cohort), "", places)
    (cohort / TABLE_FILE).write_text("case;patient\n")
    with pytest.raises(TableRefused, match="no column series"):
        take(project, table_at(cohort), "A", places)
    assert Taken().told


def test_mri_strata_and_reasons_come_out_in_the_cohort(project, cohort, places, tmp_path):
    take(project, table_at(cohort), "A", places)
    second = cases.find(project, "N2")
    cases.set_mri(project, second, False, "A")
    cases.exclude(project, second, "MRI なし", "A")
    export(project, tmp_path / "out", lambda case: places.find(case.id))
    (row,) = read_table(tmp_path / "out" / TABLE_FILE)
    (left_out,) = read_table(tmp_path / "out" / EXCLUDED_FILE, ("case", "reason"))
    assert (row.cells["mri"], row.cells["t_class"]) == ("yes", "T3")
    assert left_out.cells == {"case": "N2", "reason": "excluded: MRI なし", "mri": "no"}
    assert (tmp_path / "out" / EXCLUDED_FILE).read_bytes().startswith(b"\xef\xbb\xbf"), "a spreadsheet sees UTF-8"
    assert cases.reasons(project) == ["MRI なし"]
    assert cases.strata_names(project) == ["licence", "t_class"]
    whats = [what for (what,) in project.rows("SELECT what FROM events WHERE subject = ?", second.id)]
    assert whats[-2:] == ["MRI noted", "case excluded"]
    cases.exclude(project, cases.find(project, "N2"), "MRI なし", "A")
    assert len(whats) == len(project.rows("SELECT 1 FROM events WHERE subject = ?", second.id)), "nothing was new"


@pytest.mark.parametrize("strata", [{"MRI": "yes"}, {" ": "x"}, {"a\nb": "x"}, {"t": "x" * 121}])
def test_a_column_that_a_cohort_could_not_have_is_refused(project, three, strata):
    with pytest.raises(ProjectRefused, match="cannot be"):
        cases.set_strata(project, three[0], strata, "A")
    assert json.loads(states.rows(project, "A")[0].strata) == {}
