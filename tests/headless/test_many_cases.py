"""Many cases over night: what is broken costs its case, a kill costs nothing, parts make one table."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from desktop import events
from desktop.cli import main
from desktop.headless import case_folders, crew
from desktop.headless.case_reader import Order
from desktop.headless.crew import Crew
from desktop.headless.wanted_case import MarksOf, WantedCase
from desktop.inference.device import Device
from desktop.project.database import Project
from desktop.trail.exporting import entries
from desktop.trail.verifying import verify
from desktop.work import UNWATCHED


def rows_of(table: Path) -> dict[str, dict[str, str]]:
    with table.open(encoding="utf-8-sig", newline="") as stream:
        return {row["case"]: row for row in csv.DictReader(stream)}


def read(table: Path, out: Path, *more: str) -> int:
    return main(["read", "--cases", str(table), "--out", str(out), *more])


def times(out: Path) -> dict[str, int]:
    """When each case's result was written."""
    return {path.parent.name: path.stat().st_mtime_ns for path in out.glob("*/result.json")}


def test_three_broken_cases_cost_three_cases_and_a_kill_costs_nothing(
    listed, tmp_path, capsys, shown_as, fits_schema, trail_place
):
    table, out = listed(12), tmp_path / "out"
    child = subprocess.Popen(
        [sys.executable, "-m", "desktop", "read", "--cases", str(table), "--out", str(out), "--workers", "1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 300
    while len(list(out.glob("*/case.json"))) < 2 and time.monotonic() < until:
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
    child.wait()
    assert {row["status"] for row in rows_of(out / "results.csv").values()} <= {"waiting", "read", "failed"}
    kept = {path.parent.name: path.stat().st_mtime_ns for path in out.glob("*/case.json")}
    before = {key: when for key, when in times(out).items() if key in kept}
    assert read(table, out, "--workers", "2") == 5
    told = json.loads(capsys.readouterr().out)
    assert (told["cases"], told["read"], told["failed"]) == (12, 9, 3)
    after = times(out)
    assert before.items() <= after.items(), "what was read before the kill was not read again"
    rows = rows_of(out / "results.csv")
    assert list(rows) == [f"C{number:02d}" for number in range(1, 10)] + ["damaged", "gone", "unfit"]
    reasons = {key: row["reason"] for key, row in rows.items() if row["status"] == "failed"}
    assert set(reasons) == {"damaged", "gone", "unfit"}
    assert "No CT image can be read" in reasons["damaged"]
    assert "There is nothing at (the series of gone)" in reasons["gone"]
    assert "cannot be judged" in reasons["unfit"]
    assert str(tmp_path) not in (out / "results.csv").read_text(), "a path may name a patient"
    good = rows["C01"]
    assert (good["verdict"], good["marks"], good["patient"]) == ("positive", "reading", "PC01")
    result = fits_schema("result-1", json.loads((out / "C01/result.json").read_text()))
    for key in rows:
        fits_schema("case-1", json.loads((out / key / "case.json").read_text()))
    assert good["sha256"] == result["model"]["sha256"]
    assert float(good["score"]) == pytest.approx(result["score"], abs=1e-4)
    shown_as("case.json", json.loads((out / "C01/case.json").read_text()))
    assert {row["score"] for row in rows.values()} == {good["score"], ""}, "one head, by one or two threads"
    recorded = [entry.event for entry in entries(trail_place, good["series"])]
    read_now = 9 - len(before)
    assert [event.what for event in recorded] == ["judged", "exported"] * read_now
    data = json.loads(recorded[-1].data)
    assert (data["by"], data["marks"], data["verdict"]) == ("read --cases", "reading", "positive")
    assert [file["kind"] for file in data["files"]] == ["json", "png"]
    assert verify(trail_place).sound


CHILD = """
import json, os, pathlib, signal, sys, time
out = json.loads(sys.stdin.readline())["out"]
print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    key = json.loads(line)["key"]
    if key == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if key == "ended":
        os.kill(os.getpid(), signal.SIGKILL)
    if key == "hang":
        time.sleep(60)
    if out:
        folder = pathlib.Path(out, key)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "a.png").touch()
        (folder / "result.json").write_text('{"picture": {"file": "a.png"}}')
    answer = {"verdict": "negative", "run_slices": 0, "run_mm": 0, "score": 0.1}
    print(json.dumps({"answer": answer, "reason": None, "series": key}), flush=True)
"""


@pytest.fixture
def quick(tmp_path, monkeypatch) -> None:
    """A process that only says that it has read a case; what real ones do is tested above."""
    script = tmp_path / "child.py"
    script.write_text(CHILD)
    monkeypatch.setattr(crew, "child_command", lambda module: [sys.executable, "-S", str(script)])


def test_parts_of_a_list_make_one_table_and_a_finished_list_is_not_read_again(
    quick, listed, tmp_path, capsys, monkeypatch
):
    table, out = listed(3, broken=False), tmp_path / "out"
    assert read(table, out, "--part", "2/2") == 0
    assert list(rows_of(out / "results-2-of-2.csv")) == ["C02"]
    assert not (out / "results.csv").exists()
    assert read(table, out, "--part", "1/2") == 0
    assert list(rows_of(out / "results-1-of-2.csv")) == ["C01", "C03"]
    whole = (out / "results.csv").read_bytes()
    monkeypatch.setattr(crew, "child_command", lambda module: pytest.fail("nothing is left to be read"))
    assert read(table, out) == 0
    assert (out / "results.csv").read_bytes() == whole


def test_what_has_changed_or_is_not_whole_is_read_again(quick, listed, tmp_path, capsys, monkeypatch):
    table, out = listed(1, broken=False), tmp_path / "out"
    assert read(table, out) == 0
    before = times(out)
    next((out / "C01").glob("*.png")).unlink()
    assert read(table, out) == 0
    assert times(out) != before
    monkeypatch.setattr(case_folders, "VERSION", "later")
    before = times(out)
    assert read(table, out) == 0
    assert times(out) != before
    with table.open("a") as stream:
        stream.write(f"\nC02,P,{table.parent / 'nothing'},{table.parent / 'nothing.json'}")
    before = times(out)
    assert read(table, out) == 0
    assert before.items() <= times(out).items(), "another row changes nothing of this one"


@pytest.mark.skipif(sys.platform == "win32", reason="processes are ended by signals")
def test_a_process_that_crashes_or_hangs_costs_its_case_alone(quick):
    order = Order("", Device.CPU, 1)
    cases = [WantedCase(key, "", "a", MarksOf.READING) for key in ("1", "crash", "2", "ended", "hang", "3")]
    with Crew(order, 1, longest_s=1.0) as one:
        reasons = {case.key: outcome.reason for case, outcome in one.read(cases, UNWATCHED)}
    assert reasons["1"] == reasons["2"] == reasons["3"] == ""
    assert "crashed (Segmentation fault)" in reasons["crash"]
    assert "lack of memory" in reasons["ended"]
    assert "took longer" in reasons["hang"]


def test_a_model_that_cannot_be_used_stops_the_list_at_once(listed, tmp_path, capsys):
    (tmp_path / "no bundle").mkdir()
    assert read(listed(4, broken=False), tmp_path / "out", "--model", str(tmp_path / "no bundle")) == 4
    assert not (tmp_path / "out").exists()


def test_a_suggestion_is_read_where_there_is_no_reading(quick, small, tmp_path, capsys):
    table = tmp_path / "cases.csv"
    table.write_text(f"case,series\nC01,{small / 'series'}\n")
    assert read(table, tmp_path / "out") == 3, "no column of readings"
    assert "no column reading" in capsys.readouterr().err
    assert read(table, tmp_path / "out", "--suggest") == 0
    assert rows_of(tmp_path / "out/results.csv")["C01"]["marks"] == "suggestion"
    table.write_text(f"case,series,reading\nC01,{small / 'series'},\n")
    assert read(table, tmp_path / "out") == 5
    assert "read with --suggest" in rows_of(tmp_path / "out/results.csv")["C01"]["reason"]


def test_what_the_log_of_a_project_has_is_not_in_the_trail_again(quick, small, tmp_path, trail_place, capsys):
    file = tmp_path / "department.clivus"
    assert main(["project", "new", str(file)]) == 0
    assert main(["project", "add", str(file), str(small / "series")]) == 0
    assert read(file, tmp_path / "out", "--suggest") == 0
    with Project.open(file) as project:
        assert [event.what for _, event, _ in events.read(project)][-1] == "result kept"
    assert [entry.event.what for entry in entries(trail_place)] == ["trail begun", "exported"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--range", "1:2"], "leave out PATH"),
        (["--part", "3/2"], "share such as 2/8"),
        (["--workers", "0"], "from 1 to 256"),
    ],
)
def test_wrong_use_is_told_in_one_sentence(more, words, listed, tmp_path, capsys):
    assert read(listed(1, broken=False), tmp_path / "out", *more) == 2
    assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_keys_that_cannot_name_a_folder_are_told_before_the_night(small, tmp_path, capsys):
    for keys in (("a", "A"), ("a/b",), ("..",), ("",)):
        table = tmp_path / "cases.csv"
        lines = [f"{key},{small / 'series'},{small / 'reading.json'}" for key in keys]
        table.write_text("\n".join(["case,series,reading", *lines]))
        assert read(table, tmp_path / "out") == 3
        assert "cannot name a folder" in capsys.readouterr().err


def test_ctrl_c_between_a_case_and_the_table_loses_nothing_of_the_table(listed, tmp_path, monkeypatch):
    """The case was read, and the table called it waiting."""
    table, out, write = listed(2, broken=False), tmp_path / "out", case_folders.write_json

    def interrupted(*what: object) -> None:
        write(*what)
        raise KeyboardInterrupt

    monkeypatch.setattr(case_folders, "write_json", interrupted)
    assert read(table, out, "--workers", "1") == 130
    assert {key: row["status"] for key, row in rows_of(out / "results.csv").items()} == {
        "C01": "read",
        "C02": "waiting",
    }


@pytest.mark.skipif(os.name != "posix", reason="Ctrl+C is sent as a signal")
def test_ctrl_c_stops_with_the_table_written_and_no_process_left(listed, tmp_path):
    table, out = listed(4, broken=False), tmp_path / "out"
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in a shell's background, and inherited
    try:
        child = subprocess.Popen(
            [sys.executable, "-m", "desktop", "read", "--cases", str(table), "--out", str(out), "--workers", "1"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
    finally:
        signal.signal(signal.SIGINT, before)
    until = time.monotonic() + 300
    while not list(out.glob("*/case.json")) and time.monotonic() < until:
        time.sleep(0.02)
    os.killpg(child.pid, signal.SIGINT)  # as a terminal does
    _, said = child.communicate(timeout=60)
    assert child.returncode == 130
    assert "The same command goes on" in said
    assert rows_of(out / "results.csv")["C01"]["status"] == "read"
    with pytest.raises(ProcessLookupError):
        os.killpg(child.pid, 0)
