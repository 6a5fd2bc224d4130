"""Every case of a cohort, judged by the application's own analysis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from desktop.inference.analyse import judge, thickest_mm
from desktop.inference.network import Network
from desktop.inference.result import Result
from training.cohort.case import Case
from training.cohort.examine import MarkedSeries, examine
from training.cohort.problem import refusal
from training.evaluation.cases.judged import JudgedCase, JudgedSlice
from training.work.progress import Progress


@dataclass(frozen=True, eq=False)
class JudgedSeries:
    """A case with its pixels, for as long as it is worked on.

    Attributes:
        marked: the series, the slices in range, their labels.
        result: as `clivus read` would give it.
    """

    case: JudgedCase
    marked: MarkedSeries
    result: Result


def judge_case(case: Case, network: Network) -> JudgedSeries:
    """Judge one case.

    Raises:
        CohortRefused: anything is wrong with the case that `clivus-train cohort check` would tell.
    """
    found = examine(case, thickest_mm(network.manifest))
    if found.marked is None:
        raise refusal(list(found.problems))
    marked = found.marked
    result = judge(marked.region, marked.checks, network)
    judged = JudgedCase(
        key=case.key,
        patient=case.patient,
        positive=case.positive,
        phase=marked.phase,
        verdict=result.verdict,
        run=result.run,
        score=result.score,
        spacing_mm=marked.region.spacing_mm,
        area_cm2=marked.region.areas_cm2[result.strongest],
        slices=tuple(
            JudgedSlice(answer.sop_instance_uid, answer.position_mm, answer.logit, answer.probability, bool(invaded))
            for answer, invaded in zip(result.slices, marked.invaded, strict=True)
        ),
        reasons=tuple(f"{check.name}: {check.message}" for check in result.checks if check.status == "fail"),
        strata=case.strata,
    )
    return JudgedSeries(judged, marked, result)


def judge_cases(cases: Iterable[Case], network: Network, what: str = "Cases judged") -> Iterator[JudgedSeries]:
    """Judge one case after the other, with progress; the pixels of one are let go before the next.

    Raises:
        CohortRefused: see `judge_case`.
    """
    waiting = list(cases)
    progress = Progress(what, len(waiting))
    for number, case in enumerate(waiting, start=1):
        yield judge_case(case, network)
        progress.tell(number)
    progress.close(f"{len(waiting)} cases")
