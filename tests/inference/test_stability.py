"""The ROI as a second reader might place it, and what becomes of the verdict."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from desktop.errors import Cancelled, WrongUse
from desktop.imaging.volume import Volume
from desktop.inference.analyse import SliceAnswers, analyse
from desktop.inference.familiarity import Limits, Reference
from desktop.inference.graph import Answers
from desktop.inference.network import Network
from desktop.inference.result import Result
from desktop.inference.stability import SECOND_READER, STEADY, Spread, Stability, changes_of, measure
from desktop.phantoms import Phantom
from desktop.reading.region import Region
from desktop.reading.roi import KeyRectangle, PositionRange, Roi
from desktop.reading.run import Verdict
from desktop.work import Work


@pytest.fixture(scope="module")
def network(network: Network) -> Network:
    """The shipped network without a reference: what is familiar has tests of its own."""
    silent = copy(network)
    silent.reference, silent.manifest = None, replace(network.manifest, familiarity=None)
    return silent


@pytest.fixture(scope="module")
def region(volume: Volume, phantom: Phantom) -> Region:
    return Region(volume, Roi.everywhere(*phantom.truth.roi_px), PositionRange(*phantom.truth.range_mm))


@pytest.fixture(scope="module")
def marked(region: Region, network: Network) -> Result:
    return analyse(region, network)


@pytest.fixture
def certain(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """A function after which every slice has this probability, without asking the network."""

    def answer(probability: float) -> None:
        def ask(network, region, rectangles, work):
            answers, n = np.full(len(rectangles), probability, np.float32), len(rectangles)
            looks = np.eye(7, dtype=np.float32)[None].repeat(n, axis=0)
            return SliceAnswers(answers, answers, Answers(answers, answers, np.zeros((n, 7, 7), np.float32), looks))

        monkeypatch.setattr("desktop.inference.stability.ask", ask)

    return answer


def test_an_unmoved_rectangle_gives_the_result_itself(marked, network):
    found = measure(marked, network, Spread(0, 0, draws=1), np.array([[1.0, -2.0, 0.5]]))
    (draw,) = found.draws
    assert (draw.verdict, draw.run) == (marked.verdict, marked.run)
    assert draw.score == pytest.approx(marked.score, abs=1e-5)
    assert draw.probabilities == pytest.approx([answer.probability for answer in marked.slices], abs=1e-5)
    assert np.array(draw.rectangles) == pytest.approx(np.array(marked.region.rectangles))
    assert (found.unchanged, found.held_inside, found.steady) == (1, 0, True)


def test_a_moved_rectangle_is_judged_as_if_it_had_been_marked(marked, region, network):
    changes = changes_of(region.volume.series, SECOND_READER)[:2]
    found = measure(marked, network, SECOND_READER, changes)
    for draw in found.draws:
        column, row, width, height = draw.rectangles[0]
        roi = Roi.everywhere(*region.volume.rectangle_to_stored((column, row, width, height)))
        again = analyse(Region(region.volume, roi, region.range), network)
        assert (again.verdict, again.run) == (draw.verdict, draw.run)
        assert again.score == pytest.approx(draw.score, abs=1e-5)


def test_shifts_are_in_millimetres_and_sizes_about_the_centre(region):
    spread = Spread(2.0, 0.1, draws=2000, seed=1)
    changes = changes_of(region.volume.series, spread)
    rectangle, geometry = region.rectangles[0], region.volume.geometry
    moved = np.array([spread.move(change).of(rectangle, geometry) for change in changes])
    column, row, width, height = rectangle
    centres = moved[:, :2] + moved[:, 2:] / 2 - [column + width / 2, row + height / 2]
    mm = centres * [geometry.column_mm, geometry.row_mm]
    growth = np.log(moved[:, 2:] / [width, height])
    assert np.abs(mm.mean(axis=0)).max() < 0.2
    assert mm.std(axis=0) == pytest.approx([2, 2], rel=0.08)
    assert growth[:, 0] == pytest.approx(growth[:, 1])
    assert growth[:, 0].std() == pytest.approx(0.1, rel=0.08)
    assert abs(np.corrcoef(mm[:, 0], mm[:, 1])[0, 1]) < 0.1


def test_changes_depend_on_the_series_and_the_seed_alone(volume):
    first = changes_of(volume.series, SECOND_READER)
    assert first.shape == (20, 3)
    assert (changes_of(volume.series, SECOND_READER) == first).all()
    assert (changes_of(volume.series, replace(SECOND_READER, draws=5)) == first[:5]).all()
    assert (changes_of(volume.series, replace(SECOND_READER, seed=1)) != first).any()
    renamed = replace(volume.series.slices[0], sop_instance_uid="1.2.3")
    other = replace(volume.series, slices=(renamed, *volume.series.slices[1:]))
    assert (changes_of(other, SECOND_READER) != first).any()


def test_a_rectangle_of_another_size_on_each_slice_keeps_its_course(volume, phantom, network, certain):
    """All slices move alike: a second reader follows the same anatomy."""
    (column, row, width, height), (low, high) = phantom.truth.roi_px, phantom.truth.range_mm
    keys = KeyRectangle(low, column, row, width, height), KeyRectangle(high, column + 9, row - 6, width - 8, height)
    oblique = analyse(Region(volume, Roi(keys), PositionRange(low, high)), network)
    certain(0.9)
    found = measure(replace(oblique, verdict=Verdict.POSITIVE), network, SECOND_READER, np.array([[1.0, -1.0, 0.0]]))
    shifts = np.array(found.draws[0].rectangles) - np.array(oblique.region.rectangles)
    geometry = volume.geometry
    expected = 3 / geometry.column_mm, -3 / geometry.row_mm, 0, 0
    assert shifts == pytest.approx(np.tile(expected, (len(shifts), 1)))


def test_a_rectangle_stays_inside_the_slice_and_that_is_counted(marked, network, certain):
    certain(0.9)
    spread = Spread(200.0, 1.0, draws=30)
    found = measure(marked, network, spread, changes_of(marked.region.volume.series, spread))
    rows, columns = marked.region.volume.hu.shape[1:]
    rectangles = [rectangle for draw in found.draws for rectangle in draw.rectangles]
    assert all(c >= 0 and r >= 0 and c + w <= columns and r + h <= rows for c, r, w, h in rectangles)
    assert 15 < found.held_inside <= 30


@pytest.mark.parametrize("change", [[0, 0, 3], [0, 0, -3]], ids=["too large", "too small"])
def test_a_rectangle_that_allows_no_verdict_is_counted_as_indeterminate(marked, network, certain, change):
    certain(0.9)
    found = measure(marked, network, Spread(1, 0.5, draws=2), np.array([change, [0.0, 0, 0]]))
    assert [draw.verdict for draw in found.draws] == [Verdict.INDETERMINATE, Verdict.POSITIVE]
    assert found.draws[0].run.slices == len(marked.slices)


def test_a_rectangle_beside_the_head_is_indeterminate(marked, network, certain):
    """Its area is as marked; that it lies in air is seen by the check of where it lies."""
    certain(0.9)
    found = measure(marked, network, Spread(60.0, 0.05, draws=1), np.array([[3.0, 0, 0]]))
    assert found.draws[0].verdict is Verdict.INDETERMINATE


def test_rectangles_unlike_the_training_are_indeterminate(marked, network, certain):
    """A bundle with a reference judges a moved rectangle by it too, as `analyse` would."""
    certain(0.9)
    limits = Limits(k=1, warn=0.1, refuse=0.5)
    elsewhere = -np.eye(7, dtype=np.float32)[None]  # `certain` answers with the opposite
    views = np.array([[0.0, 1.0]] * 3, np.float32)
    strict = SimpleNamespace(
        manifest=replace(network.manifest, familiarity=limits),
        reference=Reference(elsewhere, np.array([0.0], np.float32), elsewhere, views, limits),
    )
    found = measure(marked, strict, Spread(1, 0, draws=1), np.zeros((1, 3)))
    assert found.draws[0].verdict is Verdict.INDETERMINATE


def test_a_result_without_a_verdict_has_no_stability(marked, network):
    asked = []
    work = Work(progress=lambda *done: asked.append(done))
    lost = replace(marked, verdict=Verdict.INDETERMINATE)
    assert measure(lost, network, SECOND_READER, changes_of(lost.region.volume.series, SECOND_READER), work) is None
    assert asked == []


def test_progress_is_by_rectangle_and_a_stop_counts_between_two_slices(marked, network):
    told: list[tuple[int, int]] = []
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > len(marked.slices) + 2

    with pytest.raises(Cancelled):
        measure(
            marked,
            network,
            SECOND_READER,
            np.zeros((20, 3)),
            Work(lambda done, total: told.append((done, total)), stop),
        )
    assert told == [(1, 20)]


@pytest.mark.parametrize("values", [(-1, 0, 5), (1, -0.1, 5), (1, 0.1, 0), (float("nan"), 0, 5)])
def test_a_spread_that_cannot_be(values):
    with pytest.raises(WrongUse, match="cannot be simulated"):
        Spread(*values)


@pytest.mark.parametrize(("same", "steady"), [(20, True), (18, True), (17, False), (0, False)])
def test_a_verdict_is_steady_from_nine_rectangles_in_ten(marked, network, certain, same, steady):
    certain(0.9)
    (draw,) = measure(replace(marked, verdict=Verdict.POSITIVE), network, Spread(0, 0, 1), np.zeros((1, 3))).draws
    other = replace(draw, verdict=Verdict.NEGATIVE)
    found = Stability(replace(marked, verdict=Verdict.POSITIVE), SECOND_READER, (draw,) * same + (other,) * (20 - same))
    assert (found.unchanged, found.count(Verdict.NEGATIVE), found.steady) == (same, 20 - same, steady)
    assert STEADY == 0.9
