"""The models on this computer: brought, installed, chosen and removed in the window, without an engineer."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QPlainTextEdit

from desktop.inference.bundle import Bundle
from desktop.models.choice import choose_default, default_of
from desktop.models.comparing import Compared, Comparison
from desktop.project.database import Project
from desktop.reading.run import Verdict
from desktop.viewer.desk.judging import Judging
from desktop.viewer.early_model import EarlyModel
from desktop.viewer.panels.models_dialog import ModelsDialog
from desktop.viewer.panels.worklist import Worklist
from desktop.viewer.window import MainWindow
from tests.publisher import signed
from tests.viewer.dropping import drop
from training.signing.keys import PrivateKey

pytestmark = pytest.mark.usefixtures("shelf")

OPEN_MODEL = Judging.open_model
SHIPPED, SITE = "phantom-resnet50 0.4.0", "site-7 2.3"


@pytest.fixture
def installed(shelf, site):
    """The site's model on the shelf."""
    folder = shelf.own / "site-7@2.3"
    shutil.copytree(site, folder, copy_function=os.link)
    return shelf.find("site-7")


@pytest.fixture
def opening(window, monkeypatch):
    """The window, whose models open as they do."""
    monkeypatch.setattr(Judging, "open_model", OPEN_MODEL)
    return window


def settle(qtbot, window):
    qtbot.waitUntil(lambda: not window.jobs._running, timeout=60000)


def press(hand, button):
    assert button.isVisible()
    assert button.isEnabled()
    hand.click(button, button.rect().center())


def started(qtbot):
    """The next start."""
    window = MainWindow(EarlyModel(None))
    window.resize(1366, 768)
    window.show()
    qtbot.waitExposed(window)
    qtbot.waitUntil(lambda: bool(window.views.ct_views))
    settle(qtbot, window)
    return window


def end(window):
    window.close()
    window.deleteLater()


def test_a_dropped_file_is_installed_and_judges_at_the_next_start(opening, shelf, site, tmp_path, hand, qtbot):
    file = tmp_path / "from the maker.clivus"
    file.write_bytes(Bundle.load(site).packed())
    drop(opening, file)
    settle(qtbot, opening)
    bar = opening.model_bar
    assert bar.label.text() == (
        f"{SITE} is a model. Research use only, not for clinical use. Install it on this computer?"
    )
    assert not shelf.own.exists(), "nothing is installed before the reader says so"
    press(hand, bar.install)
    settle(qtbot, opening)
    assert bar.label.text() == f"{SITE} is installed. Is it to be the default, with which cases are judged from now on?"
    assert opening.judging.network.manifest.id == "phantom-resnet50", "nor used"
    press(hand, bar.make_default)
    settle(qtbot, opening)
    assert not bar.isVisible()
    assert SITE in opening.status.model.text()
    assert default_of(shelf).name == SITE
    file.unlink()
    again = started(qtbot)
    assert SITE in again.status.model.text()
    assert not again.model_bar.isVisible()
    end(again)


def test_a_dropped_folder_is_offered_too_and_can_be_used_without_installing(opening, shelf, site, hand, qtbot):
    drop(opening, site)
    settle(qtbot, opening)
    press(hand, opening.model_bar.open_once)
    settle(qtbot, opening)
    assert opening.judging.network.folder == site
    assert not shelf.own.exists()
    assert opening.case.volume is None


def test_a_model_that_is_not_sound_is_refused_before_it_is_offered(opening, shelf, tmp_path, qtbot):
    for name, content, says in (
        ("cut off.clivus", b"PK\x03\x04" + bytes(100), "damaged or incomplete"),
        ("neither.clivus", b"text", "neither a project nor a model"),
    ):
        (tmp_path / name).write_bytes(content)
        drop(opening, tmp_path / name)
        settle(qtbot, opening)
        assert says in opening.message.label.text()
        assert not opening.model_bar.isVisible()


def test_a_dropped_project_is_told_from_a_model_by_its_content(window, tmp_path, monkeypatch, qtbot):
    monkeypatch.setattr(Worklist, "_code", lambda self: "A")
    Project.create(tmp_path / "department.clivus").close()
    drop(window, tmp_path / "department.clivus", tmp_path)
    assert "open it by itself" in window.message.label.text()
    drop(window, tmp_path / "department.clivus")
    assert window.department.project.path == tmp_path / "department.clivus"
    assert window.worklist.isVisible()


