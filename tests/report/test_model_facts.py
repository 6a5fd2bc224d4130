"""What is said of models: whose a saved result is, and what figures of synthetic heads mean."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import onnx_models
from desktop.inference.manifest import Manifest
from desktop.messages import choose, shown
from desktop.reading.run import Verdict
from desktop.report.model_facts import figures_by_patient, learned_from, meaning_of_figures, of_another_model


@pytest.fixture(scope="module")
def manifest():
    return Manifest.read((onnx_models.default_bundle() / "manifest.json").read_bytes(), "m")


@pytest.fixture
def english_again():
    yield
    choose({"CLIVUS_LANGUAGE": "en"})


def stored(manifest, verdict="positive", **changes):
    model = {"id": manifest.id, "version": manifest.version, "sha256": manifest.sha256}
    return {"verdict": verdict, "model": model | changes}


def test_a_saved_result_is_told_apart_by_id_version_and_content(manifest):
    def told(**changes):
        return str(of_another_model(stored(manifest, **changes), manifest, Verdict.POSITIVE))

    assert of_another_model(stored(manifest), manifest, Verdict.POSITIVE) is None
    assert told(id="site-7").endswith("Shown is the answer of another model, phantom-resnet50 0.4.0.")
    assert "by the model phantom-resnet50 0.1.0. Shown is the answer of another" in told(version="0.1.0")
    assert told(sha256="0" * 64).endswith("Shown is the answer of another model of this name.")
    assert told(verdict="negative").endswith("Shown is the answer that this model gives now.")


@pytest.mark.parametrize("model", [None, {}, "phantom-resnet50", {"id": "\x1b[31m" * 99}])
def test_a_result_that_does_not_say_whose_it_is_is_another_models(manifest, model):
    told = str(of_another_model({"verdict": "positive", "model": model}, manifest, Verdict.POSITIVE))
    assert "another model" in told
    assert told.isprintable()


def test_figures_of_synthetic_heads_say_nothing_about_patients(manifest):
    assert "nothing about patients" in str(meaning_of_figures(manifest))
    site = replace(manifest, cohort=json.loads(json.dumps(manifest.cohort)) | {"kind": "patients"})
    assert meaning_of_figures(site) is None
    assert str(learned_from(site)) == "patients: 100, of them 42 with invasion"
    assert str(learned_from(replace(site, cohort={"kind": "a kind of their own"}))) == "a kind of their own"


def test_figures_by_patient_stand_with_whom_they_were_measured_on(manifest):
    found = [(str(side), [str(figure.name) for figure in figures]) for side, figures in figures_by_patient(manifest)]
    names = ["AUC", "sensitivity", "specificity"]
    assert found == [
        ("By patient, left out in turn while it was made (cross-validation)", names),
        ("By patient, in its test, never seen before", names),
    ]
    assert figures_by_patient(replace(manifest, metrics=())) == []


def test_what_was_counted_is_told_in_the_readers_language(manifest, english_again):
    _, (area, sensitivity, _) = figures_by_patient(manifest)[0]
    choose({"CLIVUS_LANGUAGE": "ja"})
    assert shown(area.told).endswith("陽性42例、陰性58例")
    assert shown(sensitivity.told).endswith("39/42")
