"""An evaluation's folder: metrics.json, report.html, tables, checklists."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

from desktop.csv_text import write_table
from desktop.files import new_folder, write_json
from desktop.learning.guidelines.checklist import write_checklists
from desktop.report.wording import use_line
from training.evaluation.figures.evaluation import Evaluation
from training.evaluation.report import case_list as cases
from training.evaluation.report import cohort, comparisons, probabilities, provenance, summary
from training.evaluation.report.document import document, tables
from training.evaluation.report.evaluation_facts import facts_of_evaluation
from training.evaluation.report.page import render

METRICS_FILE = "metrics.json"
REPORT_FILE = "report.html"


def write_evaluation(evaluation: Evaluation, out: Path) -> None:
    """Write everything into a new folder, which appears when all of it is there.

    Raises:
        WrongUse: `out` exists and is not an empty folder.
        NotWritten: the medium fails; nothing is left then.
    """
    with new_folder(out) as folder:
        write_json(folder / METRICS_FILE, document(evaluation))
        (folder / REPORT_FILE).write_text(page(evaluation), encoding="utf-8")
        for name, rows in tables(evaluation):
            if rows:
                write_table(folder / name, rows)
        write_checklists({**evaluation.known, **facts_of_evaluation(evaluation)}, folder)


def page(evaluation: Evaluation) -> str:
    """The report as one HTML file."""
    parts = [
        summary.in_short,
        *(part.sections for part in (cohort, summary, comparisons, cases, probabilities, provenance)),
    ]
    manifest = evaluation.manifest
    return render(
        f"Evaluation of {manifest.id} {manifest.version} on {evaluation.cohort}",
        str(use_line(manifest)),
        list(chain.from_iterable(part(evaluation) for part in parts)),
    )