def test_a_default_that_is_gone_leaves_the_choice_to_the_reader(shelf, installed, volume, hand, qtbot):
    choose_default(shelf, installed)
    shutil.rmtree(installed.place)
    window = started(qtbot)
    bar = window.model_bar
    assert bar.label.text() == (
        "The model chosen at this site, site-7 2.3, is not on this computer any more. The demonstration model that "
        "came with Clivus is not taken in its place: nothing is judged until you choose."
    )
    assert [one.isVisible() for one in (bar.demonstration, bar.others, bar.install, bar.later)] == [
        True,
        True,
        False,
        False,
    ]
    assert window.judging.network is None
    window.case.open(volume)
    assert window.result_step.reason.text().endswith("cannot be used: choose a model first (F9).")
    assert not window.result_step.analyse.isEnabled()
    press(hand, bar.demonstration)
    settle(qtbot, window)
    assert not bar.isVisible()
    assert SHIPPED in window.status.model.text()
    end(window)
    assert json.loads(shelf.choice.read_text())["model"]["id"] == "site-7", "for this window only: asked again"


def test_a_damaged_default_can_be_replaced_from_the_list(shelf, installed, hand, qtbot):
    choose_default(shelf, installed)
    (installed.place / "MODEL_CARD.md").unlink()
    window = started(qtbot)
    assert "cannot be opened. The model's file" in window.model_bar.label.text()
    press(hand, window.model_bar.others)
    dialog = window.models_dialog
    assert dialog.isVisible()
    assert dialog.in_use.text() == "No model is in use: nothing can be judged."
    dialog.list.setCurrentRow(0)
    press(hand, dialog.make_default)
    settle(qtbot, window)
    assert not window.model_bar.isVisible()
    assert dialog.in_use.text().startswith(f"{SHIPPED} is in use. Demonstration")
    assert default_of(shelf).name == SHIPPED
    dialog.close()
    end(window)


def told(dialog):
    return [label.text() for label in dialog.facts.findChildren(QLabel)]


def test_the_list_tells_what_each_model_is_and_what_can_be_done(opening, shelf, installed, hand, qtbot, monkeypatch):
    hand.key(opening, Qt.Key.Key_F9)
    dialog = opening.findChild(ModelsDialog)
    assert dialog.isVisible()
    entries = [dialog.list.item(row).text() for row in range(dialog.list.count())]
    assert entries == [f"{SHIPPED}\ncame with Clivus, default, in use", f"{SITE}\ninstalled by you"]
    facts = told(dialog)
    assert "synthetic heads only: 100, of them 42 with invasion" in facts
    assert "0.93 (95 % CI 0.81 to 0.98), 39/42" in facts
    assert [one.isEnabled() for one in (dialog.use_here, dialog.make_default, dialog.card, dialog.remove)] == [
        False,
        False,
        True,
        False,
    ]
    dialog.activateWindow()  # no window manager does
    qtbot.waitUntil(dialog.list.hasFocus, timeout=10000)
    QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    assert "Research use only, not for clinical use." in told(dialog)
    press(hand, dialog.use_here)
    settle(qtbot, opening)
    assert SITE in opening.status.model.text()
    assert dialog.list.item(1).text() == f"{SITE}\ninstalled by you, in use"
    assert not dialog.remove.isEnabled(), "in use"
    dialog.list.setCurrentRow(0)
    press(hand, dialog.use_here)
    settle(qtbot, opening)
    dialog.list.setCurrentRow(1)
    asked = []
    monkeypatch.setattr(ModelsDialog, "ask_to_remove", lambda self, one: asked.append(one) or len(asked) > 1)
    press(hand, dialog.remove)
    assert installed.place.exists(), "the reader said no"
    press(hand, dialog.remove)
    assert dialog.said.text() == f"{SITE} was removed."
    assert dialog.list.count() == 1
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_file_is_installed_from_the_list_and_its_card_read(opening, site, tmp_path, hand, qtbot, monkeypatch):
    file = tmp_path / "site-7.clivus"
    file.write_bytes(Bundle.load(site).packed())
    monkeypatch.setattr(opening.dialogs, "model", lambda title: file)
    opening.actions_by_name["show_models"].trigger()
    dialog = opening.models_dialog
    press(hand, dialog.install)
    assert dialog.said.text() == "The model is being checked …"
    settle(qtbot, opening)
    assert dialog.said.text() == f"{SITE} is installed."
    assert dialog.list.currentItem().text() == f"{SITE}\ninstalled by you"
    press(hand, dialog.card)
    settle(qtbot, opening)
    page = next(one for one in dialog.findChildren(QDialog) if one.windowTitle() == SITE)
    assert page.findChild(QPlainTextEdit).toPlainText().startswith("# phantom-resnet50")
    page.close()
    dialog.close()


