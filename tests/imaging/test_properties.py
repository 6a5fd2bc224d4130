"""What must not matter: names, instance numbers, the order and the depth of the files."""

import shutil

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom import dcmread

from desktop.imaging.scan import scan
from desktop.imaging.sources import Source
from desktop.imaging.volume import load

NAMES = st.lists(
    st.text(st.characters(codec="utf-8", exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=20),
    min_size=8,
    max_size=8,
    unique_by=lambda name: name.casefold(),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.permutations(range(8)),
    numbers=st.lists(st.integers(-(2**31), 2**31 - 1), min_size=8, max_size=8),
    names=NAMES,
    depth=st.integers(0, 3),
)
def test_names_numbers_and_order_change_nothing(write_stack, head, tmp_path, order, numbers, names, depth):
    shutil.rmtree(tmp_path)
    files = write_stack(tmp_path / "plain", head)
    before = scan(Source.open(tmp_path / "plain")).series
    for place, (index, name) in enumerate(zip(order, names, strict=True)):
        folder = tmp_path.joinpath("shuffled", *[f"d{place}"] * depth)
        folder.mkdir(parents=True, exist_ok=True)
        dataset = dcmread(files[index])
        dataset.InstanceNumber = numbers[place]
        dataset.SliceLocation = numbers[-place - 1]
        dataset.save_as(folder / (name if name not in (".", "..") else "dot"))
    (after,) = scan(Source.open(tmp_path / "shuffled")).series
    assert [item.sop_instance_uid for item in after.slices] == [item.sop_instance_uid for item in before[0].slices]
    assert after.name == before[0].name
    np.testing.assert_array_equal(after.geometry.origins, before[0].geometry.origins)
    np.testing.assert_array_equal(load(after).hu, head)
