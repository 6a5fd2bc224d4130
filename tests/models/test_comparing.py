"""Models on the same patients of a project, of whom none of them has learned."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest

from desktop.errors import Cancelled
from desktop.imaging.scan import scan_for_images
from desktop.imaging.sources import Source
from desktop.inference.manifest import LearnedFrom
from desktop.models.comparing import NothingToCompare, compare
from desktop.project import cases, entries
from desktop.project.adding import add_all
from desktop.project.database import Project
from desktop.project.identity import learned_digest
from desktop.project.places import Places
from desktop.reading.roi import Roi
from desktop.reading.run import Verdict
from desktop.report.comparison import comparison_document, comparison_lines
from desktop.work import UNWATCHED, Work
from tests.project.conftest import marked


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    return Places(tmp_path_factory.mktemp("places") / "places.json")


@pytest.fixture(scope="module")
def project(two_people, phantom, tmp_path_factory, places):
    """One head as two patients: readers say that one is invaded and the other not, and looked at three slices."""
    with Project.create(tmp_path_factory.mktemp("compared") / "department.clivus") as made:
        with Source.open(two_people) as source:
            add_all(made, two_people, scan_for_images(source), places, UNWATCHED)
        entries.add_reader(made, "A")
        for case, verdict in zip(cases.every(made), (Verdict.POSITIVE, Verdict.NEGATIVE), strict=True):
            middle = sum(phantom.truth.range_mm) / 2
            index = min(range(len(case.positions_mm)), key=lambda one: abs(case.positions_mm[one] - middle))
            entry = marked(case, verdict, index - 1, index + 1, labels=False)
            entries.keep(made, case, "A", replace(entry, roi=Roi.everywhere(*phantom.truth.roi_px)))
        yield made


@pytest.fixture
def network_called(network):
    """The shipped network under another description."""

    def make(name, **changes):
        made = copy.copy(network)
        made.manifest = replace(network.manifest, id=name, **changes)
        return made

    return make


def test_counts_and_verdicts_by_patient(project, places, network, network_called):
    strict = network_called("strict", cutoff_slices=30, intended_use="research", cohort={"kind": "patients"})
    steps = []
    work = Work(lambda done, total: steps.append((done, total)))
    found = compare(project, [network, strict], lambda case: places.find(case.id), work)
    assert steps == [(1, 2), (2, 2)]
    assert [(one.key, one.invaded) for one in found.patients] == [("P001", True), ("P002", False)]
    assert [one.verdicts for one in found.patients] == [(Verdict.POSITIVE, Verdict.NEGATIVE)] * 2
    assert (found.counts(0).found, found.counts(0).cleared) == (1, 0)
    assert (found.counts(1).found, found.counts(1).cleared, found.counts(1).invaded) == (0, 1, 1)
    assert "strict" in str(found.remarks[0])
    assert "does not say which patients it learned from" in str(found.remarks[0])
    assert len(found.remarks) == 1, "phantoms are nobody's patients"
    text = "\n".join(map(str, comparison_lines(found)))
    assert (
        "phantom-resnet50 0.4.0: positive in 1 of 1 patients with invasion (1.00, 95 % CI 0.21 to 1.00), "
        "negative in 0 of 1 without (0.00, 95 % CI 0.00 to 0.79), no verdict in 0."
    ) in text
    assert "P002: readers negative; models positive, negative" in text
    document = comparison_document(found)
    assert document["unit"] == "patient"
    assert [model["found"] for model in document["models"]] == [1, 0]
    assert document["models"][1]["specificity"] == {"value": 1.0, "low": 0.206549, "high": 1.0}
    assert document["models"][1]["auc"] is None, "of one patient of a kind there is no interval"
    assert document["series"][0]["patient"] == "P001"


def test_a_patient_whom_a_model_has_learned_from_is_left_out_for_all(project, places, network, network_called):
    first = cases.every(project)[0]
    learned = LearnedFrom(project.id, (learned_digest(project.salt, first.id),))
    site = network_called("site-7", cohort={"kind": "patients"}, learned_from=learned)
    found = compare(project, [site], lambda case: places.find(case.id), UNWATCHED)
    assert [one.key for one in found.patients] == ["P002"]
    assert str(found.left_out["P001-1"]) == "site-7 0.4.0 learned from this patient"
    assert not found.remarks
    assert comparison_document(found)["models"][0]["sensitivity"] is None, "nobody with invasion is left"
    elsewhere = network_called("site-7", cohort={"kind": "patients"}, learned_from=replace(learned, project="0" * 32))
    with pytest.raises(Cancelled):
        compare(project, [elsewhere], lambda case: None, Work(stop=lambda: True))


def test_where_nothing_is_left_it_says_why(project, places, network, network_called):
    with pytest.raises(NothingToCompare, match="was not found on this computer"):
        compare(project, [network], lambda case: None, UNWATCHED)
    every = tuple(learned_digest(project.salt, case.id) for case in cases.every(project))
    site = network_called("site-7", learned_from=LearnedFrom(project.id, every))
    with pytest.raises(NothingToCompare, match="learned from this patient"):
        compare(project, [site], lambda case: places.find(case.id), UNWATCHED)


def test_a_digest_of_a_case_says_nothing_without_the_project(project):
    case = cases.every(project)[0]
    assert learned_digest(project.salt, case.id) != learned_digest(b"another salt", case.id)
    assert case.id not in learned_digest(project.salt, case.id)
