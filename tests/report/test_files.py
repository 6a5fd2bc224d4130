"""What is written: JSON and picture."""

import hashlib
import json

import numpy as np
import pytest
from PIL import Image

from desktop.inference.analyse import analyse
from desktop.reading.region import Region
from desktop.reading.roi import PositionRange, Roi
from desktop.report import save_report
from desktop.report.heat import heat_colours
from desktop.unwritten import NotWritten


@pytest.fixture(scope="module")
def result(volume, phantom, network):
    return analyse(
        Region(volume, Roi.everywhere(*phantom.truth.roi_px), PositionRange(*phantom.truth.range_mm)), network
    )


def test_the_document_holds_the_contracts_fields_and_nothing_of_the_patients(result, volume, tmp_path, shown_as):
    saved = save_report(result, tmp_path / "out")
    document, image = saved.files
    data = json.loads(document.read_text())
    assert data == saved.document
    shown_as("result.json", data)
    assert data["schema"] == "clivus-result/1"
    fields = "verdict run cutoff score slices roi model device checks timing_s"
    assert set(fields.split()) <= data.keys()
    assert data["slices"][0].keys() == {"sop_instance_uid", "position_mm", "logit", "probability", "positive"}
    assert data["model"]["intended_use"] == "demonstration"
    assert "PHANTOM" not in document.read_text().upper().replace(result.manifest.id.upper(), "")
    with Image.open(image) as picture:
        assert picture.format == "PNG"
        assert len(picture.convert("L").getcolors()) > 50
    assert data["picture"] == {"file": image.name, "sha256": hashlib.sha256(image.read_bytes()).hexdigest()}
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["result.json", image.name]


def test_a_folder_that_cannot_be_written_is_one_sentence(result, volume, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(NotWritten, match="choose a folder"):
        save_report(result, tmp_path / "file")


def test_a_second_reading_of_the_same_series_replaces_the_first(result, volume, tmp_path):
    save_report(result, tmp_path)
    save_report(result, tmp_path)
    assert json.loads((tmp_path / "result.json").read_text())["series"] == volume.series.name


def test_heat_is_transparent_at_zero_and_rises_in_lightness():
    colours = heat_colours(np.linspace(0, 1, 64, dtype=np.float32), 1.0, 0.5)
    assert colours[0, 3] == 0
    assert colours[-1, 3] == 128
    lightness = colours[:, :3].astype(float) @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(lightness) >= 0).all()
