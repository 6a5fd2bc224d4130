"""The reference that a fit keeps: whose features, the limits, and what is kept where a site prefers centres."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from desktop.errors import Cancelled
from desktop.inference.appearance import WIDTH
from desktop.inference.familiarity import LEAST_PATIENTS, Level, Reference, ReferenceRefused
from desktop.learning.fit_settings import ConfigurationRefused, Familiarity
from desktop.work import UNWATCHED, Work
from training.fit.configuration import preset
from training.fit.reference import _centres, reference_of
from training.fit.run import fit_run, frozen_backbone
from training.model.network import ARCHITECTURE

FEW = Familiarity(neighbours=3)


@pytest.fixture(scope="module")
def network():
    return frozen_backbone(replace(preset("paper"), weights="shipped"))[0]


@pytest.fixture
def reference(network, draw):
    """Of so many patients by these settings."""

    def of(patients, settings):
        return reference_of(network, draw(0, patients), settings, 0, UNWATCHED)

    return of


def test_it_holds_the_crops_as_the_application_sees_them(network, draw, reference):
    found = reference(LEAST_PATIENTS, FEW)
    images = draw(0, LEAST_PATIENTS)
    cells = (images.crop_size // ARCHITECTURE.map_stride) ** 2
    assert found.appearances.shape == (len(images), 2 + 4 + cells, WIDTH)
    assert len(found.cases) == LEAST_PATIENTS
    again = Reference.read(found.content(), found.limits)
    assert np.abs(again.appearances - found.appearances).max() < 1e-3
    assert found.judge(found.appearances[:2]).level is Level.FAMILIAR


def test_of_too_few_patients_nothing_is_told(reference):
    with pytest.raises(ReferenceRefused, match="too few patients"):
        reference(LEAST_PATIENTS - 1, FEW)


def test_it_can_be_stopped(network, draw):
    with pytest.raises(Cancelled):
        reference_of(network, draw(0, LEAST_PATIENTS), FEW, 0, Work(stop=lambda: True))


def test_centres_stand_for_the_crops(reference):
    found = reference(LEAST_PATIENTS, Familiarity(neighbours=1, centres=6))
    assert len(found.appearances) <= 6
    again = reference(LEAST_PATIENTS, Familiarity(neighbours=1, centres=6))
    assert np.array_equal(found.appearances, again.appearances)
    assert found.limits == again.limits


def test_fewer_crops_than_centres_are_their_own_centres():
    few = np.eye(3, dtype=np.float32)[:, None]
    assert np.array_equal(_centres(few, 5, 0), few)


def test_more_neighbours_than_centres_cannot_be_asked_for():
    with pytest.raises(ConfigurationRefused, match=r"familiarity\.centres is 5"):
        Familiarity(neighbours=10, centres=5)


def test_a_run_keeps_it_or_says_why_not(train, validation, brief, draw, tmp_path):
    plain = replace(brief, augmentation=replace(brief.augmentation, copies=0), familiarity=FEW)
    run = fit_run(draw(0, LEAST_PATIENTS), validation, plain, tmp_path / "enough")
    assert run is not None
    assert run.reference is not None
    assert run.reference.limits.k == 3
    few = fit_run(train, validation, plain, tmp_path / "few")
    assert few is not None
    assert few.reference is None
    assert few.not_computed[-1] == (
        "Which heads are familiar to the model will not be known, because there are too few patients to tell what is "
        "familiar."
    )
