"""What is found of a trail that somebody changed, and what cannot be found."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from desktop import events
from desktop.cli import main
from desktop.events import Event
from desktop.reading.run import Verdict
from desktop.trail.acts import By, Whose, answer_changed
from desktop.trail.end_note import EndNote
from desktop.trail.exporting import entries
from desktop.trail.recorder import Recorder
from desktop.trail.verifying import verify


def record(place, count: int = 1) -> None:
    recorder = Recorder(place, lambda text: pytest.fail(str(text)))
    for _ in range(count):
        recorder.record(answer_changed("1.2.3", None, Verdict.POSITIVE, Whose(By.WINDOW)))


@pytest.fixture
def trail(trail_place):
    """Nine entries after the first."""
    record(trail_place, 9)
    return trail_place


UNLOCKED = "DROP TRIGGER events_stay", "DROP TRIGGER events_are_kept"


def changed_behind(place, *statements: str) -> None:
    """What somebody with a database tool could do."""
    with closing(sqlite3.connect(place.file)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def faults(place, noted: str = "") -> str:
    return " ".join(map(str, verify(place, noted).faults))


@pytest.mark.parametrize("statement", ["UPDATE events SET reader = 'B'", "DELETE FROM events WHERE number = 3"])
def test_a_database_tool_alone_cannot_change_it(trail, statement):
    with pytest.raises(sqlite3.IntegrityError, match="log"):
        changed_behind(trail, statement)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE events SET data = replace(data, 'positive', 'negative') WHERE number = 4", "Entry 4 does not hold"),
        ("UPDATE events SET at = '2020-01-01T00:00:00.000+00:00' WHERE number = 10", "Entry 10 does not hold"),
        ("DELETE FROM events WHERE number = 5", "Entry 6 does not hold: 1 event before it is missing"),
        ("DELETE FROM events WHERE number = 1", "The first entry is not the one"),
        ("DELETE FROM events WHERE number > 7", "The end is missing: 3 entries after entry 7"),
        ("DELETE FROM events", "The end is missing: 10 entries after entry 0"),
        ("UPDATE trail SET salt = x'00'", "The first entry is not the one"),
        ("DROP TABLE trail", "is damaged, or not a trail"),
        ("DROP TABLE events", "is damaged, or not a trail"),
    ],
)
def test_what_somebody_changed_is_found(trail, statement, found, capsys):
    changed_behind(trail, *UNLOCKED, statement)
    assert found in faults(trail)
    assert main(["audit", "verify", "--json"]) == 3
    told = capsys.readouterr()
    assert json.loads(told.out)["sound"] is False
    assert "does not hold" in told.err


@pytest.mark.parametrize("statement", ["DELETE FROM events WHERE number > 7", "DELETE FROM events"])
def test_an_end_that_was_cut_off_is_found_after_more_was_written(trail, statement):
    """The note of the end is written over with each entry: what was missing is then an entry itself."""
    changed_behind(trail, *UNLOCKED, statement)
    record(trail, 5)
    assert EndNote.load(trail.note) is not None
    assert "did not reach entry 10" in faults(trail) or "another one of 10 entries" in faults(trail)


@pytest.mark.parametrize("take", [Path.unlink, lambda file: file.write_bytes(b"")], ids=["removed", "emptied"])
def test_a_trail_that_was_taken_away_is_found_before_and_after_a_new_one_is_begun(take, trail):
    take(trail.file)
    assert faults(trail) == "The trail is gone; it had 10 entries."
    record(trail)
    assert faults(trail) == "This trail was begun in place of another one of 10 entries, which is gone."


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[: len(content) // 2],
        lambda content: content[:4096] + b"\xa5" * 4096 + content[8192:],
    ],
    ids=["half of it", "a page overwritten"],
)
def test_a_damaged_file_is_found(trail, damage):
    trail.file.write_bytes(damage(trail.file.read_bytes()))
    assert "damaged" in faults(trail)


def test_without_the_note_a_cut_is_not_found_and_that_is_said(trail):
    trail.note.unlink()
    changed_behind(trail, *UNLOCKED, "DELETE FROM events WHERE number > 7")
    told = verify(trail)
    assert told.sound
    assert "cut off cannot be noticed" in str(told.remarks[0])


def test_a_trail_made_anew_with_its_note_is_found_by_a_digest_noted_elsewhere(trail, capsys):
    noted = verify(trail).digest
    with closing(sqlite3.connect(trail.file)) as connection, connection:
        for statement in UNLOCKED:
            connection.execute(statement)
        before = ""
        for entry in entries(trail)[:8]:
            data = entry.event.data.replace("positive", "negative")
            made = replace(entry.event, data=data, before=before)
            connection.execute(
                "UPDATE events SET data = ?, before = ?, digest = ? WHERE number = ?",
                (made.data, made.before, made.digest, entry.number),
            )
            before = made.digest
        connection.execute("DELETE FROM events WHERE number > 8")
        (own,) = connection.execute("SELECT id FROM trail").fetchone()
    EndNote(own, 8, before).save(trail.note)
    assert verify(trail).sound, "whoever may write both can make both anew"
    assert faults(trail, noted) == f"No entry has the digest {noted}."
    assert main(["audit", "verify", "--noted", noted]) == 3
    assert main(["audit", "verify", "--noted", before]) == 0
    capsys.readouterr()
    assert main(["audit", "verify", "--noted", "abc"]) == 2


def test_a_note_that_lags_behind_is_no_fault(trail):
    """A kill between the entry and its note."""
    note = trail.note.read_bytes()
    record(trail, 2)
    trail.note.write_bytes(note)
    assert verify(trail).sound
    record(trail)
    assert [entry.event.what for entry in entries(trail)][1:] == ["answer changed"] * 12


def test_what_an_entry_is_of_cannot_be_made_to_look_like_another(trail):
    """The digest is over a list, so that no sign can move from one field to the next."""
    one = Event("a", "b", "", "c", "d", "{}", "", "")
    assert one.digest != Event("a", "bc", "", "", "d", "{}", "", "").digest
    assert one.digest == events.digest_of(json.dumps(["a", "b", "", "c", "d", "{}", "", ""]))
