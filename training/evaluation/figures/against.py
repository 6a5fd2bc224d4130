"""The part that compares the model with another one on the same cases."""

from __future__ import annotations

from dataclasses import dataclass

from desktop.inference.analyse import analyse
from desktop.inference.manifest import Manifest
from desktop.inference.network import Network
from desktop.messages import message
from training.evaluation.cases.chosen import ChosenCases, NotIndependent
from training.evaluation.cases.judge import JudgedSeries
from training.evaluation.cases.judged import JudgedCase, JudgedCohort
from training.evaluation.figures.answers import Answers
from training.evaluation.figures.paired import Comparison, compare


@dataclass(frozen=True)
class OtherModel:
    """Another model on the same cases.

    Attributes:
        compared: by patient and by series.
    """

    manifest: Manifest
    compared: tuple[Comparison, ...]


class AgainstPart:
    """Judges every series again with the other model."""

    def __init__(self, manifest: Manifest, other: Network) -> None:
        self._manifest, self._other = manifest, other
        self._cases: list[JudgedCase] = []

    @staticmethod
    def prepare(manifest: Manifest, chosen: ChosenCases, other: Network, theirs: ChosenCases) -> AgainstPart:
        """Refuse another model that was watched on other patients.

        Args:
            theirs: the cases on which the other model could be evaluated.

        Raises:
            NotIndependent: they are other cases.
        """
        if theirs.cases != chosen.cases:
            raise NotIndependent(
                message(
                    "{model} was watched on other patients of this split than {other}, who may have learned from them: "
                    "compare the two on the test side.",
                    model=manifest.id,
                    other=other.manifest.id,
                )
            )
        return AgainstPart(manifest, other)

    def see(self, series: JudgedSeries) -> None:
        """Judge it with the other model, which has limits of its own."""
        result = analyse(series.marked.region, self._other)
        self._cases.append(JudgedSeries.of(series.marked, result).case)

    def finish(self, judged: JudgedCohort) -> OtherModel:
        """Compare the two, paired."""
        pair = _named(self._manifest, judged), _named(self._other.manifest, JudgedCohort.of(self._cases))
        return OtherModel(
            self._other.manifest,
            (compare(*pair, "patient", len(judged.patients)), compare(*pair, "series", len(judged.cases))),
        )


def _named(manifest: Manifest, judged: JudgedCohort) -> Answers:
    return Answers.of_model(f"{manifest.id} {manifest.version} ({manifest.sha256[:8]})", judged.cases)
