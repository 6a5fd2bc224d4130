"""The facts that a run knows beyond what its bundle's manifest does."""

from __future__ import annotations

from typing import Any

from desktop.learning.guidelines.facts import Fact
from desktop.learning.settings import Balance, Logistic
from training.fit.configuration import Adam, Configuration
from training.fit.record import Run

_BALANCED: dict[Balance, str] = {
    "images": "Every image counts alike in the fit, whatever its class.",
    "classes": "Both classes count alike in the fit.",
    "patients": "Both classes count alike in the fit, and within a class every patient.",
}


def facts_of_run(run: Run) -> dict[Fact, str]:
    """How the final layer was fitted, by the run's configuration and record; no path is named."""
    configuration = run.configuration
    balance: Balance = configuration.fit.balance if isinstance(configuration.fit, Logistic) else "images"
    facts = {
        Fact.TRAINING: f"The backbone is frozen; one linear unit is fitted to its features. {_fit(configuration.fit)}",
        Fact.AUGMENTATION: _augmentation(configuration),
        Fact.MODEL_SELECTION: _selection(run),
        Fact.CUTOFF_SET: decision_words(run),
        Fact.ENSEMBLE: _ensemble(configuration.members),
        Fact.CLASS_BALANCE: f"{_BALANCED[balance]} Nothing is recalibrated afterwards.",
        Fact.SEED: f"Seed {configuration.seed}, from which all chance follows.",
        Fact.HARDWARE: _hardware(run.environment[-1]) if run.environment else "",
    }
    return {fact: text for fact, text in facts.items() if text}


def _fit(fit: Adam | Logistic) -> str:
    if isinstance(fit, Adam):
        return (
            f"Binary cross-entropy, Adam, learning rate {fit.learning_rate:g}, batches of {fit.batch}, "
            f"{fit.epochs} epochs."
        )
    return "Logistic regression on standardised features with an L2 penalty, solved to convergence."


def _augmentation(configuration: Configuration) -> str:
    copies = configuration.augmentation.copies
    if not copies:
        return "Augmentation: none."
    return f"Each image and {copies} changed copies. Augmentation: {configuration.augmentation.amounts.in_words()}."


def _selection(run: Run) -> str:
    fit = run.configuration.fit
    if isinstance(fit, Adam):
        return "The state after the last epoch is taken; none is chosen by internal validation or folds."
    if run.penalties:
        return (
            f"Penalty chosen in folds by patient: {run.penalties[0]['penalty']:g}, of {len(run.penalties)} tried in "
            f"{run.configuration.folds} folds of the training patients; nothing is chosen by internal validation."
        )
    return f"Penalty: {fit.penalties[0]:g}, set beforehand."


def decision_words(run: Run) -> str:
    """How threshold and run were set."""
    settings, cutoff = run.configuration.decision, run.decision.cutoff
    found = f"threshold {cutoff.threshold:g} and a run of {cutoff.run_words}"
    folds = f"by patient in {run.configuration.folds} folds of the training patients"
    if settings.rule == "fixed":
        return f"Set beforehand: {found}; nothing was chosen by any patient."
    rule = (
        "the greatest sum of sensitivity and specificity (Youden)"
        if settings.rule == "youden"
        else f"the greatest specificity with a sensitivity of {settings.wanted_sensitivity:g} or more"
    )
    remark = f" {run.decision.unchosen}" if run.decision.unchosen else ""
    return f"Chosen {folds}, for {rule}: {found}. No patient of the test side had a part in it.{remark}"


def _ensemble(members: int) -> str:
    if members == 1:
        return "One final layer; no ensemble."
    return f"The mean of {members} final layers, each fitted on copies of its own, which is one linear layer again."


def _hardware(environment: dict[str, Any]) -> str:
    name = environment.get("device_name")
    return (
        f"Fitted on {environment['device']}{f' ({name})' if name else ''}, threads {environment['threads']}, "
        f"processes {environment['processes']}."
    )
