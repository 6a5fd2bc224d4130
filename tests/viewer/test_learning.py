"""A model learned from the project in the window: before, meanwhile, stopped, gone on with, and what came of it."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QPlainTextEdit

from desktop.headless.learner import Told
from desktop.inference.bundle import Bundle
from desktop.inference.device import Device
from desktop.inference.manifest import Metric
from desktop.inference.network import Network
from desktop.learning.outlook import Outlook
from desktop.learning.result_file import CalledPatient, LearnedResult
from desktop.learning.work_folder import WorkFolder
from desktop.messages import message
from desktop.models.choice import default_of
from desktop.report.learned_page import LearnedPage
from desktop.viewer.desk.judging import Judging
from desktop.viewer.desk.learning import Found, Running
from desktop.viewer.panels.learn_dialog import LearnDialog
from desktop.viewer.window import MainWindow
from tests.departments import make_project
from tests.full_disk import largest_file
from tests.viewer.reading_aloud import require_all_is_said

FIRST = "department-1"
OPEN_MODEL = Judging.open_model


@pytest.fixture(scope="module")
def network(quick) -> Network:
    """The window's model: the quick one."""
    return Network(Bundle.load(quick), Device.CPU)


@pytest.fixture
def models(shelf, quick) -> Path:
    """The quick network on the shelf, beside the shipped one; its folder."""
    folder = shelf.own / "quick@1"
    shutil.copytree(quick, folder)
    return folder


@pytest.fixture
def learner(models, window, department, phantom, places, tmp_path, qtbot) -> Iterator[Callable[..., LearnDialog]]:
    """A function that makes a project, opens it for a reader, and shows the dialog by its key."""

    def begin(reader: str = "A", **project: object) -> LearnDialog:
        path = tmp_path / "department.clivus"
        if not path.exists():
            make_project(path, places / "places.json", department, phantom, **project)
        assert window.department.open(path, reader)
        return show(qtbot, window)

    yield begin
    window.department.close()


def press_key(qtbot, window: MainWindow) -> None:
    window.activateWindow()  # no window manager does, where a dialog was closed
    qtbot.waitUntil(window.isActiveWindow, timeout=10000)
    QTest.keyClick(window, Qt.Key.Key_F9, Qt.KeyboardModifier.ControlModifier)


def show(qtbot, window: MainWindow) -> LearnDialog:
    press_key(qtbot, window)
    dialog = window.learning.learn
    assert dialog.isVisible()
    return dialog


def choose(dialog: LearnDialog, name: str) -> None:
    rows = (row for row in range(dialog.network.count()) if dialog.network.itemText(row).startswith(name))
    dialog.network.setCurrentIndex(next(rows))


def settle(qtbot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.jobs._running, timeout=300000)


def on_desk(window: MainWindow) -> str:
    """The key of the case; "" while it is being opened."""
    return "" if window.department.current is None else window.department.current.key


def press(hand, button) -> None:
    assert button.isVisible()
    assert button.isEnabled()
    hand.click(button, button.rect().center())


def drawn_in(view) -> list[str]:
    """No picture is in these dialogs."""
    return []


def texts(widget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel)]


def test_before_anything_is_begun_the_dialog_says_what_is_missing(learner, window, qtbot):
    press_key(qtbot, window)
    assert not window.learning.learn.isVisible()
    assert "Open a project first (F7)" in window.message.label.text()
    dialog = learner(patients=3)
    settle(qtbot, window)
    assert dialog.ready.text() == "Ready: 1 patients with invasion and 2 without. 13 cases are not:"
    reasons = [dialog.why.item(row).text() for row in range(dialog.why.count())]
    assert len(reasons) == 13
    assert all(reason.startswith("Case P") and reason.endswith(": nobody has answered it") for reason in reasons)
    assert dialog.said.text().startswith("Learning needs 8 patients with invasion and 8 without")
    assert not dialog.begin.isEnabled()
    require_all_is_said(dialog, drawn_in)
    window.department.close()
    assert not dialog.isVisible(), "the project is closed, and with it what was said of it"


