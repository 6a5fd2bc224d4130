"""The file: made, opened, refused, backed up, changed as a whole or not at all, its log and its check."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from desktop import events
from desktop.project import cases, entries, states
from desktop.project.checking import check
from desktop.project.database import Project, ProjectRefused
from desktop.project.states import State
from desktop.reading.run import Verdict
from desktop.unwritten import NotWritten
from tests.project.conftest import marked


def changed_behind(project: Project, *statements: str) -> None:
    """What somebody with a database tool could do."""
    with closing(sqlite3.connect(project.path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def test_what_was_kept_is_there_when_it_is_opened_again(project, three):
    entries.keep(project, three[0], "A", marked(three[0], Verdict.POSITIVE))
    project.close()
    with Project.open(project.path) as again:
        assert [case.key for case in cases.every(again)] == ["P001-1", "P002-1", "P003-1"]
        assert entries.of_reader(again, three[0], "A")[0].entry == marked(three[0], Verdict.POSITIVE)
        assert check(again).sound


def test_nothing_in_the_file_names_the_patient(project, three, tmp_path):
    entries.keep(project, three[0], "A", marked(three[0], Verdict.POSITIVE))
    project.close()
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert not [name for name in (b"Doe", b"Jane", b"ID-1", b"19600101", os.fsencode(tmp_path)) if name in content]


def test_other_files_are_refused_in_one_sentence(project, tmp_path):
    project.close()
    stranger = tmp_path / "stranger.clivus"
    connection = sqlite3.connect(stranger)
    connection.execute("CREATE TABLE t (a)")
    connection.commit()
    connection.close()
    newer = shutil.copy(project.path, tmp_path / "newer.clivus")
    connection = sqlite3.connect(newer)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    text = tmp_path / "text.clivus"
    text.write_text("no database at all, but longer than a header of one hundred bytes " * 3)
    for path, words in (
        (stranger, "another program"),
        (newer, "newer version"),
        (text, "damaged"),
        (tmp_path / "missing.clivus", "There is no project"),
    ):
        before = path.read_bytes() if path.exists() else b""
        with pytest.raises(ProjectRefused, match=words):
            Project.open(path)
        assert (path.read_bytes() if path.exists() else b"") == before


def test_the_log_and_locked_answers_cannot_be_changed_by_a_database_tool(project, three):
    for statement in ("UPDATE events SET reader = 'B'", "DELETE FROM events WHERE number = 1"):
        with pytest.raises(sqlite3.IntegrityError, match="log"):
            changed_behind(project, statement)


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (["DROP TRIGGER events_stay", "UPDATE events SET reader = 'B' WHERE number = 3"], "it was changed"),
        (["DROP TRIGGER events_are_kept", "DELETE FROM events WHERE number = 3"], "missing"),
        (["UPDATE entries SET document = replace(document, 'positive', 'negative')"], "is not what was kept"),
        (["DELETE FROM entries"], "are missing"),
    ],
)
def test_what_somebody_changed_behind_the_log_is_found(project, three, statements, found):
    entries.keep(project, three[0], "A", marked(three[0], Verdict.POSITIVE))
    changed_behind(project, *statements)
    faults = check(project).faults
    assert faults
    assert found in str(faults[0])


def found_in(path: Path) -> str:
    """What is said of a file, at opening or by the check."""
    try:
        with Project.open(path) as project:
            return " ".join(map(str, check(project).faults))
    except ProjectRefused as error:
        return str(error)


def test_damaged_pages_are_found_and_the_backup_opens(project, three, tmp_path):
    backup = tmp_path / "backup.clivus"
    project.back_up(backup)
    project.close()
    content = bytearray(project.path.read_bytes())
    for page in range(4096, len(content), 4096):
        content[page + 8 : page + 200] = b"\xa5" * 192
    project.path.write_bytes(content)
    assert "damaged" in found_in(project.path)
    with Project.open(backup) as sound:
        assert len(cases.every(sound)) == 3
        assert check(sound).sound


def test_a_project_of_the_first_schema_is_brought_up_to_date_after_a_copy(project, three, tmp_path):
    entries.keep(project, three[0], "A", marked(three[0], Verdict.POSITIVE))
    project.close()
    changed_behind(project, "ALTER TABLE entries DROP COLUMN proposed", "DROP TABLE results", "PRAGMA user_version = 1")
    with Project.open(project.path) as again:
        assert entries.of_reader(again, three[0], "A")[0].entry == marked(three[0], Verdict.POSITIVE)
        assert states.rows(again, "A")[0].own is State.ANSWERED
        assert check(again).sound
    assert (tmp_path / "department (version 1).clivus").is_file()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows moves no file that is open")
def test_what_is_written_to_a_file_that_has_gone_would_be_lost_and_is_refused(project, three, tmp_path):
    here, away = tmp_path / "share", tmp_path / "away"
    here.mkdir()
    project.back_up(here / "d.clivus")
    with Project.open(here / "d.clivus") as shared:
        entries.keep(shared, three[0], "A", marked(three[0], Verdict.POSITIVE))
        here.rename(away)
        with pytest.raises(NotWritten, match="the folder is gone"):
            entries.keep(shared, three[1], "A", marked(three[1], Verdict.POSITIVE))
        away.rename(here)
        entries.keep(shared, three[1], "A", marked(three[1], Verdict.POSITIVE))
        here.rename(away)
        shutil.copytree(away, here)  # to the system, a share that comes back is another one
        entries.keep(shared, three[2], "A", marked(three[2], Verdict.POSITIVE))
        shutil.copytree(here, tmp_path / "seen by others")
        with Project.open(tmp_path / "seen by others/d.clivus") as others:
            assert [len(entries.of_case(others, case)) for case in three] == [1, 1, 1]
            assert check(others).sound
        here.rename(tmp_path / "away again")
        here.mkdir()
        Project.create(here / "d.clivus").close()
        with pytest.raises(ProjectRefused, match="Another project"):
            entries.keep(shared, three[0], "A", marked(three[0], Verdict.NEGATIVE))


def test_a_change_that_fails_half_way_leaves_nothing(project, three):
    def stopped() -> None:
        with project.change():
            cases.exclude(project, three[0], "metal", "A")
            raise KeyboardInterrupt

    before = events.last_digest(project)
    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert events.last_digest(project) == before
    assert not cases.find(project, "P001-1").excluded


def test_two_windows_work_with_one_project(project, three):
    with Project.open(project.path) as second:
        entries.keep(second, three[0], "B", marked(three[0], Verdict.NEGATIVE))
        entries.keep(project, three[0], "A", marked(three[0], Verdict.NEGATIVE))
        assert {kept.reader for kept in entries.of_case(project, three[0])} == {"A", "B"}
        assert check(second).sound


def test_a_window_that_writes_for_long_is_waited_for_and_then_told_of(project, three, monkeypatch):
    other = sqlite3.connect(project.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    project.run("PRAGMA busy_timeout = 50")
    with pytest.raises(NotWritten, match="another program is using it"):
        cases.exclude(project, three[0], "metal", "A")
    other.execute("ROLLBACK")
    other.close()
    cases.exclude(project, three[0], "metal", "A")


@pytest.mark.skipif(sys.platform != "linux", reason="a small disk is made by Linux's means")
def test_a_full_disk_is_told_and_costs_nothing_that_was_kept(tmp_path, with_files_of_its_own):
    code = """
