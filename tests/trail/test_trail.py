"""The trail: written by any number of processes, exported, and nothing in it of a patient."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from desktop.cli import main
from desktop.reading.run import Verdict
from desktop.sqlite_file import now
from desktop.trail.acts import By, Whose, answer_changed
from desktop.trail.exporting import COLUMNS, entries
from desktop.trail.recorder import Recorder
from desktop.trail.verifying import verify

UID = "1.2.826.0.1.3680043.8.498.77"


@pytest.fixture
def recorder(trail_place) -> Recorder:
    """Whatever cannot be written fails the test."""
    return Recorder(trail_place, lambda text: pytest.fail(str(text)))


def answer(series: str = UID, reader: str = ""):
    return answer_changed(series, None, Verdict.POSITIVE, Whose(By.WINDOW, reader))


def test_each_entry_holds_the_digest_of_the_one_before(recorder, trail_place):
    for _ in range(3):
        recorder.record(answer(reader="A"))
    found = entries(trail_place)
    assert [entry.event.what for entry in found] == ["trail begun", *["answer changed"] * 3]
    assert [entry.event.before for entry in found] == ["", *(entry.digest for entry in found[:-1])]
    assert (found[1].event.reader, json.loads(found[1].event.data)) == (
        "A",
        {"before": None, "after": "positive", "by": "window"},
    )
    told = verify(trail_place)
    assert told.sound
    assert not told.remarks
    assert (told.entries, told.digest) == (4, found[-1].digest)


def test_a_series_is_found_by_its_uid_and_stands_in_the_file_as_a_digest(recorder, trail_place):
    recorder.record(answer(), answer(f"{UID}:2"), answer("1.2.3"))
    assert [entry.number for entry in entries(trail_place, UID)] == [2, 3]
    content = trail_place.file.read_bytes() + trail_place.note.read_bytes()
    assert UID.encode() not in content
    assert hashlib.sha256(UID.encode()).hexdigest()[:32].encode() not in content, "a digest that anybody could make"


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are those of POSIX")
def test_nobody_else_may_read_it(recorder, trail_place):
    recorder.record(answer())
    assert trail_place.file.stat().st_mode & 0o077 == 0
    assert trail_place.file.parent.stat().st_mode & 0o077 == 0
    assert [path.name for path in trail_place.file.parent.iterdir()] == ["trail.sqlite"], "one file to copy"


APPEND = """
import sys
from pathlib import Path
from desktop.reading.run import Verdict
from desktop.trail.acts import By, Whose, answer_changed
from desktop.trail.recorder import Recorder
from desktop.trail.trail_file import TrailPlace
recorder = Recorder(TrailPlace(Path(sys.argv[1]), Path(sys.argv[2])), lambda text: print(text, file=sys.stderr))
print("ready", flush=True)
sys.stdin.readline()
for _ in range(int(sys.argv[3])):
    recorder.record(answer_changed("1.2.3", None, Verdict.NEGATIVE, Whose(By.READ)))
    print("written", flush=True)
"""


def process(place, count: int) -> subprocess.Popen[str]:
    """Another process, ready to append so many entries."""
    command = [sys.executable, "-c", APPEND, str(place.file), str(place.note), str(count)]
    pipe = subprocess.PIPE
    child = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    return child


_EACH = 100
"""So many entries take a process longer than a busy machine lets it run before the other's turn."""


def test_two_processes_begin_it_and_append_at_once(trail_place):
    children = [process(trail_place, _EACH) for _ in range(2)]
    for child in children:
        child.stdin.write("\n")
        child.stdin.flush()
    assert [child.communicate(timeout=60)[1] for child in children] == ["", ""]
    told = verify(trail_place)
    assert not told.faults
    assert told.entries == 1 + 2 * _EACH
    sessions = [entry.event.workstation for entry in entries(trail_place)[1:]]
    assert {sessions.count(one) for one in set(sessions)} == {_EACH}
    assert sessions not in (sorted(sessions), sorted(sessions, reverse=True)), "they took turns"


@pytest.mark.skipif(sys.platform == "win32", reason="kills are POSIX's")
def test_a_kill_costs_nothing_that_was_written(trail_place):
    """tests/proofs/kills_in_trail.py does so hundreds of times."""
    written = 0
    for _ in range(3):
        child = process(trail_place, 10_000)
        child.stdin.write("\n")
        child.stdin.flush()
        for _ in range(5):
            assert child.stdout.readline() == "written\n"
        child.kill()
        written += 5 + child.stdout.read().count("written\n")
        child.communicate()
        told = verify(trail_place)
        assert told.sound
        assert told.entries - 1 >= written