def test_where_publishers_are_named_a_stranger_is_said_before_it_is_installed(
    opening, shelf, quick, tmp_path, hand, qtbot, monkeypatch
):
    key = PrivateKey.new()
    shelf.publishers.trust(key.public, "Maker of models", for_everyone=False)
    theirs, ours = (shutil.copytree(quick, tmp_path / name) for name in ("theirs", "ours"))
    signed(ours, key)
    drop(opening, theirs)
    settle(qtbot, opening)
    caution = "It is not signed: no publisher that is named here vouches for it."
    assert opening.model_bar.label.text().startswith(f"quick 0.4.0 is a model. {caution} Demonstration")
    press(hand, opening.model_bar.later)
    opening.actions_by_name["show_models"].trigger()
    dialog, asked, places = opening.models_dialog, [], [theirs, theirs, ours]
    monkeypatch.setattr(opening.dialogs, "model", lambda title: places.pop(0))
    monkeypatch.setattr(ModelsDialog, "ask_to_install", lambda self, one: asked.append(one) or len(asked) > 1)
    for installed in (False, True, True):
        press(hand, dialog.install)
        settle(qtbot, opening)
        assert bool(shelf.own.exists()) is installed
        if installed:
            dialog.list.setCurrentRow(1)
        rows = told(dialog)
        signature = rows[rows.index("Signature") + 1] if installed else ""
        assert signature == ("signed by Maker of models" if not places else "not signed" if installed else "")
    assert [str(one.standing.caution) for one in asked] == [caution] * 2, "the signed one is not asked about"
    dialog.close()


def test_where_only_signed_models_are_used_others_are_refused_before_they_are_offered(opening, shelf, quick, qtbot):
    shelf.publishers.require_signed(True)
    drop(opening, quick)
    settle(qtbot, opening)
    assert "is not signed, and on this computer only models of publishers are used" in opening.message.label.text()
    assert not opening.model_bar.isVisible()


def test_what_is_damaged_is_listed_and_can_only_be_removed(opening, installed, hand, monkeypatch):
    (installed.place / "manifest.json").unlink()
    opening.actions_by_name["show_models"].trigger()
    dialog = opening.models_dialog
    dialog.list.setCurrentRow(1)
    assert dialog.list.item(1).text() == "site-7@2.3\ndamaged, cannot be used"
    assert "There is no model in" in told(dialog)[1]
    buttons = (dialog.use_here, dialog.make_default, dialog.card, dialog.compare)
    assert not [one for one in buttons if one.isEnabled()]
    monkeypatch.setattr(ModelsDialog, "ask_to_remove", lambda self, one: True)
    press(hand, dialog.remove)
    assert dialog.list.count() == 1
    dialog.close()


def test_two_models_are_compared_on_the_open_project(window, installed, network, tmp_path, hand, qtbot, monkeypatch):
    """What is compared is tested without a window (tests/models/test_comparing.py)."""
    monkeypatch.setattr(Worklist, "_code", lambda self: "A")
    asked = []
    answer = Compared("P001-1", "P001", True, (Verdict.POSITIVE, Verdict.NEGATIVE), (0.9, 0.1))
    models = network.manifest, replace(network.manifest, id="site-7")

    def compare(project, networks, find, work):
        asked.append((project.path, len(networks)))
        return Comparison(models, (answer,), {}, ())

    monkeypatch.setattr("desktop.viewer.desk.model_shelf.compare", compare)
    monkeypatch.setattr("desktop.viewer.desk.model_shelf.opened", lambda place: network)
    window.actions_by_name["show_models"].trigger()
    dialog = window.models_dialog
    dialog.list.setCurrentRow(1)
    assert not dialog.compare.isEnabled(), "no project is open"
    Project.create(tmp_path / "department.clivus").close()
    window.worklist.open_at(tmp_path / "department.clivus")
    press(hand, dialog.compare)
    settle(qtbot, window)
    assert asked == [(tmp_path / "department.clivus", 2)]
    page = next(one for one in dialog.findChildren(QDialog) if one.windowTitle() == "Models compared")
    assert "P001: readers positive; models positive, negative" in page.findChild(QPlainTextEdit).toPlainText()
    page.close()
    dialog.close()
