"""Descriptions of bundles that make no sense, each told in one sentence that names the field."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

import onnx_models
from desktop.inference.averaging import Averaging
from desktop.inference.manifest import BundleUnsound, LearnedFrom, Manifest, Pictures
from desktop.inference.maps import Localisation, MapFacts
from desktop.reading.run import Cutoff

RAW = (onnx_models.default_bundle() / "manifest.json").read_bytes()
SHIPPED = json.loads(RAW)
LOCALISATION = {
    "rows_px": -20.3,
    "columns_px": 3.1,
    "error_px": 25.4,
    "rows_mm": -3.84,
    "columns_mm": 0.59,
    "error_mm": 4.81,
    "patches": 288,
}
NAN, INFINITY = float("nan"), float("inf")


def read(fields: object) -> Manifest:
    return Manifest.read(json.dumps(fields).encode(), "m")


def edited(path: str, value: object) -> dict[str, object]:
    """The shipped fields with another value at a path such as metrics/0/value."""
    fields = json.loads(RAW)
    *way, last = path.split("/")
    here = fields
    for step in way:
        here = here[int(step)] if isinstance(here, list) else here[step]
    here[last] = value
    return fields


def test_the_manifest_comes_back_as_it_was_written():
    manifest = Manifest.read(RAW, "m")
    assert manifest.text().encode() == RAW
    measured = edited("pictures", {"noise_hu": [4, 28.5], "edge_width_mm": [0.5, 2]})
    assert read(measured).pictures == Pictures((4.0, 28.5), (0.5, 2.0))
    chosen = measured | {"cutoff_mm": 4.0, "smoothing": 0.25, "shift_px": 16, "near_chance": ["sensitivity"]}
    assert json.loads(read(chosen).text()) == chosen
    assert read(chosen).cutoff == Cutoff(2, 0.5, 4.0)
    assert read(measured).averaging == Averaging()
    learned = {"project": "0f" * 16, "cases": ["1e" * 16, "2d" * 16]}
    dated = measured | {"made_on": "2026-11-27", "learned_from": learned}
    assert json.loads(read(dated).text()) == dated
    assert read(dated).made_on == date(2026, 11, 27)
    assert read(dated).learned_from == LearnedFrom("0f" * 16, ("1e" * 16, "2d" * 16))
    told = measured | {"maps": {"scale": 1.5, "localisation": LOCALISATION}}
    assert json.loads(read(told).text()) == told
    assert read(told).maps == MapFacts(1.5, Localisation(**LOCALISATION))
    assert read(measured | {"maps": {"scale": 1.5}}).maps == MapFacts(1.5, None)
    del measured["pictures"]
    assert read(measured).pictures is None


NUMBERS = [NAN, INFINITY, -INFINITY, 1e308, -1e308, 10**30, "1", None, True, [], {}]
WHOLE = [*NUMBERS, 0, -1, 2.5, 2.0]
TEXTS = ["", 5, None, [], "a\nb", "a\0", "\x1b[31m", "\u202etxt", "a\u200bb", "\ud800", "x" * 10**6]
NAMES = [*TEXTS, "a b", "../up", "-x", ".hidden", "a/b", "ä", "x" * 65]
INTERVALS = [*NUMBERS, [1], [1, 2, 3], [2, 1], [1, NAN], [1, "2"], [1, True], [-1, 1e300], "ab", [[1], [2]]]
SUMS = [*TEXTS, "a" * 63, "A" * 64, "g" * 64]
NONSENSE = {
    "schema": [*TEXTS, "clivus-bundle/3", "clivus-bundle/1"],
    "id": NAMES,
    "version": NAMES,
    "sha256": [*SUMS, "0" * 64],
    "files": [*NUMBERS, {}, {"model.onnx": SHIPPED["sha256"]}, {**SHIPPED["files"], "../x": "0" * 64}],
    "files/MODEL_CARD.md": SUMS,
    "files/weights.bin": ["0" * 64],
    "intended_use": [*TEXTS, "clinical"],
    "window_level": [*NUMBERS, 1e4],
    "window_width": [*NUMBERS, 0, -600, 1e5],
    "crop_size": [*WHOLE, 31, 1025],
    "map_stride": [*WHOLE, 225, 4096, 1, 31],
    "roi_area_cm2": [*NUMBERS, 0, -5, 1e3],
    "roi_landmarks": [*NUMBERS, {}, {"front": "x"}, {**SHIPPED["roi_landmarks"], "top": "x"}],
    "roi_landmarks/front": TEXTS,
    "threshold": [*NUMBERS, 0, 1, 1e-300, 0.999999999, -0.5, 2],
    "cutoff_slices": [*WHOLE, 61, 4096],
    "cutoff_mm": [*(value for value in NUMBERS if value is not None), 0, 0.1, 61],
    "smoothing": [*(value for value in NUMBERS if value is not None), 0, 0.4, -0.25],
    "shift_px": [*(value for value in WHOLE if value is not None), 57],
    "maps": [1, NAN, "1", True, [], {}, {"scale": 0}, {"scale": 1.5, "more": 1}, {"scale": 1.5, "localisation": 1}],
    "near_chance": ["", 5, [], "sensitivity", ["accuracy"], ["sensitivity", "sensitivity"]],
    "made_on": ["", 5, [], "27.11.2026", "2026-13-01", "x" * 500],
    "learned_from": [
        *(value for value in NUMBERS if value is not None),
        {"project": "0f" * 16},
        {"project": "a project", "cases": []},
        {"project": "0f" * 16, "cases": ["1e" * 15]},
        {"project": "0f" * 16, "cases": [5]},
        {"project": "0f" * 16, "cases": [], "more": 1},
    ],
    "slice_thickness_mm": [*INTERVALS, [0, 4], [0, 1e300], [1, 100]],
    "contrast_phases": [*TEXTS, {}, "plaincontrast", [1, 2], ["plain", "plain"], ["arterial"], [["plain"]]],
    "cohort": [*NUMBERS, {}, {"kind": ""}, {"kind": "x", "n": NAN}, {"kind": "x", "n": -1}, {"kind": "x", "n": [1]}],
    "cohort/deep": [{"a": {"b": {"c": 1}}}],
    "metrics": [None, 1, "AUC", {}, [1], [{}], [SHIPPED["metrics"][0]] * 65],
    "metrics/0/value": [*NUMBERS, 0.1],
    "metrics/0/unit": [*TEXTS, "pixel"],
    "metrics/0/name": TEXTS,
    "metrics/0/more": [1],
    "fingerprints": [None, 1, [], {"a\nb": "0" * 64}],
    "fingerprints/data": SUMS,
    "weights": [*NUMBERS, {}, {"origin": "x", "licence": "y"}],
    "weights/licence": TEXTS,
    "tools": [None, 1, [], {"": "1"}],
    "tools/clivus": TEXTS,
    "self_test": [*NUMBERS],
    "self_test/seed": [*NUMBERS, -1, 2.5, 2.0, 10**10],
    "self_test/logit": NUMBERS,
    "self_test/map": [
        *NUMBERS,
        [[]],
        [[0.0] * 7] * 6,
        [[0.0] * 6] * 7,
        [[NAN] * 7] * 7,
        [[-1.0] * 7] * 7,
        [["0"] * 7] * 7,
    ],
    "pictures": [1, NAN, "1", True, [], {}, {"noise_hu": [1, 2]}],
    "more": [None, 1],
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param(path, value, id=f"{path}={ascii(value)[:24]}")
        for path, values in NONSENSE.items()
        for value in values
    ],
)
def test_nonsense_is_refused_by_the_name_of_its_field(path, value):
    with pytest.raises(BundleUnsound) as refusal:
        read(edited(path, value))
    said = str(refusal.value)
    assert said.startswith("The model's description m cannot be used, because ")
    assert said.isprintable()
    assert len(said) < 1000
    named = [part for part in path.split("/") if not part.isdigit()]
    of_the_text = ("NaN", "Infinity", "beyond measure", "two different sums", "does not know the field")
    assert any(part in said for part in (*named, *of_the_text))


@pytest.mark.parametrize("path", [path for path in SHIPPED if path not in ("maps", "pictures")])
def test_a_field_that_is_missing_or_null_is_named(path):
    fields = json.loads(RAW)
    del fields[path]
    for wrong in (fields, {**fields, path: None}):
        with pytest.raises(BundleUnsound, match=path):
            read(wrong)


TEXT = RAW.decode()
DAMAGED = {
    "empty": (b"", "not JSON"),
    "cut": (RAW[:500], "not JSON"),
    "no object": (b"[]", "must be an object with named fields"),
    "a number": (b"1", "must be an object with named fields"),
    "two objects": (RAW + RAW, "not JSON"),
    "byte order mark": (b"\xef\xbb\xbf" + RAW, "byte order mark"),
    "UTF-16": (TEXT.encode("utf-16"), "not UTF-8"),
    "UTF-16 without mark": (TEXT.encode("utf-16-le"), "not JSON"),
    "Latin-1": (TEXT.replace("phantoms", "ph\xe4ntoms").encode("latin-1"), "not UTF-8"),
    "an encoded surrogate": (RAW.replace(b"phantoms", b"\xed\xa0\x80"), "not UTF-8"),
    "NUL": (RAW.replace(b"phantoms", b"\0"), "not JSON"),
    "a comment": (RAW.replace(b"{", b"{ // x\n", 1), "not JSON"),
    "a key twice": (
        RAW.replace(b'"threshold": 0.5', b'"threshold": 0.5, "threshold": 0.99'),
        "'threshold' stands in it twice",
    ),
    "a key twice, escaped": (RAW.replace(b'"threshold": 0.5', b'"threshold": 0.5, "thre\\u0073hold": 0.9'), "twice"),
    "a key twice, inside": (RAW.replace(b'"seed": 1', b'"seed": 1, "seed": 2'), "'seed' stands in it twice"),
    "1e999": (RAW.replace(b'"threshold": 0.5', b'"threshold": 1e999'), "beyond measure"),
    "5,000 digits": (RAW.replace(b'"seed": 1', b'"seed": ' + b"1" * 5000), "thousands of digits"),
    "nested 50,000 deep": (RAW.replace(b'"phantoms"', b"[" * 50000 + b"]" * 50000), "nested too deeply"),
    "nested 100 deep": (RAW.replace(b'"phantoms"', b"[" * 100 + b"]" * 100), "nested too deeply"),
    "objects nested 50,000 deep": (b'{"a":' * 50000 + b"1" + b"}" * 50000, "nested too deeply"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_text_that_is_not_strict_json_is_refused(name):
    raw, says = DAMAGED[name]
    with pytest.raises(BundleUnsound, match=says) as refusal:
        Manifest.read(raw, "m")
    assert str(refusal.value).isprintable()


@given(
    st.binary(max_size=60)
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.text(), x),
    ).map(lambda x: json.dumps(x).encode())
)
def test_whatever_it_is_there_is_one_sentence(raw):
    with pytest.raises(BundleUnsound) as refusal:
        Manifest.read(raw, "m")
    assert str(refusal.value).isprintable()


@given(st.integers(0, len(RAW) - 1), st.integers(0, 255))
def test_one_other_byte_is_refused_or_keeps_every_field_within_its_limits(place, byte):
    raw = RAW[:place] + bytes([byte]) + RAW[place + 1 :]
    try:
        manifest = Manifest.read(raw, "m")
    except BundleUnsound:
        return
    assert Manifest.read(manifest.text().encode(), "m") == manifest