def test_it_is_exported_so_that_others_can_check_the_chain(recorder, trail_place, tmp_path, capsys):
    recorder.record(answer(reader="Ä, B"), answer())
    table, lines = tmp_path / "trail.csv", tmp_path / "trail.jsonl"
    for out in (table, lines):
        assert main(["audit", "export", "--out", str(out)]) == 0
    objects = [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]
    with table.open(encoding="utf-8-sig", newline="") as stream:
        assert [list(row.values()) for row in csv.DictReader(stream)] == [
            [str(value) for value in one.values()] for one in objects
        ]
    before = ""
    for one in objects:
        assert tuple(one) == COLUMNS
        fields = [one[name] for name in COLUMNS[1:-1]]
        assert one["before"] == before
        assert one["digest"] == hashlib.sha256(json.dumps(fields).encode()).hexdigest(), "as docs/formats.md says"
        before = one["digest"]
    capsys.readouterr()
    assert main(["audit", "export", "--out", str(table)]) == 2
    assert "exists already" in capsys.readouterr().err
    assert main(["audit", "export", "--out", str(tmp_path / "trail.txt")]) == 2
    assert ".jsonl" in capsys.readouterr().err
    assert main(["audit", "list", "--series", UID, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["entries"]) == 2


def test_the_example_in_the_file_formats(recorder, trail_place, example, shown_as):
    recorder.record(answer())
    shown_as("trail-entry.json", entries(trail_place)[1].document())
    shown_as("trail-end.json", json.loads(trail_place.note.read_text(encoding="utf-8")))


def refused(place) -> tuple[list[str], Recorder]:
    """What is told of three entries that cannot be written, and who told it."""
    told: list[str] = []
    recorder = Recorder(place, lambda text: told.append(str(text)))
    for _ in range(3):
        recorder.record(answer())
    return told, recorder


def test_where_it_cannot_be_written_one_sentence_says_so_and_a_later_entry_how_many_are_missing(trail_place):
    trail_place.file.parent.write_text("a file in the folder's place")
    told, recorder = refused(trail_place)
    assert len(told) == 1
    assert told[0].startswith("What was done is not recorded in the trail, and the work goes on without it: ")
    trail_place.file.parent.unlink()
    recorder.record(answer())
    assert [entry.event.what for entry in entries(trail_place)] == ["trail begun", "not recorded", "answer changed"]
    (remark,) = verify(trail_place).remarks
    assert "3 acts could not be recorded" in str(remark)


@pytest.mark.parametrize(
    "content", [b"a page of notes that is longer than a header of one hundred bytes " * 9, b"SQLite"]
)
def test_a_file_that_is_not_a_trail_is_left_as_it_is(content, trail_place):
    trail_place.file.parent.mkdir()
    trail_place.file.write_bytes(content)
    told, _ = refused(trail_place)
    assert len(told) == 1
    assert "is damaged, or not a trail" in told[0]
    assert trail_place.file.read_bytes() == content


@pytest.mark.skipif(sys.platform != "linux", reason="disks are made by Linux's means")
@pytest.mark.parametrize(("options", "reason"), [("size=80k", "the disk is full"), ("ro", "the disk is read-only")])
def test_a_disk_that_takes_nothing_costs_no_reading(options, reason, tmp_path, with_files_of_its_own):
    disk = tmp_path / "disk"
    disk.mkdir()
    done = subprocess.run(
        [
            *with_files_of_its_own(f"mount -t tmpfs -o {options} tmpfs {disk}"),
            *(sys.executable, "-c", APPEND, str(disk / "data/trail.sqlite"), str(disk / "note"), "300"),
        ],
        input="\n",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.count("written") == 300, done.stderr
    (told,) = done.stderr.splitlines()
    assert reason in told


def test_the_time_is_that_of_the_clock(trail_place):
    moment = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
    Recorder(trail_place, print, lambda: moment).record(answer())
    assert {entry.event.at for entry in entries(trail_place)} == {"2026-11-27T09:30:00.000+00:00"}
    assert now().tzinfo is UTC


def test_without_a_trail_there_is_nothing_to_tell(trail_place, capsys):
    assert main(["audit", "verify"]) == 0
    assert "Nothing was recorded yet" in capsys.readouterr().out
    assert main(["audit", "list"]) == 0
    assert not os.path.lexists(trail_place.file), "looking makes none"
