"""One case's series, opened and held against its reading."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from desktop.errors import ClivusError
from desktop.imaging.eligibility import MAXIMUM_THICKNESS_MM, Check, names
from desktop.imaging.scan import scan_for_images
from desktop.imaging.series import Series
from desktop.imaging.sources import Source
from desktop.imaging.volume import Volume, load
from desktop.inference.analyse import check_region
from desktop.learning.cohort.members import Case
from desktop.learning.cohort.person import Person, person_on
from desktop.learning.cohort.problem import Kind, Problem, about
from desktop.messages import Message, counted, message
from desktop.reading.landmarks import PAPERS_ROI, POSSIBLE_CM2
from desktop.reading.matching import FrameUnknown, ReadingOfAnother, series_of, with_frames
from desktop.reading.region import Region
from desktop.reading.roi import RangeRefused, RoiRefused


@dataclass(frozen=True)
class Identity:
    """What tells whether two cases hold the same pictures, and what their headers share.

    Attributes:
        series, study, frame_of_reference: UIDs; "" where the header does not state one.
        sop_instance_uids: of the slices in range, the lowest position first.
        pixel_hashes: of the same slices' Hounsfield units in the standard view, hexadecimal.
        synthetic: whether Clivus drew the series.
    """

    case: str
    patient: str
    series: str
    study: str
    frame_of_reference: str
    sop_instance_uids: tuple[str, ...]
    pixel_hashes: tuple[str, ...]
    synthetic: bool


@dataclass(frozen=True, eq=False)
class MarkedSeries:
    """A case whose series and reading fit together.

    Attributes:
        region: of the whole series, as the reading has it.
        checks: of the region, none of which failed.
        invaded: [n] the labels of its slices.
        person: on the series, by its header; nobody on a synthetic one.
    """

    case: Case
    identity: Identity
    region: Region
    checks: tuple[Check, ...]
    invaded: npt.NDArray[np.bool_]
    person: Person

    @property
    def phase(self) -> str:
        """ "plain", "contrast", or "" where neither table nor header says so; the table comes first."""
        return self.case.phase or header_phase(self.region.volume)


@dataclass(frozen=True, eq=False)
class Examined:
    """What was found of a case.

    Attributes:
        marked: None where there are problems.
        identity: None where the series could not be opened or has no slices in range.
        remarks: worth a look, though they stop nothing.
    """

    marked: MarkedSeries | None
    identity: Identity | None
    problems: tuple[Problem, ...]
    remarks: tuple[Problem, ...]


def examine(case: Case, thickest_mm: float = MAXIMUM_THICKNESS_MM) -> Examined:
    """Open a case's series and compare it with the reading; everything that is wrong is found at once.

    Args:
        thickest_mm: that slices and their spacing may be thick.
    """
    try:
        with Source.open(case.series) as source:
            found = scan_for_images(source)
            stack = series_of(case.reading, found.series, found.shown)
            volume = load(stack)
            person = Person() if stack.synthetic else person_on(stack.slices[0].path)
    except ReadingOfAnother:
        return _stopped(
            case,
            "series",
            message(
                "its reading belongs to series {series}, which is not at {place}: name the right series or the right "
                "reading.",
                series=case.reading.series,
                place=case.series,
            ),
        )
    except ClivusError as error:
        return _stopped(case, "series", error.message)
    try:
        region = Region(volume, case.reading.roi, case.reading.range)
    except RoiRefused as error:
        return _stopped(case, "roi", error.message)
    except RangeRefused as error:
        return _stopped(case, "range", error.message)
    series, checks = volume.series, check_region(region, thickest_mm)
    problems = [_eligibility(case, check) for check in checks if check.status == "fail"]
    remarks = [
        _eligibility(case, check)
        for check in checks
        # What a header leaves open about contrast, the table may say.
        if check.status == "warn" and not (check.name == names.CONTRAST_PHASE and case.phase)
    ]
    _judge_area(case, region.areas_cm2, problems, remarks)
    if case.phase and (stated := header_phase(volume)) not in ("", case.phase):
        remarks.append(
            _problem(
                case,
                "table",
                message(
                    "the table says {phase} and the series' header {stated}: make sure of it.",
                    phase=case.phase,
                    stated=stated,
                ),
            )
        )
    inside = [series.slices[index] for index in region.indices]
    invaded, wrong = _labels(case, stack, [item.key for item in inside])
    problems += wrong
    identity = Identity(
        case.key,
        case.patient,
        series.series_instance_uid,
        series.study_instance_uid,
        series.frame_of_reference_uid,
        tuple(item.sop_instance_uid for item in inside),
        tuple(_pixel_hash(volume, index) for index in region.indices),
        series.synthetic,
    )
    if problems:
        return Examined(None, identity, tuple(problems), tuple(remarks))
    return Examined(MarkedSeries(case, identity, region, checks, invaded, person), identity, (), tuple(remarks))


def header_phase(volume: Volume) -> str:
    """ "plain", "contrast", or "" where the series' header does not say."""
    return {True: "contrast", False: "plain", None: ""}[volume.series.contrast]