import sys
from contextlib import closing
from pathlib import Path
from desktop.project import entries
from desktop.project.checking import check
from desktop.project.database import Project
from desktop.unwritten import NotWritten
path = Path(sys.argv[1]) / "small.clivus"
with Project.create(path) as project:
    kept = 0
    try:
        for number in range(10_000):
            entries.add_reader(project, f"reader {number} {'x' * 25}")
            kept += 1
    except NotWritten as error:
        assert "the disk is full" in str(error), error
        assert kept == len(entries.readers(project)) > 10, kept
        assert check(project).sound
        print("told")
"""
    place = tmp_path / "disk"
    place.mkdir()
    mount = f"mount -t tmpfs -o size=400k tmpfs {place}"
    done = subprocess.run(
        [*with_files_of_its_own(mount), sys.executable, "-c", code, str(place)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.strip() == "told", done.stderr


def test_a_project_that_may_not_be_written_is_told(project, tmp_path):
    project.close()
    with Project.open(project.path) as again:
        again.run("PRAGMA query_only = ON")
        with pytest.raises(NotWritten, match="may not write"):
            entries.add_reader(again, "C")


def test_a_name_that_is_taken_is_not_written_over(tmp_path):
    (tmp_path / "a.clivus").write_text("mine")
    with pytest.raises(Exception, match="exists already"):
        Project.create(tmp_path / "a.clivus")
    assert (tmp_path / "a.clivus").read_text() == "mine"
    with pytest.raises(NotWritten):
        Project.create(Path(tmp_path / "no folder" / "b.clivus"))
