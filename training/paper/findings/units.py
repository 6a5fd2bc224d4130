"""One table, two units."""

from __future__ import annotations

from training.paper.cases import Study
from training.paper.counts import RATE_UNIT
from training.paper.findings.finding import Finding
from training.paper.printed import READERS, Paper


def units_mixed(paper: Paper, study: Study) -> Finding:
    """The CNN is counted by series, the readers by patient."""
    accuracies = {
        (reader, cases.unit): cases.counts(reader).fraction("accuracy") for cases in study.units for reader in READERS
    }
    said = {key: f"{hits}/{trials} = {hits / trials:.3f}" for key, (hits, trials) in accuracies.items()}
    table = ", ".join(f"{reader} {paper.cell(reader, 'accuracy').value}" for reader in READERS)
    abstract = ", ".join(f"{reader} {value}" for reader, value in paper.abstract_accuracies)
    return Finding(
        "units mixed",
        f"accuracy in one table: {table}; in the abstract: {abstract}",
        "The table counts "
        + ", ".join(f"{reader} by {RATE_UNIT[reader]}" for reader in READERS)
        + "; all AUCs and the abstract's accuracies are by series. By series the accuracies are "
        + ", ".join(said[reader, "series"] for reader in READERS)
        + "; by patient "
        + ", ".join(said[reader, "patient"] for reader in READERS)
        + ". The searches find no counts that give the printed rates in the other unit.",
        {f"{reader}_{unit}": hits / trials for (reader, unit), (hits, trials) in accuracies.items()},
    )