def test_names_and_models_that_do_not_fit_are_refused_in_a_sentence(learner, models, window, hand, qtbot, tmp_path):
    fields = json.loads((models / "manifest.json").read_text())
    other = models.with_name("other@1")
    shutil.copytree(models, other)
    fields |= {"id": "other", "crop_size": 192, "map_stride": 32}
    fields["self_test"] |= {"map": [[0.0] * 6] * 6}
    (other / "manifest.json").write_text(json.dumps(fields))
    dialog = learner()
    settle(qtbot, window)
    assert dialog.name.text() == FIRST
    assert dialog.network.currentText() == "quick 0.4.0 (in use)"
    assert dialog.begin.isEnabled()
    for name, says in (
        ("a name", "The name of a model has 1 to 64 letters"),
        ("", "The name of a model has 1 to 64 letters"),
        ("phantom-resnet50", "There is a model phantom-resnet50 already"),
        ("full", "There is a model full already"),
    ):
        (tmp_path / "full").mkdir(exist_ok=True)
        dialog.name.setText(name)
        assert says in dialog.said.text()
        assert not dialog.begin.isEnabled()
    dialog.name.setText("mine")
    assert dialog.begin.isEnabled()
    WorkFolder.begin(tmp_path / "mine.learning", dict.fromkeys(("cohort", "model", "recipe"), "of another"))
    dialog.name.setText("mine ")
    assert "with other cases or another network, and cannot go on with these" in dialog.said.text()
    assert "mine.learning holds pictures of patients" in dialog.said.text()
    assert not dialog.begin.isEnabled()
    choose(dialog, "other")
    settle(qtbot, window)
    assert "takes crops of 192 pixels, and Clivus learns from crops of 224" in dialog.said.text()
    assert not dialog.begin.isEnabled()
    dialog.close()


