"""Whose slices, and of which series: what divides a stack, what is put together, and what is said of it."""

from dataclasses import replace

import numpy as np
import pytest

from desktop.commands.scanning import scan_document, scan_text
from desktop.headless.series_choice import SeriesUnclear, choose_series
from desktop.imaging.eligibility import check_series
from desktop.imaging.headers import read_headers
from desktop.imaging.scan import scan
from desktop.imaging.series import Patient
from desktop.imaging.sources import Candidate, Source
from desktop.imaging.stacks import stacks_of
from desktop.imaging.volume import load

FIRST = {"PatientID": "SECRET-1", "PatientName": "SECRET^ONE", "PatientBirthDate": "19500101"}
SECOND = {"PatientID": "SECRET-2", "PatientName": "SECRET^TWO", "PatientBirthDate": "19600202"}
EACH = [f"2.25.77{n}" for n in range(8)]
UIDS = ("FrameOfReferenceUID", "StudyInstanceUID", "SeriesInstanceUID")


def each(first, second, count=4):
    """One value for each of 8 slices: `count` of the first, then the second."""
    return {name: [first.get(name)] * count + [second.get(name)] * (8 - count) for name in {**first, **second}}


def check_of(series, name):
    (check,) = (check for check in check_series(series) if check.name == name)
    return check


def found_in(folder):
    return scan(Source.open(folder))


@pytest.mark.parametrize("attribute", FIRST)
def test_another_patient_within_a_series_splits_it_and_is_said(write_stack, head, tmp_path, attribute):
    second = FIRST | {attribute: SECOND[attribute]}
    write_stack(tmp_path, head, **each(FIRST, second, 5))
    found = found_in(tmp_path)
    assert [len(series.slices) for series in found.series] == [5, 3]
    for series in found.series:
        check = check_of(series, "patient")
        assert (check.status, "Slices of 2 patients share" in str(check.message)) == ("warn", True)
    with pytest.raises(SeriesUnclear, match="Slices of 2 patients share one SeriesInstanceUID") as refused:
        choose_series(found, None)
    said = f"{refused.value}{scan_document(found)}{scan_text(found)}"
    assert "SECRET" not in said
    assert "1950" not in said


def test_patients_slice_by_slice_in_turn_are_two_stacks(write_stack, head, tmp_path):
    write_stack(tmp_path, head, **{name: [FIRST[name], SECOND[name]] * 4 for name in FIRST})
    first, second = found_in(tmp_path).series
    assert {first.patient.id, second.patient.id} == {"SECRET-1", "SECRET-2"}
    assert first.geometry.spacing_mm == pytest.approx(6)
    assert {load(first).hu[0, 0, 0], load(second).hu[0, 0, 0]} == {head[0, 0, 0], head[1, 0, 0]}


@pytest.mark.parametrize("attribute", FIRST)
def test_missing_beside_present_warns_and_splits_nothing(write_stack, head, tmp_path, attribute):
    write_stack(tmp_path, head, **each(FIRST, FIRST | {attribute: None}, 5))
    (series,) = found_in(tmp_path).series
    assert len(series.slices) == 8
    assert series.patient.id == "SECRET-1"
    assert series.patient.name == "SECRET^ONE"
    check = check_of(series, "patient")
    assert (check.status, f"{attribute} is missing on 3 of 8 slices" in str(check.message)) == ("warn", True)
    assert "SECRET" not in str(check.message)


def test_one_name_in_two_character_sets_splits_nothing(write_stack, head, tmp_path):
    write_stack(
        tmp_path, head,
        SpecificCharacterSet=["ISO_IR 100"] * 4 + ["ISO_IR 192"] * 4, PatientName=["Müller^Jürgen"] * 8, PatientID="7",
    )  # fmt: skip
    (series,) = found_in(tmp_path).series
    assert check_of(series, "patient").status == "pass"


@pytest.mark.parametrize("attributes", [UIDS[:1], UIDS[1:2], UIDS[:2]], ids=" ".join)
def test_a_frame_or_study_for_every_slice_is_one_stack_with_a_warning(write_stack, head, tmp_path, attributes):
    write_stack(tmp_path, head, **dict.fromkeys(attributes, EACH))
    found = found_in(tmp_path)
    (series,) = found.series
    np.testing.assert_array_equal(load(series).hu, head)
    check = check_of(series, "identifiers")
    assert check.status == "warn"
    assert all(name in str(check.message) for name in attributes)
    assert choose_series(found, None) is series


@pytest.mark.parametrize("attributes", [UIDS[2:], UIDS], ids=" ".join)
def test_a_series_for_every_slice_is_read_only_by_name(write_stack, head, tmp_path, attributes):
    write_stack(tmp_path, head, **dict.fromkeys(attributes, EACH))
    found = found_in(tmp_path)
    (series,) = found.series
    np.testing.assert_array_equal(load(series).hu, head)
    assert check_of(series, "identifiers").status == "warn"
    with pytest.raises(SeriesUnclear, match="Each of the 8 slices here is a series of its own"):
        choose_series(found, None)
    for name in EACH:
        assert choose_series(found, name) is series


def test_copies_with_uids_of_their_own_are_still_copies(write_stack, head, tmp_path):
    write_stack(tmp_path / "a", head, FrameOfReferenceUID=EACH)
    write_stack(tmp_path / "b", head, FrameOfReferenceUID=[f"{uid}9" for uid in EACH], SOPInstanceUID=EACH)
    found = found_in(tmp_path)
    (series,) = found.series
    assert len(series.slices) == 8
    assert len(found.skipped) == 8
    assert check_of(series, "identifiers").status == "warn"


