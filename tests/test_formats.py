"""The examples in docs/formats.md, read by the product's own readers."""

from __future__ import annotations

import csv
import json
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from desktop.commands.scanning import scan_document
from desktop.commands.selftest import SelfTest
from desktop.imaging.eligibility import Check
from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.inference.appearance import unit
from desktop.inference.bundle import Bundle
from desktop.inference.familiarity import Reference
from desktop.inference.manifest import REFERENCE_FILE, Manifest
from desktop.inference.signature import public_key_document, public_key_in, signature_document, signer_of
from desktop.learning.cohort.problem import Problem
from desktop.learning.cohort.split import Split
from desktop.learning.made_here import made_here, note_made_here
from desktop.messages import counted, message
from desktop.models.choice import choose_default, chosen
from desktop.models.comparing import Compared, Comparison
from desktop.models.publishers import PublisherFiles
from desktop.models.shelf import Model, Scope, Shelf
from desktop.reading.draft import Draft
from desktop.reading.run import Verdict
from desktop.reading.saved import Reading
from desktop.report.comparison import comparison_document
from desktop.report.dicom.device_uid import device_uid
from desktop.viewer.desk.settings import Settings
from training.cohort.check import Report
from training.cohort.numbers import Numbers
from training.cohort.survey import read_cohort
from training.evaluation.cases.calls import read_calls
from training.evaluation.cases.looks import Look, record_look
from training.evaluation.cases.second import read_second
from training.fit.configuration import preset, read_configuration
from training.fit.record import NETWORK_FILE, Run
from training.signing.keys import PrivateKey


@pytest.fixture
def saved(example, tmp_path) -> Callable[[str], Path]:
    """A function that writes an example as a file."""

    def save(name: str) -> Path:
        path = tmp_path / name
        path.write_text(example(name), encoding="utf-8")
        return path

    return save


def test_a_reading_is_written_as_shown(saved, example, tmp_path):
    Reading.load(saved("reading-2.json")).save(tmp_path / "again.json")
    assert json.loads((tmp_path / "again.json").read_text(encoding="utf-8")) == json.loads(example("reading-2.json"))


def test_a_reading_of_the_former_schema_is_read(saved):
    former, present = Reading.load(saved("reading-1.json")), Reading.load(saved("reading-2.json"))
    assert (former.series, former.range, former.verdict) == (present.series, present.range, present.verdict)
    assert former.roi.keys[0].rectangle == present.roi.keys[0].rectangle


def test_a_draft_is_written_as_shown(saved, example, tmp_path):
    Draft.load(saved("draft.json")).save(tmp_path / "again.json")
    assert json.loads((tmp_path / "again.json").read_text(encoding="utf-8")) == json.loads(example("draft.json"))


def test_settings_are_written_as_shown(saved, example, tmp_path):
    Settings.load(saved("settings.json")).save(tmp_path / "again.json")
    assert json.loads((tmp_path / "again.json").read_text(encoding="utf-8")) == json.loads(example("settings.json"))


def test_a_scan(shown_as, study):
    shown_as("scan.json", scan_document(scan(Source.open([study, study.parent / "nothing"]))))


def test_a_self_test(shown_as, fits_schema, example):
    check = Check("letters", "pass", "drawn", "each is drawn", "Names can be read.")
    document = SelfTest((check,), datetime.now(UTC), Bundle.shipped().manifest).document()
    shown_as("selftest.json", fits_schema("selftest-1", document))
    fits_schema("selftest-1", json.loads(example("selftest.json")))
    fits_schema("selftest-1", SelfTest((check,), datetime.now(UTC), None).document())


def test_a_manifest_is_written_as_shown(example):
    text = example("manifest.json")
    assert json.loads(Manifest.read(text.encode(), "the example").text()) == json.loads(text)


def test_a_default_model_is_read_and_written_as_shown(saved, example, tmp_path):
    wanted = chosen(Shelf(tmp_path / "own", (), saved("model.json")))
    model = Model(tmp_path, Scope.OWN, Bundle.shipped().manifest, wanted.sha256, "")
    named = replace(model, manifest=replace(model.manifest, id=wanted.id, version=wanted.version))
    assert wanted.means(named)
    again = Shelf(tmp_path / "own", (), tmp_path / "again.json")
    choose_default(again, named)
    assert json.loads(again.choice.read_text(encoding="utf-8")) == json.loads(example("model.json"))


def test_signatures_and_keys_are_as_shown(saved, example, shown_as):
    public = public_key_in(example("public-key.json").encode())
    assert signer_of(example("signature.json").encode(), b"\x72") == public
    assert PrivateKey.load(saved("private-key.json"), "an example").public == public
    shown_as("signature.json", signature_document(public, b""))
    shown_as("public-key.json", public_key_document(public))


def test_publishers_and_what_was_made_here_are_read_and_written_as_shown(saved, example, tmp_path):
    own = PublisherFiles(saved("publishers.json"), ())
    ((key, name),) = own.read().names.items()
    again = PublisherFiles(tmp_path / "again.json", ())
    again.trust(key, name, for_everyone=False)
    assert json.loads(again.own.read_text(encoding="utf-8")) == json.loads(example("publishers.json"))
    (made,) = made_here([saved("made-here.json")])
    note_made_here(made, tmp_path / "again.json")
    assert json.loads((tmp_path / "again.json").read_text(encoding="utf-8")) == json.loads(example("made-here.json"))