def test_what_is_stopped_goes_on_and_ends_with_a_model_that_is_installed(
    learner, models, window, shelf, hand, qtbot, tmp_path, monkeypatch
):
    monkeypatch.setattr(Judging, "open_model", OPEN_MODEL)
    work, out = tmp_path / f"{FIRST}.learning", tmp_path / FIRST
    dialog = learner()
    settle(qtbot, window)
    assert dialog.ready.text() == "Ready: 8 patients with invasion and 8 without."
    assert dialog.why.isHidden()
    assert re.match(r"It takes (less than a|about \d+) minutes? on this computer, and 43 MB", dialog.takes.text())
    assert dialog.place.text() == str(out)

    if sys.platform != "win32":
        with largest_file(5_000_000):  # a case's crops fit, those of all do not
            press(hand, dialog.begin)
            qtbot.waitUntil(lambda: not window.learning.work.busy, timeout=300000)
        assert "cannot be written" in dialog.said.text()
        assert dialog.begin.text() == "Go on"
    press(hand, dialog.begin)
    assert not dialog.begin.isVisible()
    assert not dialog.name.isEnabled()
    qtbot.waitUntil(lambda: "step 2 of 8: Features of" in dialog.stage.text(), timeout=300000)
    assert dialog.left.text().startswith("In all, ")
    monkeypatch.setattr(LearnDialog, "ask_to_stop", lambda self: False)
    assert not window.close(), "the reader was asked, and said no"
    press(hand, dialog.stop)
    settle(qtbot, window)
    assert dialog.begin.text() == "Go on"
    dialog.close()

    # Opened anew, it finds what was begun.
    show(qtbot, window)
    settle(qtbot, window)
    assert dialog.name.text() == FIRST
    assert "is not finished: it goes on where it stopped" in dialog.standing.text()
    press(hand, dialog.begin)
    qtbot.waitUntil(lambda: window.learning.work.running.told is not None, timeout=300000)
    shutil.move(models, tmp_path / "elsewhere")
    qtbot.waitUntil(lambda: not window.learning.work.busy, timeout=300000)
    assert "There is no model" in dialog.said.text()
    assert not out.exists()
    shutil.move(tmp_path / "elsewhere", models)
    press(hand, dialog.begin)
    qtbot.waitUntil(lambda: not window.learning.work.busy, timeout=300000)

    page = window.learning.learned
    assert page.isVisible()
    assert not dialog.isVisible()
    found = json.loads((work / "learned.json").read_text())
    told = texts(page)
    for one in found["metrics"]:
        hits, _, of = one["numbers"].split(",")[0].partition("/")
        if one["name"] in ("sensitivity", "specificity"):
            percent = [f"{100 * one[name]:.0f}" for name in ("value", "low", "high")]
            assert f"{hits} of {of} ({percent[0]} %, 95 % CI {percent[1]} to {percent[2]} %)" in told
        elif one["name"] != "accuracy":
            assert f"{one['value']:.2f} (95 % CI {one['low']:.2f} to {one['high']:.2f})" in told
    assert "Demonstration, not for clinical use." in told
    assert page.told.text() == "It called every patient rightly."
    press(hand, page.card)
    settle(qtbot, window)
    card = next(one for one in page.findChildren(QDialog) if one.windowTitle().startswith(FIRST))
    assert card.findChild(QPlainTextEdit).toPlainText().startswith(f"# {FIRST}")
    card.close()
    press(hand, page.take)
    settle(qtbot, window)
    assert default_of(shelf).manifest == Bundle.load(out).manifest
    assert window.judging.network.manifest.id == FIRST
    assert not window.model_bar.isVisible(), "nothing is left to decide"
    assert not page.take.isEnabled()
    page.close()

    # Later, from the list of models: with its patients where the learning folder is, else from the model itself.
    window.actions_by_name["show_models"].trigger()
    models_dialog = window.models_dialog
    assert models_dialog.learned.isEnabled()
    press(hand, models_dialog.learned)
    settle(qtbot, window)
    assert texts(page) == [*told[: len(texts(page))]]
    assert page.told.text() == "It called every patient rightly."
    shutil.move(work, tmp_path / "put away")
    press(hand, models_dialog.learned)
    settle(qtbot, window)
    assert page.told.text().startswith("Which patients it calls wrongly stands in its learning folder")
    monkeypatch.setattr(window.dialogs, "folder", lambda title: tmp_path / "put away")
    press(hand, page.look_for)
    settle(qtbot, window)
    assert page.told.text() == "It called every patient rightly."
    page.close()
    models_dialog.close()


