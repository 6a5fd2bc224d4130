"""What of the paper does not hold, each with its computation."""

from itertools import product

import pytest
from torchvision.models import resnet50

from training.paper.findings.cutoff import chance_of_two_in_a_row
from training.paper.findings.intervals import hanley_mcneil
from training.paper.findings.training_set import STEM, STEM_FILTERS


@pytest.fixture
def finding(found):
    """A finding by its name."""
    return {finding.name: finding for finding in found.findings}.__getitem__


def test_every_finding_is_said(found):
    assert [finding.name for finding in found.findings] == [
        "units mixed",
        "Wald intervals",
        "interval beyond 1",
        "copied interval",
        "significance by patient",
        "p = 0.050",
        "AUC from one point",
        "cut-off chosen on the test set",
        "specificity at cut-off 1",
        "slice specificity",
        "false-positive slices",
        "run in millimetres",
        "augmented siblings",
        "stem",
        "not stated",
    ]
    for each in found.findings:
        assert each.printed
        assert each.computed.endswith(".")


def test_one_table_mixes_two_units(finding):
    mixed = finding("units mixed")
    assert {name: f"{value:.3f}" for name, value in mixed.numbers.items()} == {
        "CNN_series": "0.973",
        "senior_series": "0.838",
        "junior_series": "0.595",
        "CNN_patient": "0.967",
        "senior_patient": "0.833",
        "junior_patient": "0.600",
    }
    for fraction in ("36/37", "31/37", "22/37", "29/30", "25/30", "18/30"):
        assert fraction in mixed.computed


def test_two_intervals_are_walds_and_have_no_width(finding):
    numbers = finding("Wald intervals").numbers
    assert (numbers["exact"], numbers["wald"]) == (13, 2)
    assert f"{numbers['specificity_low']:.3f}" == "0.846"
    assert f"{numbers['ppv_low']:.3f}" == "0.768"


def test_the_auc_interval_is_delongs_and_ends_above_one(finding):
    numbers = finding("interval beyond 1").numbers
    assert numbers["high"] > 1
    assert f"{numbers['standard_error']:.4f}" == "0.0471"
    assert f"{numbers['low']:.3f}-{numbers['high']:.3f}" == "0.861-1.045"
    assert f"{numbers['hanley_mcneil_low']:.3f}-{numbers['hanley_mcneil_high']:.3f}" == "0.874-1.032"


def test_hanley_and_mcneil():
    """For one case of each kind it is the variance of one trial, auc (1 - auc)."""
    assert hanley_mcneil(0.5, 1, 1).high == pytest.approx(0.5 + 1.959964 * 0.5)


def test_the_second_rois_interval_is_the_firsts(finding):
    copied = finding("copied interval")
    assert f"{copied.numbers['middle']:.3f}" == "0.953"
    assert copied.numbers["distributions"] == 4
    assert copied.numbers["widest_low"] > 0.861
    assert copied.numbers["widest_high"] < 1.045
    assert "cannot be computed, because" in copied.computed


def test_by_patient_the_cnn_is_not_significantly_better_than_the_senior(finding):
    numbers = finding("significance by patient").numbers
    assert numbers["cnn"] == 29 / 30
    assert f"{numbers['cnn_low']:.3f}-{numbers['cnn_high']:.3f}" == "0.828-0.999"
    assert numbers["p_CNN_senior"] == 0.125
    assert numbers["lowest_p_CNN_senior"] > 0.05


def test_by_patient_the_cnn_is_better_than_the_junior_however_their_errors_overlap(finding):
    numbers = finding("significance by patient").numbers
    assert numbers["p_CNN_junior"] == pytest.approx(2 / 2**11)
    assert numbers["highest_p_CNN_junior"] == pytest.approx(2 * 14 / 2**13)
    assert numbers["highest_p_CNN_junior"] < 0.05


def test_by_patient_the_readers_do_not_differ_significantly(finding):
    """9 and 2 patients: the overlap by series, p = 0.012, fixes the one by patient."""
    assert finding("significance by patient").numbers["p_senior_junior"] == pytest.approx(0.0654, abs=5e-5)


def test_the_p_of_0050_hangs_on_one_overlap(finding):
    numbers = finding("p = 0.050").numbers
    assert (numbers["fitting"], numbers["overlaps"]) == (1, 8)
    assert f"{numbers['p']:.4f}" == "0.0496"
    assert f"{numbers['next']:.4f}" == "0.0517"
    assert numbers["unpaired"] > 0.1


def test_the_readers_aucs_are_of_one_point(finding):
    numbers = finding("AUC from one point").numbers
    assert {reader: f"{value:.3f}" for reader, value in numbers.items()} == {
        "senior": "0.832",
        "junior": "0.617",
        "CNN": "0.967",
    }


def test_the_cutoff_is_the_best_on_the_test_set_itself(finding):
    numbers = finding("cut-off chosen on the test set").numbers
    assert numbers["best"] == pytest.approx(14 / 15)
    assert numbers["lower"] == pytest.approx(14 / 15 - 9 / 22)
    assert numbers["choices"] == 1


def test_at_a_cutoff_of_1_the_specificity_is_13_of_22(finding):
    assert finding("specificity at cut-off 1").numbers["specificity"] == pytest.approx(13 / 22)
    assert "13/22 = 0.591" in finding("specificity at cut-off 1").computed


def test_the_slice_specificity_is_90_of_99_at_most(finding):
    assert finding("slice specificity").numbers["most"] == pytest.approx(90 / 99)
    assert "90/99 = 0.909" in finding("slice specificity").computed


def test_a_false_positive_rate_of_011_by_slice_explains_the_runs_of_1(finding):
    numbers = finding("false-positive slices").numbers
    assert f"{numbers['rate']:.2f}" == "0.11"
    assert 0.03 < numbers["chance_4"] < numbers["chance_6"] < 0.06
    assert f"{numbers['chance_13']:.2f}" == "0.13"


@pytest.mark.parametrize("slices", [1, 2, 3, 7])
def test_the_chance_of_two_in_a_row_is_that_of_all_outcomes_together(slices):
    rate = 0.3
    chance = sum(
        rate ** sum(outcome) * (1 - rate) ** (slices - sum(outcome))
        for outcome in product((0, 1), repeat=slices)
        if any(outcome[n] and outcome[n + 1] for n in range(slices - 1))
    )
    assert chance_of_two_in_a_row(slices, rate) == pytest.approx(chance)


def test_two_slices_are_25_to_8_mm(finding):
    assert finding("run in millimetres").numbers == {"thin": 2.5, "thick": 8.0}


def test_a_validation_image_has_147_siblings_in_training(finding):
    assert f"{finding('augmented siblings').numbers['siblings']:.1f}" == "14.7"


def test_the_stem_of_resnet50_is_7_by_7(finding):
    stem = resnet50(weights=None).conv1
    assert stem.kernel_size == (STEM, STEM) == (7, 7)
    assert stem.out_channels == STEM_FILTERS
    assert finding("stem").numbers["real"] == stem.weight.numel()


@pytest.mark.parametrize("missing", ["threshold", "rotation", "shift", "scaling"])
def test_what_is_not_stated_is_named(finding, missing):
    assert missing in finding("not stated").computed.lower()
    assert "cannot be computed, because" in finding("not stated").computed