BROKEN = {
    "a place missing": {"positions": [0, 3, 6, 9, 15, 18, 21, 24]},
    "two at one place": {"positions": [0, 3, 6, 9, 9, 12, 15, 18]},
    "one aside": {"shift": np.eye(8)[:, 3:4] * [5, 0, 0]},
    "a UID on two slices": {},
}


@pytest.mark.parametrize("how", BROKEN)
@pytest.mark.parametrize("attribute", UIDS[:2])
def test_what_makes_no_even_stack_is_not_joined_and_the_cause_is_named(write_stack, head, tmp_path, how, attribute):
    uids = [*EACH[:7], EACH[6]] if how == "a UID on two slices" else EACH
    write_stack(tmp_path, head, **BROKEN[how], **{attribute: uids})
    found = found_in(tmp_path)
    (series,) = found.series
    check = check_of(series, "identifiers")
    assert (check.status, attribute in str(check.message)) == ("fail", True), check
    assert not [one for one in scan_document(found)["series"] if one["eligible"]]


@pytest.mark.parametrize("attribute", UIDS)
def test_uids_that_change_between_halves_are_two_stacks(write_stack, head, tmp_path, attribute):
    write_stack(tmp_path, head, **{attribute: ["2.25.1"] * 5 + ["2.25.2"] * 3})
    found = found_in(tmp_path)
    assert [len(series.slices) for series in found.series] == [5, 3]
    if attribute != "SeriesInstanceUID":
        assert {check_of(series, "identifiers").status for series in found.series} == {"warn"}
        with pytest.raises(SeriesUnclear, match=f"One series states more than one {attribute}"):
            choose_series(found, None)


DISTINCT = {
    "patient": {"PatientID": ["1"] * 4 + ["2"] * 4},
    "kernel": {"ConvolutionKernel": ["SOFT"] * 4 + ["BONE"] * 4},
    "kind": {"ImageType": [["DERIVED", "SECONDARY", "MIP"]] * 4 + [["ORIGINAL", "PRIMARY", "AXIAL"]] * 4},
    "spacing": {"PixelSpacing": [[0.5, 0.5]] * 4 + [[0.6, 0.6]] * 4},
    "study": {"StudyInstanceUID": ["2.25.1"] * 4 + ["2.25.2"] * 4},
    "frame": {"FrameOfReferenceUID": ["2.25.1"] * 4 + ["2.25.2"] * 4},
}


@pytest.mark.parametrize("what", DISTINCT)
def test_series_of_one_slice_are_joined_only_where_all_else_agrees(write_stack, head, tmp_path, what):
    write_stack(tmp_path, head, SeriesInstanceUID=EACH, **DISTINCT[what])
    assert [len(series.slices) for series in found_in(tmp_path).series] == [4, 4]


def test_a_few_single_pictures_stay_as_they_are(write_stack, head, tmp_path):
    """Needle control or bolus tracking: a series for each shot, anywhere."""
    write_stack(tmp_path, head[:5], [0, 3, 3, 20, 21], SeriesInstanceUID=EACH[:5])
    found = found_in(tmp_path)
    assert [len(series.slices) for series in found.series] == [1] * 5
    with pytest.raises(SeriesUnclear, match="None of the 5 axial CT stacks here is suitable"):
        choose_series(found, None)


def test_many_series_of_one_slice_do_not_fill_the_screen(write_stack, head, tmp_path):
    """Each in another direction: nothing makes a stack of them."""
    for number, pixels in enumerate(head):
        angle = 0.02 * number
        across = (np.cos(angle), np.sin(angle), 0.0)
        write_stack(tmp_path / f"{number}", pixels[None], across=across, down=(-np.sin(angle), np.cos(angle), 0.0))
    found = found_in(tmp_path)
    assert len(found.series) == 8
    text = scan_text(found)
    assert text.count("Only 1 slice, too few") == 3
    assert "and 5 more series of one slice" in text
    assert "8 series, 0 files left out." in text
    assert len(scan_document(found)["series"]) == 8


MANY = 3000


@pytest.fixture
def header(write_slice, tmp_path):
    path = write_slice(tmp_path / "one", np.zeros((4, 4)))
    ((header,), _) = read_headers(Candidate(path, path.name))
    return header


def placed(header, number, z, **values):
    item = replace(header.item, sop_instance_uid=f"2.25.5{number}", origin=(0.0, 0.0, z))
    return replace(header, item=item, **values)


@pytest.mark.parametrize("even", [True, False])
@pytest.mark.parametrize("attribute", ["frame_of_reference_uid", "study_instance_uid", "series_instance_uid"])
def test_thousands_of_scattered_slices_are_one_entry_in_the_list(header, attribute, even, at_most):
    headers = [
        placed(header, n, 1.0 * n + (0 if even else 0.3 * (n % 7)), **{attribute: f"2.25.9{n}"}) for n in range(MANY)
    ]
    with at_most(8):
        series, _ = stacks_of(headers, lambda a, b: False)
    assert [len(one.slices) for one in series] == [MANY]
    assert check_of(series[0], "identifiers").status == ("warn" if even else "fail")


def test_thousands_of_patients_in_a_series_are_one_entry_without_a_verdict(header, at_most):
    headers = [placed(header, n, 1.0 * n, patient=Patient(f"N{n}", f"P{n}", "")) for n in range(MANY)]
    with at_most(8):
        (series,), _ = stacks_of(headers, lambda a, b: False)
    check = check_of(series, "patient")
    assert (check.status, f"the slices are of {MANY} patients" in str(check.message)) == ("fail", True)
