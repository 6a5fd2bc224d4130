"""The facts that a run knows beyond what its bundle's manifest does."""

from __future__ import annotations

from typing import Any

from desktop.learning import fit_facts
from desktop.learning.fit_settings import Balance, Logistic
from desktop.learning.guidelines.facts import Fact
from training.fit.configuration import Adam
from training.fit.record import Run


def facts_of_run(run: Run) -> dict[Fact, str]:
    """How the final layer was fitted, by the run's configuration and record; no path is named."""
    configuration = run.configuration
    balance: Balance = configuration.fit.balance if isinstance(configuration.fit, Logistic) else "images"
    facts = {
        Fact.TRAINING: fit_facts.training_words(_fit(configuration.fit)),
        Fact.AUGMENTATION: fit_facts.augmentation_words(configuration.augmentation),
        Fact.MODEL_SELECTION: _selection(run),
        Fact.CUTOFF_SET: decision_words(run),
        Fact.ENSEMBLE: fit_facts.ensemble_words(configuration.members),
        Fact.CLASS_BALANCE: fit_facts.balance_words(balance),
        Fact.SEED: fit_facts.seed_words(configuration.seed),
        Fact.HARDWARE: _hardware(run.environment[-1]) if run.environment else "",
    }
    return {fact: text for fact, text in facts.items() if text}


def decision_words(run: Run) -> str:
    """How threshold and run were set."""
    settings, decision = run.configuration.decision, run.decision
    return fit_facts.decision_words(settings, decision.cutoff, run.configuration.folds, decision.unchosen)


def _fit(fit: Adam | Logistic) -> str:
    if isinstance(fit, Adam):
        return (
            f"Binary cross-entropy, Adam, learning rate {fit.learning_rate:g}, batches of {fit.batch}, "
            f"{fit.epochs} epochs."
        )
    return fit_facts.LOGISTIC


def _selection(run: Run) -> str:
    fit = run.configuration.fit
    if isinstance(fit, Adam):
        return "The state after the last epoch is taken; none is chosen by internal validation or folds."
    return fit_facts.penalty_words(fit.penalties, run.penalties, run.configuration.folds)


def _hardware(environment: dict[str, Any]) -> str:
    name = environment.get("device_name")
    return (
        f"Fitted on {environment['device']}{f' ({name})' if name else ''}, threads {environment['threads']}, "
        f"processes {environment['processes']}."
    )
