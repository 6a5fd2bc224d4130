"""Quoting untrusted file text safely in messages."""

from __future__ import annotations

LONGEST_QUOTED = 64
"""Characters; the longest UID has 64."""


def quoted(text: str, longest: int = LONGEST_QUOTED) -> str:
    """The printable characters of untrusted text, shortened: it may be megabytes long or contain a terminal's
    commands."""
    kept = "".join(character for character in text[: 2 * longest] if character.isprintable())
    return kept if len(kept) <= longest and len(text) <= 2 * longest else f"{kept[:longest]}..."