def _labels(case: Case, stack: Series, inside: list[tuple[str, int]]) -> tuple[npt.NDArray[np.bool_], list[Problem]]:
    """The labels [n] of the slices `inside` the range, and what is wrong with them."""
    problems: list[Problem] = []
    try:
        labels = with_frames(case.reading, stack).slice_labels
    except FrameUnknown as error:
        return np.zeros(len(inside), dtype=bool), [_problem(case, "label", error.message)]
    here = {*(item.key for item in stack.slices), *((uid, 0) for uid in stack.copies)}
    (twice, _), times = Counter(inside).most_common(1)[0]
    if times > 1:
        problems.append(
            _problem(
                case,
                "label",
                message(
                    "{times} slices in range share the SOPInstanceUID {twice}, so labels cannot tell them apart: "
                    "export the series with one file for each slice.",
                    times=times,
                    twice=twice,
                ),
            )
        )
    if strange := [uid for uid, frame in labels if (uid, frame) not in here]:
        problems.append(
            _problem(
                case,
                "label",
                counted(
                    "{number} of {labels} slice labels is of a slice that the series does not hold, {first}: put the "
                    "missing file there, or label this series.",
                    "{number} of {labels} slice labels are of slices that the series does not hold, such as {first}: "
                    "put the missing files there, or label this series.",
                    len(strange),
                    labels=len(labels),
                    first=strange[0],
                ),
            )
        )
    invaded = np.array([labels.get(key, False) for key in inside], dtype=np.bool_)
    if not case.positive:
        if called := [uid for (uid, _), label in labels.items() if label]:
            problems.append(
                _problem(
                    case,
                    "label",
                    counted(
                        "it is negative, and {number} of its slices is called positive, {first}: correct the verdict "
                        "or the label.",
                        "it is negative, and {number} of its slices are called positive, such as {first}: correct the "
                        "verdict or the labels.",
                        len(called),
                        first=called[0],
                    ),
                )
            )
        return invaded, problems
    if missing := [uid for uid, frame in inside if (uid, frame) not in labels]:
        problems.append(
            _problem(
                case,
                "label",
                counted(
                    "it is positive, and {number} of {slices} slices in range has no label, {first}: label every slice "
                    "of the range.",
                    "it is positive, and {number} of {slices} slices in range have no label, such as {first}: label "
                    "every slice of the range.",
                    len(missing),
                    slices=len(inside),
                    first=missing[0],
                ),
            )
        )
    elif not invaded.any():
        problems.append(
            _problem(
                case,
                "label",
                message(
                    "it is positive, and no slice in range is called positive: correct the verdict, the labels or the "
                    "range."
                ),
            )
        )
    return invaded, problems


def _judge_area(case: Case, areas_cm2: tuple[float, ...], problems: list[Problem], remarks: list[Problem]) -> None:
    smallest, largest = min(areas_cm2), max(areas_cm2)
    for limits, findings in ((POSSIBLE_CM2, problems), (PAPERS_ROI.usual_cm2, remarks)):
        if not limits[0] <= smallest <= largest <= limits[1]:
            area_cm2 = smallest if smallest < limits[0] else largest
            findings.append(
                _problem(
                    case,
                    "roi",
                    message(
                        "its ROI has {area_cm2:.1f} cm², {least:g} to {most:g} cm² are expected: draw it over "
                        "nasopharynx and clivus.",
                        area_cm2=area_cm2,
                        least=limits[0],
                        most=limits[1],
                    ),
                )
            )
            return


def _pixel_hash(volume: Volume, index: int) -> str:
    # As float32, so that the same values give one digest whether or not the whole series has whole numbers.
    pixels = np.ascontiguousarray(volume.hu[index], dtype="<f4")
    return hashlib.blake2b(pixels.tobytes(), digest_size=16).hexdigest()


def _eligibility(case: Case, check: Check) -> Problem:
    text = message("{check}: {finding}", check=Message(check.name), finding=check.message)
    return _problem(case, "eligibility", text)


def _problem(case: Case, kind: Kind, finding: Message) -> Problem:
    return Problem(case.key, kind, about(case.key, finding))


def _stopped(case: Case, kind: Kind, finding: Message) -> Examined:
    return Examined(None, None, (_problem(case, kind, finding),), ())
