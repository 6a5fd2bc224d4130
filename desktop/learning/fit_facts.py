"""How a final layer was learned, in the words of cards and checklists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from desktop.learning.fit_settings import Balance, Copies, Decision
from desktop.reading.run import Cutoff

LOGISTIC = "Logistic regression on standardised features with an L2 penalty, solved to convergence."

BALANCED: dict[Balance, str] = {
    "images": "Every image counts alike in the fit, whatever its class.",
    "classes": "Both classes count alike in the fit.",
    "patients": "Both classes count alike in the fit, and within a class every patient.",
}


def training_words(fit: str) -> str:
    """What is fitted, and how."""
    return f"The backbone is frozen; one linear unit is fitted to its features. {fit}"


def balance_words(balance: Balance) -> str:
    """What counts alike."""
    return f"{BALANCED[balance]} Nothing is recalibrated afterwards."


def augmentation_words(copies: Copies) -> str:
    """How often and how far images are changed."""
    if not copies.copies:
        return "Augmentation: none."
    return f"Each image and {copies.copies} changed copies. Augmentation: {copies.amounts.in_words()}."


def penalty_words(penalties: Sequence[float], tried: Sequence[Mapping[str, float]], folds: int) -> str:
    """How the penalty was set.

    Args:
        penalties: of the settings.
        tried: in the folds (`logistic.Tried`, as stored), the one taken first; none where there was nothing to choose.
            Up to version 0.3.0 the least loss was taken, and no error was stored.
    """
    if not tried:
        return f"Penalty: {penalties[0]:g}, set beforehand."
    rule = ", the strongest within one standard error of the least loss" if "error" in tried[0] else ""
    return (
        f"Penalty chosen in folds by patient: {tried[0]['penalty']:g}, of {len(tried)} tried in {folds} folds of the "
        f"training patients{rule}; nothing is chosen by internal validation."
    )


def decision_words(settings: Decision, cutoff: Cutoff, folds: int, unchosen: str) -> str:
    """How threshold and run were set."""
    found = f"threshold {cutoff.threshold:g} and a run of {cutoff.run_words}"
    if settings.rule == "fixed":
        return f"Set beforehand: {found}; nothing was chosen by any patient."
    rule = (
        "the greatest sum of sensitivity and specificity (Youden)"
        if settings.rule == "youden"
        else f"the greatest specificity with a sensitivity of {settings.wanted_sensitivity:g} or more"
    )
    remark = f" {unchosen}" if unchosen else ""
    return (
        f"Chosen by patient in {folds} folds of the training patients, for {rule}: {found}. No patient of the test "
        f"side had a part in it.{remark}"
    )


def ensemble_words(members: int) -> str:
    """How many layers were averaged."""
    if members == 1:
        return "One final layer; no ensemble."
    return f"The mean of {members} final layers, each fitted on copies of its own, which is one linear layer again."


def seed_words(seed: int) -> str:
    """From what chance follows."""
    return f"Seed {seed}, from which all chance follows."
