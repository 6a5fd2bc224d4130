"""Self-test of the languages: whether the texts of each can be loaded."""

from __future__ import annotations

from desktop.imaging.eligibility import Check
from desktop.messages import SHIPPED, message, named, unusable


def check_languages() -> Check:
    """Whether the catalogue of every language that ships is there and whole."""
    name, required = named("languages"), message("all can be loaded")
    if bad := unusable():
        sentence = message(
            "The texts in {languages} are missing or damaged: install Clivus again.", languages=list(bad)
        )
        return Check(name, "fail", message("{languages} cannot be loaded", languages=list(bad)), required, sentence)
    return Check(name, "pass", message("{languages}", languages=["en", *SHIPPED]), required, message("All texts load."))
