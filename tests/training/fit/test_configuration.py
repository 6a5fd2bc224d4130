"""One file type; what is unknown, of another type or senseless is refused with one sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop.learning.fit_settings import ConfigurationRefused, Logistic
from training.fit.configuration import Adam, preset, read_configuration


def read(folder: Path, text: str):
    path = folder / "fit.toml"
    path.write_text(text, encoding="utf-8")
    return read_configuration(path)


def test_the_papers_preset_is_the_papers():
    paper = preset("paper")
    assert paper.fit == Adam(learning_rate=1e-4, batch=64, epochs=15)
    assert (paper.augmentation.copies, paper.members, paper.weights) == (21, 1, "imagenet")


@pytest.mark.parametrize("name", ["paper", "recommended"])
def test_what_is_written_is_read_again(tmp_path, name):
    changed = replace(preset(name), seed=7, weights='a "strange" näme\\.pth')
    assert read(tmp_path, changed.text()) == changed
    assert read(tmp_path, f'preset = "{name}"') == preset(name)


def test_a_file_changes_what_it_names_and_nothing_else(tmp_path):
    found = read(tmp_path, 'preset = "paper"\nseed = 3\n[augmentation]\nrotation_deg = 10\n[adam]\nepochs = 2\n')
    paper = preset("paper")
    assert found == replace(
        paper, seed=3, augmentation=replace(paper.augmentation, rotation_deg=10.0), fit=Adam(epochs=2)
    )
    assert read(tmp_path, 'preset = "paper"\nfolds = 2\n[logistic]\npenalties = [1, 0.5]').fit == Logistic(
        penalties=(1.0, 0.5)
    )
    assert read(tmp_path, "").preset == "recommended"


def test_the_fingerprint_follows_the_numbers_and_not_where_weights_lie():
    paper = preset("paper")
    assert paper.fingerprint() != replace(paper, seed=1).fingerprint()
    assert paper.fingerprint() != replace(paper, weights="imagenet-v2").fingerprint()
    assert replace(paper, weights="/a/x.pth").fingerprint() == replace(paper, weights="/b/y.pth").fingerprint()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sed = 1", "sed is unknown: did you mean seed?"),
        ("[augmentation]\nrotation = 3", r"augmentation.rotation is unknown: did you mean augmentation.rotation_deg\?"),
        ("[adam]\nxyz = 3", "adam.xyz is unknown: known are learning_rate, batch, epochs"),
        ('seed = "1"', 'seed is "1", a whole number is expected'),
        ("[adam]\nbatch = true", "adam.batch is true, a whole number is expected"),
        ("[adam]\nepochs = 1.5", "adam.epochs is 1.5, a whole number is expected"),
        ("[augmentation]\nshift = nan", "augmentation.shift is NaN, a number is expected"),
        ("[logistic]\npenalties = 1", "logistic.penalties is 1, a list of numbers is expected"),
        ("weights = 1", "weights is 1, text in quotes is expected"),
        ("adam = 1", r"\[adam\] must be a table of values"),
        ('preset = "x"', "There is no preset 'x'"),
        ('method = "sgd"', 'method is "sgd", "adam" or "logistic" is expected'),
        ('method = "adam"\n[logistic]\nbalance = "images"', r"\[logistic\] has no effect with method = \"adam\""),
        ("[adam]\n[logistic]", "has no effect"),
        ("[adam]\nlearning_rate = 0", "adam.learning_rate is 0.0, a number above 0"),
        ("[adam]\nepochs = 0", "adam.epochs is 0, 1 or more"),
        ("[logistic]\npenalties = []", r"logistic.penalties is \[\], one number or more"),
        ("folds = 1", "folds is 1, 2 or more, or 0 for none, is expected"),
        ("folds = 0", r"logistic.penalties is \[.*\], one number where there are no folds"),
        ('preset = "paper"\n[decision]\nrule = "youden"', 'decision.rule is "youden", "fixed" where there are no'),
        ('[decision]\nrule = "best"', '"fixed" or "youden" or "sensitivity" is expected'),
        ('[decision]\nrun_in = "cm"', '"slices" or "mm" is expected'),
        ("[decision]\nthreshold = 1", "decision.threshold is 1.0, a number from 0.01 to 0.99"),
        ("[decision]\ncutoff_mm = 99", "decision.cutoff_mm is 99.0, a number from 0.2 to 60, or 0 for none"),
        ("[decision]\nsmoothing = 0.5", "decision.smoothing is 0.5, a number from 0.01 to 0.333333, or 0"),
        ("[decision]\nshift_px = 57", "decision.shift_px is 57, a number from 1 to 56, or 0"),
        ('[logistic]\nbalance = "none"', '"images" or "classes" or "patients" is expected'),
        ("[augmentation]\ncopies = -1", "augmentation.copies is -1, 0 or more"),
        ("[augmentation]\nflip = 2", "augmentation.flip is 2.0, a probability"),
        ("[augmentation]\nshift = 0.3", "choose a smaller rotation_deg, shift or scale"),
        ("seed = -1", "seed is -1"),
        ("members = 0", "members is 0, 1 or more"),
        ("seed = ", "is not TOML"),
    ],
)
def test_what_is_wrong_is_one_sentence(tmp_path, text, said):
    with pytest.raises(ConfigurationRefused, match=said) as refusal:
        read(tmp_path, text)
    assert "\n" not in str(refusal.value)
    assert "fit.toml" in str(refusal.value)


def test_files_that_cannot_be_read_are_refused(tmp_path):
    with pytest.raises(ConfigurationRefused, match="cannot be read"):
        read_configuration(tmp_path / "none.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationRefused, match="is not TOML"):
        read_configuration(tmp_path / "binary.toml")
