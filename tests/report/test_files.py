"""What is written: JSON and picture."""

import hashlib
import json
from dataclasses import asdict, replace
from datetime import UTC, datetime

import numpy as np
import pytest
from PIL import Image

from desktop.inference.analyse import analyse
from desktop.inference.stability import Spread, measure
from desktop.reading.region import Region
from desktop.reading.roi import KeyRectangle, PositionRange, Roi
from desktop.report import save_report
from desktop.report.document import result_document
from desktop.report.picture import PANEL, picture
from desktop.report.told import Told
from desktop.unwritten import NotWritten


def test_the_document_holds_the_contracts_fields_and_nothing_of_the_patients(
    result, volume, tmp_path, shown_as, fits_schema
):
    saved = save_report(result, tmp_path / "out", told=Told(datetime(2026, 11, 27, tzinfo=UTC)))
    document, image, pages = saved.files
    data = fits_schema("result-1", json.loads(document.read_text()))
    assert data == saved.document
    shown_as("result.json", data)
    assert data["schema"] == "clivus-result/1"
    fields = "verdict run cutoff score slices roi model device checks maps timing_s"
    assert set(fields.split()) <= data.keys()
    assert data["slices"][0].keys() == {
        "sop_instance_uid",
        "position_mm",
        "logit",
        "crop_logit",
        "probability",
        "positive",
    }
    assert data["model"]["intended_use"] == "demonstration"
    facts = result.manifest.maps
    assert data["maps"] == {
        "unit": "log-odds per cm²",
        "scale": facts.scale,
        "scale_of": "model",
        "localisation": asdict(facts.localisation),
    }
    assert "PHANTOM" not in document.read_text().upper().replace(result.manifest.id.upper(), "")
    with Image.open(image) as picture:
        assert picture.format == "PNG"
        assert len(picture.convert("L").getcolors()) > 50
    assert data["picture"] == {"file": image.name, "sha256": hashlib.sha256(image.read_bytes()).hexdigest()}
    assert data["pdf"] == {"file": pages.name, "sha256": hashlib.sha256(pages.read_bytes()).hexdigest()}
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [pages.name, "result.json", image.name]


def test_how_stable_the_verdict_is_stands_in_the_document_if_it_was_measured(result, network, shown_as, fits_schema):
    assert "stability" not in result_document(result)
    stability = measure(result, network, Spread(3, 0.05, draws=2), np.array([[1.0, -0.5, 0.25], [0.0, 0.0, 6.0]]))
    told = fits_schema("result-1", result_document(result, stability))["stability"]
    shown_as("stability.json", told)
    assert (told["draws"], told["indeterminate"], told["shift_mm"], told["scale"]) == (2, 0, 3, 0.05)
    first, second = told["rectangles"]
    assert (first["across_mm"], first["down_mm"], first["size"]) == (3, -1.5, pytest.approx(1.0126, abs=1e-4))
    assert first["verdict"] == stability.draws[0].verdict
    assert second["score"] == stability.draws[1].score
    assert told["unchanged"] == [first["verdict"], second["verdict"]].count(result.verdict)


@pytest.fixture(scope="module")
def moving(volume, phantom, network):
    """Two key rectangles, 40 pixels apart, at the ends of the range."""
    column, row, width, height = phantom.truth.roi_px
    low, high = phantom.truth.range_mm
    keys = (KeyRectangle(low, column - 20, row, width, height), KeyRectangle(high, column + 20, row, width, height))
    return analyse(Region(volume, Roi.of(keys), PositionRange(low, high)), network)


def test_a_rectangle_that_differs_between_slices_is_told_of_every_slice(moving, result, fits_schema):
    document, region = fits_schema("result-1", result_document(moving)), moving.region
    strongest = moving.strongest
    column, row, width, height = region.stored_rectangles[strongest]
    assert document["roi"] == {
        "column": column,
        "row": row,
        "width": width,
        "height": height,
        "area_cm2": round(region.areas_cm2[strongest], 3),
        "keys": [asdict(key) for key in region.roi.keys],
    }
    for entry, rectangle in zip(document["slices"], region.stored_rectangles, strict=True):
        assert tuple(entry["roi"].values()) == rectangle
    once = result_document(result)
    assert once["roi"].keys() == {"column", "row", "width", "height", "area_cm2"}, "with one rectangle as ever"
    assert "roi" not in once["slices"][0]


@pytest.mark.parametrize("strongest", [0, -1])
def test_the_picture_shows_the_rectangle_of_the_slice_that_it_shows(moving, strongest):
    """Both ends of the range: the rectangle was that of the whole case."""
    answers = list(moving.slices)
    answers[strongest] = replace(answers[strongest], logit=99.0)
    shown = replace(moving, slices=tuple(answers))
    column, _, width, height = shown.region.rectangles[shown.strongest]
    with picture(shown) as image:
        frame = (np.asarray(image)[96 : 96 + PANEL, 20 : 20 + PANEL] == (90, 200, 250)).all(axis=2)
    scale = PANEL / shown.region.volume.geometry.columns
    columns = np.flatnonzero(frame.sum(axis=0) > height * scale / 2)
    assert columns.min() == pytest.approx(column * scale, abs=2)
    assert columns.max() == pytest.approx((column + width) * scale, abs=2)


def test_a_folder_that_cannot_be_written_is_one_sentence(result, volume, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(NotWritten, match="choose a folder"):
        save_report(result, tmp_path / "file")


def test_a_second_reading_of_the_same_series_replaces_the_first(result, volume, tmp_path):
    save_report(result, tmp_path)
    save_report(result, tmp_path)
    assert json.loads((tmp_path / "result.json").read_text())["series"] == volume.series.name
