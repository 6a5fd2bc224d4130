"""What programs that read `result.json` are told of it: docs/schemas. Every report that any test writes is held against
them (tests/conftest.py)."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import ValidationError

SCHEMAS = sorted((Path(__file__).parents[2] / "docs" / "schemas").glob("*.json"))


@pytest.fixture
def whole(example) -> dict[str, Any]:
    """The example with its stability and with key rectangles: all that a result may have."""
    result = json.loads(example("result.json"))
    sides = {key: value for key, value in result["roi"].items() if key != "area_cm2"}
    result["roi"]["keys"] = [sides | {"position_mm": slice_["position_mm"]} for slice_ in result["slices"]]
    for slice_ in result["slices"]:
        slice_["roi"] = sides
    return result | {"stability": json.loads(example("stability.json"))}


def test_the_examples_in_the_file_formats_fit(example, whole, fits_schema):
    fits_schema("result-1", json.loads(example("result.json")))
    fits_schema("result-1", whole)
    fits_schema("case-1", json.loads(example("case.json")))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("patient",), "Doe"),
        (("verdict",), "maybe"),
        (("slices", 0, "probability"), 1.5),
        (("slices", 0, "sop_instance_uid"), "slice 1"),
        (("roi", "keys", 0, "depth"), 3.0),
        (("model", "sha256"), "unknown"),
        (("maps", "scale"), None),
        (("picture", "file"), "/home/doe/strongest_slice-a276f13725a7a5d7.png"),
        (("stability", "rectangles", 0, "score"), "0.5"),
    ],
)
def test_what_is_not_described_does_not_fit(path, value, whole, fits_schema):
    changed = copy.deepcopy(whole)
    part: Any = changed
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    with pytest.raises(ValidationError):
        fits_schema("result-1", changed)


@pytest.mark.parametrize("file", SCHEMAS, ids=lambda file: file.name)
def test_every_object_is_closed_and_every_key_described(file):
    found = list(objects_in(json.loads(file.read_text(encoding="utf-8"))))
    assert len(found) > 1
    for part in found:
        assert part["additionalProperties"] is False, part["description"]
        assert not [key for key, told in part["properties"].items() if not {"description", "$ref"} & told.keys()]


def objects_in(schema: Any) -> list[dict[str, Any]]:
    """All objects that a schema describes, wherever they stand."""
    if isinstance(schema, list):
        return [found for one in schema for found in objects_in(one)]
    if not isinstance(schema, dict):
        return []
    own = [schema] if schema.get("type") == "object" else []
    return own + [found for part in schema.values() for found in objects_in(part)]
