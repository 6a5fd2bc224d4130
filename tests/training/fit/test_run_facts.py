"""A run tells how its final layer was fitted, in the card and in the facts, in the same words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.inference.bundle import Bundle
from desktop.inference.manifest import Manifest
from desktop.learning.fit_settings import Copies, Decision, Logistic
from desktop.learning.guidelines.bundle_facts import facts_of_bundle
from desktop.learning.guidelines.facts import Fact
from training.fit.configuration import preset
from training.fit.record import Decided, Run
from training.fit.run_card import run_card
from training.fit.run_facts import decision_words, facts_of_run
from training.model.weights_file import Origin

SIDE = {"patients": 4, "positive_patients": 2, "cases": 4, "images": 20, "positive_images": 9}


@pytest.fixture
def run() -> Run:
    environment = {"device": "cpu", "device_name": "", "threads": 2, "processes": 1}
    return Run(
        Path("/home/somebody/run"),
        replace(preset("recommended"), weights="/home/somebody/backbone.pth", seed=5),
        224,
        {},
        Origin("the file backbone.pth", "not known", ""),
        {},
        {},
        (),
        ({"penalty": 3.0, "loss": 0.2}, {"penalty": 1.0, "loss": 0.3}),
        (environment,),
        {"features": 2.0},
        Decided(3, 0.41, None, 0.25, 0, ""),
    )


@pytest.fixture
def manifest() -> Manifest:
    shipped = Bundle.shipped().manifest
    sides = {"training": SIDE, "validation": SIDE, "test": SIDE}
    cohort = {"kind": "patients", **sides, "phase_not_stated": 0, "watched": "internal validation", "fold": None}
    return replace(
        shipped, intended_use="research", cohort=cohort, fingerprints={"cohort": "c" * 64, "whole split": "d" * 64}
    )


def test_the_recommended_fit(run):
    facts = facts_of_run(run)
    assert "Logistic regression" in facts[Fact.TRAINING]
    assert "7 changed copies" in facts[Fact.AUGMENTATION]
    assert "mirror image with probability 0.5" in facts[Fact.AUGMENTATION]
    assert "Penalty chosen in folds by patient: 3, of 2 tried in 5 folds" in facts[Fact.MODEL_SELECTION]
    assert "mean of 3 final layers" in facts[Fact.ENSEMBLE]
    assert facts[Fact.CLASS_BALANCE].startswith("Both classes count alike")
    assert facts[Fact.HARDWARE] == "Fitted on cpu, threads 2, processes 1."
    assert "Seed 5" in facts[Fact.SEED]


def test_how_threshold_and_run_were_set(run):
    assert facts_of_run(run)[Fact.CUTOFF_SET].startswith("Set beforehand: threshold 0.41 and a run of 3 adjacent")
    chosen = replace(run, configuration=replace(run.configuration, decision=Decision(rule="youden")))
    assert "by patient in 5 folds of the training patients, for the greatest sum" in decision_words(chosen)
    wanted = replace(run, configuration=replace(run.configuration, decision=Decision(rule="sensitivity")))
    wanted = replace(wanted, decision=replace(run.decision, mm=4.0, unchosen="None reached it."))
    assert "a sensitivity of 0.95 or more: threshold 0.41 and a run of adjacent slices that cover 4 mm, at least 3" in (
        decision_words(wanted)
    )
    assert decision_words(wanted).endswith("None reached it.")


def test_a_bundle_says_what_it_averages_whom_it_was_measured_on_and_what_was_not_shown(manifest):
    facts = facts_of_bundle(replace(manifest, smoothing=0.25, shift_px=16, near_chance=("sensitivity",)))
    assert (
        "over five crops (the ROI's own, and four moved by 16 of 224 pixels), then over neighbouring"
        in facts[Fact.CUTOFF]
    )
    assert facts[Fact.INTENDED_USE].endswith("finds more than half of the invasions.")
    folds = replace(manifest, metrics=tuple(replace(one, numbers="1/2, folds") for one in manifest.metrics))
    assert facts_of_bundle(folds)[Fact.BUNDLE_FIGURES_FROM].startswith("Figures marked folds: each training patient")


def test_the_papers_fit(run):
    facts = facts_of_run(replace(run, configuration=preset("paper"), penalties=(), environment=()))
    assert "Adam, learning rate 0.0001, batches of 64, 15 epochs." in facts[Fact.TRAINING]
    assert "last epoch" in facts[Fact.MODEL_SELECTION]
    assert "no ensemble" in facts[Fact.ENSEMBLE]
    assert facts[Fact.CLASS_BALANCE].startswith("Every image counts alike")
    assert Fact.HARDWARE not in facts


def test_a_penalty_is_said_to_be_chosen_by_the_rule_of_its_own_time(run):
    """A run of version 0.3.0 that is exported by a newer one took the least loss."""
    rule = "the strongest within one standard error of the least loss"
    assert rule not in facts_of_run(run)[Fact.MODEL_SELECTION]
    newer = tuple(one | {"error": 0.05} for one in run.penalties)
    assert rule in facts_of_run(replace(run, penalties=newer))[Fact.MODEL_SELECTION]


def test_a_given_penalty_was_not_chosen_and_no_copies_are_none(run):
    given = replace(run.configuration, fit=Logistic(penalties=(2.0,)), augmentation=Copies(copies=0))
    facts = facts_of_run(replace(run, configuration=given, penalties=()))
    assert facts[Fact.MODEL_SELECTION] == "Penalty: 2, set beforehand."
    assert facts[Fact.AUGMENTATION] == "Augmentation: none."


def test_the_card_says_every_fact_of_bundle_and_run_in_the_checklists_words(run, manifest):
    card = run_card(manifest, run, "clivus-train fit", None)
    in_tables = {Fact.IDENTITY, Fact.DATA_NUMBERS, Fact.BUNDLE_FIGURES}
    for fact, text in (facts_of_bundle(manifest) | facts_of_run(run)).items():
        assert text in card or fact in in_tables, fact
    assert "| training | 4 | 2 | 4 | 20 | 9 |" in card
    assert all(value in card for value in (manifest.sha256, *manifest.fingerprints.values()))
    assert all(f"{metric.value:.3f} | {metric.low:.3f}-{metric.high:.3f}" in card for metric in manifest.metrics)
    assert "/home/somebody" not in card
