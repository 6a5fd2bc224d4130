"""A bundle tells what its manifest holds, and is silent on the rest."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace

import pytest

from desktop.inference.familiarity import Limits
from desktop.inference.manifest import Manifest
from desktop.inference.maps import Localisation, MapFacts
from desktop.learning.guidelines.bundle_facts import facts_of_bundle
from desktop.learning.guidelines.facts import Fact
from desktop.report.wording import licence_line

OF_AN_EVALUATION = list(Fact)[list(Fact).index(Fact.DESIGN) :]


def test_a_sites_bundle_tells_its_data_by_side_and_unit(site):
    facts = facts_of_bundle(site)
    assert facts[Fact.INTENDED_USE] == "Research use only, not for clinical use."
    assert facts[Fact.DATA_SOURCE] == "A cohort of patients."
    assert "Training: patients 49, positive patients 20, cases 56, images 260" in facts[Fact.DATA_NUMBERS]
    assert "Test: patients 30, positive patients 13, cases 37, positive cases 15." in facts[Fact.DATA_NUMBERS]
    assert "phase: 3." in facts[Fact.IMAGING]
    assert "by patient" in facts[Fact.PARTITION]
    assert "readings" in facts[Fact.LABELS]
    assert "fold 2 of 5" in facts[Fact.BUNDLE_FIGURES_FROM]


def test_licence_and_source_of_labels_are_told_where_the_cohort_states_them(site):
    assert licence_line(site) is None
    source = "T stage T3 (20 of 49 cases)"
    site = replace(site, cohort={**site.cohort, "licence": "CC BY 4.0, NAME, TCIA", "labels_from": source})
    facts = facts_of_bundle(site)
    assert facts[Fact.DATA_SOURCE] == "A cohort of patients. Licence of its data: CC BY 4.0, NAME, TCIA."
    assert facts[Fact.LABELS].endswith(f"taken from other data, {source}; a reader confirmed each case.")
    assert str(licence_line(site)) == "Learned from data under this licence: CC BY 4.0, NAME, TCIA."
    assert Manifest.read(site.text().encode(), "the site's").cohort == site.cohort


def test_every_figure_has_unit_interval_and_method(shipped):
    told = facts_of_bundle(shipped)[Fact.BUNDLE_FIGURES]
    assert re.search(
        r"AUC by run length, by patient: 0\.975 \(0\.906 to 0\.993 by .*; 39 positive, 40 negative, test\)", told
    )
    assert told.count("; ") + 1 >= len(shipped.metrics)


def test_the_demonstration_is_called_one(shipped):
    facts = facts_of_bundle(shipped)
    assert "not for clinical use" in facts[Fact.INTENDED_USE]
    assert "phantoms' truth" in facts[Fact.LABELS]
    assert "Test: patients 80, positive patients 40" in facts[Fact.DATA_NUMBERS]


@pytest.mark.parametrize(("k", "told"), [(1, "to the nearest crop."), (10, "to the farthest of the 10 nearest crops.")])
def test_the_limits_of_familiarity_are_told(shipped, k, told):
    facts = facts_of_bundle(replace(shipped, familiarity=Limits(k, 2.064, 3.211)))[Fact.INPUT_LIMITS]
    assert f"{told} Above a score of 2.06, beyond 95 % of the training's patients, a caution is given, and" in facts
    assert "above 3.21 no verdict" in facts


def test_how_far_maps_are_off_is_told_or_that_it_was_not_measured(shipped):
    unknown = facts_of_bundle(replace(shipped, maps=None))[Fact.EXPLANATION]
    assert unknown.endswith("How far the maps of this model are off was not measured.")
    measured = MapFacts(1.3, Localisation(18.3, -6.1, 22.3, 3.47, -1.16, 4.23, 54))
    told = facts_of_bundle(replace(shipped, maps=measured))[Fact.EXPLANATION]
    assert "off by 4.2 mm (median), on average 3.5 mm to the back and 1.2 mm to the patient's right (54" in told


def test_what_the_manifest_does_not_say_is_absent(shipped):
    assert Fact.PARTITION not in facts_of_bundle(replace(shipped, fingerprints={}))
    bare = facts_of_bundle(replace(shipped, cohort={}, metrics=(), fingerprints={}, weights={}))
    for fact in (Fact.DATA_SOURCE, Fact.DATA_NUMBERS, Fact.LABELS, Fact.FIRST_WEIGHTS, Fact.LICENCE):
        assert fact not in bare
    assert Fact.BUNDLE_FIGURES not in bare
    assert Fact.BUNDLE_FIGURES_FROM not in bare


def test_a_bundle_knows_neither_its_fit_nor_an_evaluation(site):
    facts = facts_of_bundle(site)
    assert not set(OF_AN_EVALUATION) & set(facts)
    assert Fact.AUGMENTATION not in facts
    assert all(text[-1] in ".?" and "\n" not in text for text in facts.values())


def test_facts_and_checklists_need_no_torch():
    modules = "desktop.learning.guidelines.checklist, desktop.learning.guidelines.bundle_facts"
    code = f"import sys, {modules}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
