"""Every case of a cohort, judged by the application's own analysis."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from desktop.inference.analyse import judge, thickest_mm
from desktop.inference.network import Network
from desktop.inference.result import Result
from desktop.learning.cohort.examine import MarkedSeries, examine
from desktop.learning.cohort.members import Case
from desktop.learning.cohort.problem import refusal
from training.evaluation.cases.judged import JudgedCase, JudgedSlice
from training.evaluation.cases.traits import Traits
from training.work.progress import Progress


@dataclass(frozen=True, eq=False)
class JudgedSeries:
    """A judged series with its pixels, for as long as it is worked on.

    Attributes:
        case: what is kept of it.
        marked: the region, its checks, the labels of its slices.
        result: as `clivus read` would give it.
    """

    case: JudgedCase
    marked: MarkedSeries
    result: Result

    @staticmethod
    def of(marked: MarkedSeries, result: Result) -> JudgedSeries:
        """A marked series and a model's result for it."""
        failed = [check for check in result.checks if check.status == "fail"]
        case = JudgedCase(
            key=marked.case.key,
            patient=marked.case.patient,
            positive=marked.case.positive,
            phase=marked.phase,
            verdict=result.verdict,
            run=result.run,
            score=result.score,
            spacing_mm=marked.region.spacing_mm,
            area_cm2=marked.region.areas_cm2[result.strongest],
            slices=tuple(
                JudgedSlice(
                    answer.sop_instance_uid, answer.position_mm, answer.logit, answer.probability, bool(invaded)
                )
                for answer, invaded in zip(result.slices, marked.invaded, strict=True)
            ),
            reasons=tuple(f"{check.name}: {check.message}" for check in failed),
            failed=tuple(check.name for check in failed),
            withheld=result.withheld is not None,
            strata=marked.case.strata,
            traits=Traits.of(marked),
        )
        return JudgedSeries(case, marked, result)


def judge_case(case: Case, network: Network) -> JudgedSeries:
    """Open and judge one case; it is checked once.

    Raises:
        CohortRefused: anything is wrong with the case that `clivus-train cohort check` would report.
    """
    examined = examine(case, thickest_mm(network.manifest))
    if examined.marked is None:
        raise refusal(list(examined.problems))
    marked = examined.marked
    return JudgedSeries.of(marked, judge(marked.region, marked.checks, network))


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
