"""How near a case lies to what the model learned from: the score, its file, and the verdict that it withholds."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from desktop.inference.analyse import analyse
from desktop.inference.appearance import unit
from desktop.inference.bundle import Bundle
from desktop.inference.crop import crop_slices
from desktop.inference.device import Device
from desktop.inference.familiarity import Level, Limits, Reference, ReferenceRefused
from desktop.inference.manifest import BundleUnsound
from desktop.inference.network import Network
from desktop.inference.selftest import WrongAnswer, procedural_crop
from desktop.reading.region import Region
from desktop.reading.roi import PositionRange, Roi
from desktop.reading.run import Verdict
from desktop.report.document import result_document
from desktop.report.wording import verdict_line

PARTS, WIDTH, PATIENTS, CROPS = 7, 16, 12, 5
K = 4


@pytest.fixture
def crops():
    """Appearances [n, parts, width] around one direction, and whose they are [n]."""
    rng = np.random.default_rng(5)
    middle, of_patient = rng.normal(size=(PARTS, WIDTH)), rng.normal(size=(PATIENTS, 1, PARTS, WIDTH)) * 0.3
    found = middle + of_patient + rng.normal(size=(PATIENTS, CROPS, PARTS, WIDTH)) * 0.1
    return unit(found.reshape(-1, PARTS, WIDTH)), np.repeat(np.arange(PATIENTS), CROPS)


@pytest.fixture
def reference(crops):
    return Reference.of(*crops, known=crops[0][:1], k=K)


class TestScore:
    def test_it_is_the_length_of_the_views_distances_to_the_kth_nearest_in_steps_of_the_training(
        self, reference, crops
    ):
        asked = crops[0][3:6]
        found = reference.judge(asked)
        apart = 1 - np.sort(np.einsum("npw,mpw->pnm", asked, reference.appearances))[:, :, -K]  # [parts, n]
        views = np.stack([apart[0], apart[1:5].mean(axis=0), apart[5:].mean(axis=0)], axis=1)
        middle, usual = reference.views.T
        steps = np.maximum((views - middle) / (usual - middle), 0)
        assert found.slices == pytest.approx(np.sqrt((steps**2).sum(axis=1)), abs=1e-4)
        of_case = np.maximum((np.median(views, axis=0) - middle) / (usual - middle), 0)
        assert found.score == pytest.approx(np.sqrt((of_case**2).sum()), abs=1e-4)

    @pytest.mark.parametrize("part", [0, 2, PARTS - 1])
    def test_what_is_strange_in_one_view_alone_is_noticed(self, reference, crops, part):
        own = crops[0][:CROPS]
        assert reference.judge(own).level is Level.FAMILIAR
        strange = own.copy()
        strange[:, part] *= -1
        assert reference.judge(strange).level is Level.UNKNOWN

    def test_no_patient_makes_itself_familiar(self, crops):
        own, patients = crops
        stranger = own.copy()
        stranger[patients == 0] = unit(np.random.default_rng(1).normal(size=(PARTS, WIDTH)))  # five crops, all alike
        with_stranger = Reference.of(stranger, patients, known=stranger[:1], k=K)
        assert with_stranger.cases[-1] > 1

    def test_limits_come_from_the_training_alone_and_in_order(self, reference):
        assert reference.cases[0] <= reference.limits.warn < reference.limits.refuse
        assert len(reference.cases) == PATIENTS

    def test_three_levels_and_a_percentile(self, reference, crops):
        own, patients = crops
        near = reference.judge(own[patients == 3])
        assert near.level is Level.FAMILIAR
        rng = np.random.default_rng(2)
        far = reference.judge(unit(rng.normal(size=(CROPS, PARTS, WIDTH))))
        assert (far.level, far.percentile) == (Level.UNKNOWN, 100)
        between = replace(reference, limits=Limits(K, near.score - 1, near.score + 1))
        assert between.judge(own[patients == 3]).level is Level.UNUSUAL

    def test_too_few_patients(self, crops):
        own, patients = crops
        with pytest.raises(ReferenceRefused, match="too few patients"):
            Reference.of(own[patients < 1], patients[patients < 1], known=own[:1], k=K)


class TestFile:
    def test_it_comes_back(self, reference, crops):
        content = reference.content()
        assert content == reference.content()
        again = Reference.read(content, reference.limits)
        assert again.judge(crops[0]).score == pytest.approx(reference.judge(crops[0]).score, abs=0.02)
        assert again.is_of(crops[0][:1])
        assert not again.is_of(-crops[0][:1])

    def test_half_of_it_is_refused(self, reference):
        content = reference.content()
        for end in range(0, len(content), 97):
            with pytest.raises(ReferenceRefused, match="damaged"):
                Reference.read(content[:end], reference.limits)

    @pytest.mark.parametrize(
        ("arrays", "says"),
        [
            ({"cases": None}, "does not hold"),
            ({"appearances": np.full((20, PARTS, 3), np.nan, np.float16)}, "not finite"),
            ({"appearances": np.zeros((2, PARTS, 3), np.float16)}, "fewer crops"),
            ({"appearances": np.zeros((20, PARTS, 3), np.int64)}, "does not hold"),
            ({"appearances": np.array([[[None] * 3] * PARTS] * 20)}, "does not hold"),
            ({"appearances": np.zeros(20, np.float16)}, "does not hold"),
            ({"known": np.zeros((1, PARTS, 4), np.float16)}, "does not hold"),
            (
                {"appearances": np.zeros((20, 5, 3), np.float16), "known": np.zeros((1, 5, 3), np.float16)},
                "does not hold",
            ),
            ({"views": np.zeros((2, 2), np.float32)}, "does not hold"),
            ({"appearances": np.zeros((0, PARTS, 3), np.float16)}, "does not hold"),
        ],
    )
    def test_numbers_that_make_no_sense(self, arrays, says):
        sound = {
            "appearances": np.zeros((20, PARTS, 3), np.float16),
            "cases": np.zeros(3, np.float32),
            "known": np.zeros((1, PARTS, 3), np.float16),
            "views": np.zeros((3, 2), np.float32),
        }
        whole = {name: array for name, array in (sound | arrays).items() if array is not None}
        stream = io.BytesIO()
        np.savez(stream, **whole)
        with pytest.raises(ReferenceRefused, match=says):
            Reference.read(stream.getvalue(), Limits(K, 0.1, 0.2))

    def test_a_header_that_promises_more_than_there_is(self, reference):
        stream = io.BytesIO()
        np.lib.format.write_array_header_1_0(stream, {"descr": "<f2", "fortran_order": False, "shape": (10**6, 10**6)})
        bomb = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(reference.content())) as whole, zipfile.ZipFile(bomb, "w") as archive:
            for name in whole.namelist():
                archive.writestr(name, stream.getvalue() if name == "appearances.npy" else whole.read(name))
        with pytest.raises(ReferenceRefused, match="does not hold"):
            Reference.read(bomb.getvalue(), reference.limits)


class TestBundle:
    @pytest.fixture
    def own(self, volume, phantom):
        """The phantom's own crops, judged as if of five patients."""
        truth = phantom.truth
        region = Region(volume, Roi.everywhere(*truth.roi_px), PositionRange(*truth.range_mm))
        return region, crop_slices(region.hu, region.rectangles, 224)

    @pytest.fixture
    def with_reference(self, copy, describe, network, own):
        """A function that makes a research bundle with this reference's file and limits."""
        answers = network.judge(own[1])
        known = network.judge(procedural_crop(224, network.manifest.self_test.seed)[None]).appearance

        def make(known=known, **limits):
            cases, views = np.linspace(0, 0.1, 5, dtype=np.float32), np.array([[0.0, 1.0]] * 3, dtype=np.float32)
            reference = Reference(answers.appearance, cases, known, views, Limits(1, 0.1, 0.2))
            (copy / "reference.npz").write_bytes(reference.content())

            def change(fields):
                fields["familiarity"] = {"k": 1, "warn": 0.1, "refuse": 0.2} | limits
                fields["intended_use"] = "research"

            fields_with_file(describe, copy, change)
            return copy

        return make

    def test_a_case_like_the_training_gets_its_verdict_and_its_percentile(self, with_reference, own):
        result = analyse(own[0], Network(Bundle.load(with_reference()), Device.CPU))
        assert result.verdict is Verdict.POSITIVE
        assert result.familiarity.level is Level.FAMILIAR
        told = result_document(result)["familiarity"]
        assert told["level"] == "familiar"
        assert told["distance"] < told["warn"] < told["refuse"]
        assert len(told["slices"]) == len(result.slices)

    def test_past_the_second_limit_there_is_no_verdict_and_the_rest_is_as_it_is(self, with_reference, own, network):
        bundle = Bundle.load(with_reference(warn=0.0, refuse=0.0))
        strange = replace(bundle, reference=replace(bundle.reference, appearances=-bundle.reference.appearances))
        result, plain = analyse(own[0], Network(strange, Device.CPU)), analyse(own[0], network)
        assert result.verdict is Verdict.INDETERMINATE
        assert result.withheld.name == "familiarity"
        assert str(verdict_line(result)) == "No verdict: the model has not seen heads like this one"
        assert (result.run, result.slices) == (plain.run, plain.slices)
        np.testing.assert_array_equal(result.maps.evidence, plain.maps.evidence)

    def test_a_reference_of_another_network_is_refused(self, with_reference, network, own):
        with pytest.raises(WrongAnswer, match="features that are not those of its reference"):
            Network(Bundle.load(with_reference(known=-network.judge(own[1][:1]).appearance)), Device.CPU)

    def test_limits_and_file_belong_together(self, with_reference, describe):
        folder = with_reference()
        describe(folder, lambda fields: fields.pop("familiarity"))
        with pytest.raises(BundleUnsound, match=r"familiarity and reference\.npz belong together"):
            Bundle.load(folder)
        fields_with_file(
            describe, folder, lambda fields: fields.update(familiarity={"k": 1, "warn": 0.3, "refuse": 0.1})
        )
        with pytest.raises(BundleUnsound, match="warn lies above refuse"):
            Bundle.load(folder)

    def test_a_damaged_reference_is_refused(self, with_reference, describe):
        folder = with_reference()
        (folder / "reference.npz").write_bytes(b"PK\x03\x04")
        describe(folder)
        with pytest.raises(BundleUnsound, match=r"reference\.npz is not used, because it is damaged"):
            Bundle.load(folder)


