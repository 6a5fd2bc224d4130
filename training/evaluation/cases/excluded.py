"""Series that were looked at for a cohort and left out of it, from the file that a site keeps beside its table."""

from __future__ import annotations

from desktop.cohort_table import EXCLUDED_FILE, read_table
from desktop.learning.cohort.members import Cohort
from desktop.learning.cohort.problem import CohortRefused
from desktop.messages import message

_NEEDED = ("case", "reason")


def read_excluded(cohort: Cohort) -> dict[str, str]:
    """Keys of the series that were left out, each with its reason; nothing where no file was kept.

    Raises:
        CohortRefused: the file cannot be read, a reason is missing, or a series is in the cohort all the same.
    """
    folder = cohort.source if cohort.source.is_dir() else cohort.source.parent
    path = folder / EXCLUDED_FILE
    if not path.is_file():
        return {}
    rows, keys = read_table(path, _NEEDED), {case.key for case in cohort.cases}
    for row in rows:
        if row.cells["case"] in keys:
            raise CohortRefused(
                message(
                    "Case {case} is in the cohort and in {path}: leave one of the two rows out.",
                    case=row.cells["case"],
                    path=path,
                )
            )
        if not row.cells["reason"]:
            raise CohortRefused(
                message(
                    "{path}, line {number}: there is no reason: say why the series was left out.",
                    path=path,
                    number=row.number,
                )
            )
    return {row.cells["case"]: row.cells["reason"] for row in rows}
