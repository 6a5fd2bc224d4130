"""Scripts: what is tried of each on a screen, and what is said where no font of the system can draw it."""

from __future__ import annotations

from desktop.messages import Message, message

LATIN = "Latin"
SCRIPTS = {LATIN: "AgÉ5", "Japanese": "あカ診", "Chinese": "诊断们", "Korean": "한국어"}
"""Some letters of each script that texts of the program and patients' names come in."""

_WRITTEN_IN = {"ja": "Japanese", "zh": "Chinese", "ko": "Korean"}


def script_of(language: str) -> str:
    """The script that a language is written in, by the name of its catalogue."""
    return _WRITTEN_IN.get(language.partition("_")[0], LATIN)


def no_font(language: str) -> Message:
    """The sentence for a language that no font of the system can draw."""
    return message(
        "No font of this system draws {script}, so the window speaks English: install one (Debian, Ubuntu: apt "
        "install fonts-noto-cjk; Fedora, RHEL: dnf install google-noto-sans-cjk-fonts), and start Clivus again.",
        script=script_of(language),
    )