def test_the_uid_of_an_installation_is_drawn_once_and_kept_as_shown(saved, example, tmp_path, monkeypatch, shown_as):
    monkeypatch.setattr("desktop.report.dicom.device_uid.local_data_folder", lambda: tmp_path)
    saved("device.json")
    assert device_uid() == json.loads(example("device.json"))["device_uid"]
    (tmp_path / "device.json").write_text("{}", encoding="utf-8")
    drawn = device_uid()
    assert drawn == device_uid() != json.loads(example("device.json"))["device_uid"]
    shown_as("device.json", json.loads((tmp_path / "device.json").read_text(encoding="utf-8")))


def test_a_comparison(shown_as):
    manifest = Bundle.shipped().manifest
    one = Compared("P001-1", "P001", True, (Verdict.POSITIVE,), (0.9,))
    reason = message("{model} learned from this patient", model="site-7 2.3")
    shown_as("comparison.json", comparison_document(Comparison((manifest,), (one,), {"P002-1": reason}, ())))


def test_the_card_of_the_shipped_model_has_these_sections(example):
    card = (Path(__file__).parents[1] / "onnx_models" / "phantom-resnet50" / "MODEL_CARD.md").read_text(
        encoding="utf-8"
    )
    assert [line for line in card.splitlines() if line.startswith("## ")] == example("MODEL_CARD.md").splitlines()


def test_a_cohort_with_its_readers_and_second_readings(saved, example, tmp_path):
    table = saved("cohort.csv")
    for folder in ("series", "readings", "second"):
        (tmp_path / folder).mkdir()
    for number, name in enumerate(("P001-plain", "P001-contrast", "P002-contrast")):
        reading = json.loads(example("reading-1.json")) | {"series": f"2.25.{number}"}
        if name.startswith("P002"):
            reading |= {"verdict": "negative", "slice_labels": {}}
        for folder in ("readings", "second"):
            (tmp_path / folder / f"{name}.json").write_text(json.dumps(reading), encoding="utf-8")
        (tmp_path / "series" / name).mkdir()
        (tmp_path / "series" / f"{name}.zip").touch()
    cases = read_cohort(table).cases
    assert [(case.key, case.patient, case.positive, case.strata) for case in cases] == [
        ("P001-plain", "P001", True, {"t_class": "T3"}),
        ("P001-contrast", "P001", True, {"t_class": "T3"}),
        ("P002-contrast", "P002", False, {"t_class": "T1"}),
    ]
    assert [(one.name, one.ranks, len(one.calls)) for one in read_calls(saved("readers.csv"), cases)] == [
        ("Reader senior", True, 2),
        ("Reader senior with the model", True, 2),
    ]
    assert set(read_second(saved("second.csv"), cases, ())) == {"P001-plain", "P002-contrast"}


def test_a_check_of_a_cohort(shown_as):
    problem = Problem("P1", "reading", message("It is of another series."))
    report = Report(Path("cohort.csv"), "", (problem,), (), {"all": Numbers(1, 0, 0, 1, 2, 26, 9, 9)})
    shown_as("cohort-check.json", report.document())


def test_a_split_is_written_as_shown(saved, example, tmp_path):
    Split.load(saved("split.json")).save(tmp_path / "again.json")
    assert json.loads((tmp_path / "again.json").read_text(encoding="utf-8")) == json.loads(example("split.json"))


def test_the_configurations_are_those_of_the_presets(saved, example):
    paper = read_configuration(saved("configuration.toml"))
    assert paper == replace(preset("paper"), seed=3)
    assert tomllib.loads(paper.text()) == tomllib.loads(example("configuration.toml"))
    assert read_configuration(saved("configuration-logistic.toml")) == preset("recommended")


def test_a_complete_run(saved, tmp_path):
    saved("run.json")
    saved("configuration.toml")
    (tmp_path / NETWORK_FILE).write_bytes(b"")
    crops = unit(np.random.default_rng(0).normal(size=(30, 7, 8)))
    reference = Reference.of(crops, np.repeat(np.arange(10), 3), crops[:1], k=1)
    (tmp_path / REFERENCE_FILE).write_bytes(reference.content())
    run = Run.load(tmp_path)
    assert run.numbers["train"]["patients"] == 2
    assert run.reference is not None
    assert run.reference.limits.k == 5


def test_a_look_is_the_second_one_of_its_model(saved):
    path = saved("test.looks.csv")
    (row,) = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    looks = record_look(path, [Look(**row | {"time": "2026-11-27T09:30:00+00:00"})])
    assert (looks.number, looks.same, looks.models) == (2, 2, 1)


def test_a_catalogue(example):
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(example("de.po").encode())))
    compiled.seek(0)
    catalogue = GNUTranslations(compiled)
    assert [counted("{number} slice", "{number} slices", n).rendered(catalogue) for n in (1, 2)] == [
        "1 Schicht",
        "2 Schichten",
    ]