def fields_with_file(describe, folder, change):
    """Describe a bundle whose files have come to hold a reference."""

    def named(fields):
        fields["files"].setdefault("reference.npz", "0" * 64)
        change(fields)

    describe(folder, named)
    describe(folder)


class TestPlainRule:
    """A demonstration's network has seen phantoms only."""

    @pytest.fixture
    def someone(self, volume, phantom):
        """The same head as another program would have written it."""
        series = replace(volume.series, synthetic=False)
        truth = phantom.truth
        return Region(replace(volume, series=series), Roi.everywhere(*truth.roi_px), PositionRange(*truth.range_mm))

    def test_no_verdict_on_anybody_else(self, someone, network):
        result = analyse(someone, network)
        assert result.verdict is Verdict.INDETERMINATE
        assert str(verdict_line(result)) == "No verdict: this network has seen synthetic heads only"
        assert result.run.slices >= result.cutoff.slices  # what the network answers is there

    def test_a_site_s_own_model_is_not_held_back(self, someone, copy, describe):
        def site(fields):
            del fields["familiarity"], fields["files"]["reference.npz"]
            fields["intended_use"] = "research"

        describe(copy, site)
        (copy / "reference.npz").unlink()
        result = analyse(someone, Network(Bundle.load(copy), Device.CPU))
        assert result.verdict is Verdict.POSITIVE
        assert [check.name for check in result.checks if check.status == "warn"] == ["familiarity"]  # not known
        assert result_document(result)["familiarity"] is None
