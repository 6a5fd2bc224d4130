"""Stored values to Hounsfield units, against plain arithmetic in double precision."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.uid import ExplicitVRLittleEndian

from desktop.imaging.pixels import AIR_HU, PixelFormat, hounsfield, values_of


def form_of(allocated=16, stored=16, high=None, signed=False, slope=1.0, intercept=0.0, padding=None, lossy=False):
    high = stored - 1 if high is None else high
    native = str(ExplicitVRLittleEndian)
    return PixelFormat(native, 1, 4, allocated, stored, high, signed, slope, intercept, padding, lossy)


@st.composite
def forms(draw):
    allocated = draw(st.sampled_from([8, 16, 32]))
    stored = draw(st.integers(min(allocated, 8), allocated))
    high = draw(st.integers(stored - 1, allocated - 1))
    slope = draw(st.sampled_from([1.0, 2.0, -1.0, 0.5, 1.7, 100.0, 1e-3]))
    intercept = draw(st.sampled_from([0.0, -1024.0, -1000.5, 30000.0, -8192.0]))
    return form_of(allocated, stored, high, draw(st.booleans()), slope, intercept)


@given(forms(), st.lists(st.integers(0, 2**32 - 1), min_size=4, max_size=4))
def test_values_and_units_follow_the_standard(form, raw):
    """Only `bits_stored` bits up to `high_bit` count; the rest may hold anything (PS3.5 8.1.1)."""
    bits = [number % 2**form.bits_allocated for number in raw]
    stored = np.array([bits], f"<u{form.bits_allocated // 8}").view(form.container)
    expected = []
    for number in bits:
        value = (number >> (form.high_bit - form.bits_stored + 1)) % 2**form.bits_stored
        if form.signed and value >= 2 ** (form.bits_stored - 1):
            value -= 2**form.bits_stored
        expected.append(value)
    assert values_of(stored, form).tolist() == [expected]
    hu = hounsfield(stored, form)
    exact = np.array([expected], np.float64) * form.slope + form.intercept
    if hu.dtype == np.int16:
        np.testing.assert_array_equal(hu, exact)
    else:
        np.testing.assert_allclose(hu, exact, rtol=3e-7, atol=1e-3)


def test_whole_values_within_16_bits_stay_whole_and_others_are_not_cut_off():
    stored = np.array([[0, 100, 40000, 65535]], np.uint16)
    hu = hounsfield(stored, form_of(intercept=-1024.0))
    assert hu.dtype == np.float32
    assert hu.tolist() == [[-1024, -924, 38976, 64511]]
    hu = hounsfield(stored, form_of(intercept=-32768.0))
    assert hu.tolist() == [[-32768, -32668, 7232, 32767]]


@pytest.mark.parametrize(
    ("padding", "expected"),
    [((0, 0), [AIR_HU, 100, 200, 3000]), ((0, 100), [AIR_HU, AIR_HU, 200, 3000]), (None, [0, 100, 200, 3000])],
)
def test_padding_becomes_air(padding, expected):
    stored = np.array([[0, 100, 200, 3000]], np.uint16)
    assert hounsfield(stored, form_of(padding=padding)).tolist() == [expected]


def test_padding_beyond_the_stored_bits_is_padding_too():
    stored = np.array([[63536, 100, 200, 3000]], np.uint16)
    hu = hounsfield(stored, form_of(stored=12, padding=(63536, 63536)))
    assert hu.tolist() == [[AIR_HU, 100, 200, 3000]]


@pytest.mark.parametrize(
    ("padding", "intercept", "stored", "expected"),
    [
        # what compression with loss makes of -2000 stored, up to half-way to air
        ((-2000, -2000), -1024.0, [-2130, -1820, -1100, -1000], [AIR_HU, AIR_HU, AIR_HU, -2024]),
        ((-2000, -2000), 0.0, [-2130, -1600, -1400, 40], [AIR_HU, AIR_HU, -1400, 40]),
        ((-2010, -1990), 0.0, [-2130, -1600, -1400, 40], [AIR_HU, AIR_HU, -1400, 40]),
        # padding near air needs nothing, and padding above air says nothing of what lies below it
        ((0, 0), -1024.0, [0, -300, 24, 1064], [AIR_HU, -1324, -1000, 40]),
        ((3000, 3000), 0.0, [3000, -2000, -1000, 40], [AIR_HU, -2000, -1000, 40]),
        (None, 0.0, [-2130, -1820, -1000, 40], [-2130, -1820, -1000, 40]),
    ],
)
def test_smeared_padding_is_padding(padding, intercept, stored, expected):
    form = form_of(signed=True, intercept=intercept, padding=padding)
    assert hounsfield(np.array([stored], np.int16), form).tolist() == [expected]


@pytest.mark.parametrize(
    ("lossy", "stored", "expected"),
    [
        (True, [-3130, -1300, -1000, 40], [AIR_HU, AIR_HU, -1000, 40]),
        # without air where it should be, what lies below may be air itself
        (True, [-3130, -2000, -600, 40], [-3130, -2000, -600, 40]),
        (False, [-3130, -1300, -1000, 40], [-3130, -1300, -1000, 40]),
    ],
)
def test_smeared_padding_that_no_attribute_names(lossy, stored, expected):
    assert hounsfield(np.array([stored], np.int16), form_of(signed=True, lossy=lossy)).tolist() == [expected]