def test_a_model_that_is_no_better_than_chance_is_not_written_and_the_page_says_why(
    learner, window, hand, qtbot, tmp_path
):
    dialog = learner(label=lambda number, truth: number // 2 % 2 == 1)
    settle(qtbot, window)
    press(hand, dialog.begin)
    dialog.close()
    qtbot.waitUntil(lambda: window.learning.work.running.told is not None, timeout=300000)
    window.department.close()  # what is learned from was looked at
    show(qtbot, window)
    assert "step" in dialog.stage.text()
    dialog.close()
    qtbot.waitUntil(lambda: not window.learning.work.busy, timeout=300000)
    assert "was not shown to be better than chance, and not written" in window.message.label.text()
    work = tmp_path / f"{FIRST}.learning"
    assert not (tmp_path / FIRST).exists()
    assert not [name for name in ("cases", "pixels", "features") if (work / name).exists()], "no picture is left"

    page = window.learning.learned
    press_key(qtbot, window)
    assert page.isVisible(), "nobody has seen it yet"
    page.close()
    learner()
    settle(qtbot, window)
    assert dialog.name.text() == "department-2"
    dialog.name.setText(FIRST)
    assert "was learned from these very cases" in dialog.said.text()
    press(hand, dialog.show_it)
    found = json.loads((work / "learned.json").read_text())
    assert page.isVisible()
    told = texts(page)
    assert any(text.startswith("It may not be used, and no model was written") for text in told)
    assert any("exact 95 % interval" in text for text in told)
    assert page.take.isHidden()
    assert page.card.isHidden()
    wrong = sorted(one["patient"] for one in found["patients"] if one["positive"] != one["called"])
    assert wrong
    assert [page.table.cell(row, 0).partition("-")[0] for row in range(page.table.rowCount())] == wrong
    require_all_is_said(page, drawn_in)
    page.close()


def test_the_page_leads_to_the_cases_of_patients_called_wrongly(learner, window, hand, qtbot, tmp_path):
    dialog = learner()
    settle(qtbot, window)
    project, page = window.department.project, window.learning.learned
    keys = sorted(row.key for row in window.department.rows())[:3]
    found = LearnedResult(
        id="other",
        head="0" * 64,
        project=project.id,
        kind="patients",
        base="quick 0.2.0",
        near_chance=("specificity",),
        metrics=(Metric("sensitivity", "patient", 0.5, 0.2, 0.8, "Wilson", "3/6, folds"),),
        not_computed=("specificity (by patient, folds) cannot be computed.",),
        patients=(
            CalledPatient("P001", True, False, "folds", {keys[0]: False}),
            CalledPatient("P002", True, True, "folds", {keys[1]: True}),
            CalledPatient("P003", False, True, "left out", {keys[2]: True}),
        ),
        cases_not_used={"P009-1": message("Case P009-1: nobody has answered it")},
        numbers={},
    )
    dialog.close()
    page.show_found(Found(LearnedPage.of_refused(found), None))
    cell = page.table.cell
    assert [[cell(row, column) for column in range(4)] for row in range(page.table.rowCount())] == [
        [keys[0], "invasion", "no invasion", "in the folds"],
        [keys[2], "no invasion", "invasion", "left out"],
    ]
    told = texts(page)
    assert "3 of 6 (50 %, 95 % CI 20 to 80 %)" in told
    assert "not computed" in told
    assert "specificity (by patient, folds) cannot be computed." in told
    assert "1 case was not used:" in told
    assert not any("synthetic" in text for text in told)

    page.view.setFocus()
    page.view.choose(0)
    QTest.keyClick(page.view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: on_desk(window) == keys[0], timeout=300000)
    assert not page.isVisible(), "it would cover the case"
    settle(qtbot, window)
    press_key(qtbot, window)
    assert page.isVisible(), "the key leads back to it"
    assert not dialog.isVisible()
    hand.double_click(page.view, page.view.visualRect(page.table.index(1, 0)).center())
    qtbot.waitUntil(lambda: on_desk(window) == keys[2], timeout=300000)
    settle(qtbot, window)

    # Whoever has not answered the cases does not learn from the page what others said of them.
    assert window.department.open(project.path, "B")
    press_key(qtbot, window)
    assert page.isVisible()
    assert page.table.rowCount() == 0
    assert "2 of them are not listed" in page.told.text()
    window.department.close()
    assert page.told.text().endswith("Open the project that it learned from to see them.")
    page.close()


def test_the_time_left_follows_what_the_network_takes_now(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("desktop.viewer.desk.learning.monotonic", lambda: now[0])
    outlook = Outlook(8, 8, 16, {}, (5.0, 100.0, 20.0, 10.0, 3.0, 3.0, 20.0, 4.0), 0.1, 0, {})
    running = Running(Path("model"), outlook)
    assert running.seconds_left == sum(outlook.seconds)
    running = running.at(Told(2, "", 0, 500))
    assert running.seconds_left == 160, "as expected, while nothing is known; of 1,000 copies half were there already"
    now[0] = 30.0
    running = running.at(Told(2, "", 100, 500))
    assert running.seconds_left == pytest.approx(0.3 * 400 + 3 * 60), "three times as long as when it was timed"
    now[0] = 150.0
    running = running.at(Told(2, "", 500, 500)).at(Told(3, "", 0, 200))
    assert running.seconds_left == pytest.approx(3 * 60), "known from the stage before"
    now[0] = 151.0
    assert running.at(Told(3, "", 10, 200)).seconds_left == pytest.approx(0.1 * 190 + 40), "the computer has time again"
