"""Noise and sharpness of the slices that are judged, against what the model was trained on."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter, median_filter

from desktop.inference.conditions import check_pictures


@pytest.fixture(scope="module")
def inside(volume, phantom):
    low, high = phantom.truth.range_mm
    return [index for index, z in enumerate(volume.geometry.positions_mm) if low <= z <= high]


@pytest.fixture
def found(volume, inside, network):
    """Status of both checks after a change of each slice; `manifest` of the shipped model unless another is given."""

    def checked(change=lambda hu: hu, manifest=network.manifest):
        hu = np.array(volume.hu, np.float32)
        for index in inside:
            hu[index] = change(hu[index])
        return {check.name: check.status for check in check_pictures(manifest, replace(volume, hu=hu), inside)}

    return checked


def noise(sigma):
    chance = np.random.default_rng(1)
    return lambda hu: hu + chance.normal(0, sigma, hu.shape).astype(np.float32)


def test_a_head_as_in_the_training_passes(found, network):
    assert network.manifest.pictures is not None
    assert found() == {"noise": "pass", "sharpness": "pass"}


@pytest.mark.parametrize(("sigma", "status"), [(2, "pass"), (50, "warn"), (100, "fail"), (200, "fail")])
def test_noise_is_told(found, sigma, status):
    assert found(noise(sigma))["noise"] == status


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda hu: gaussian_filter(hu, 3), {"warn", "fail"}),
        (lambda hu: gaussian_filter(hu, 5), {"fail"}),
        (lambda hu: gaussian_filter(hu, 8), {"fail"}),
        (lambda hu: median_filter(hu, 15), {"warn", "fail"}),
    ],
    ids=["3 pixels", "5 pixels", "8 pixels", "median of 15 x 15"],
)
def test_a_blur_is_told(found, change, status):
    assert found(change)["sharpness"] in status or found(change)["noise"] in status


def test_pictures_of_one_value_are_not_measured_and_warn(found):
    assert found(lambda hu: np.full_like(hu, -1000.0)) == {"noise": "warn", "sharpness": "warn"}


def test_a_bundle_that_says_nothing_of_its_training_has_general_limits(found, network):
    silent = replace(network.manifest, pictures=None)
    assert found(manifest=silent) == {"noise": "pass", "sharpness": "pass"}
    assert found(noise(100), silent)["noise"] == "fail"
