"""Words of a file in a sentence of ours."""

from __future__ import annotations

LONGEST_QUOTED = 64
"""Characters; a UID has no more."""


def quoted(text: str, longest: int = LONGEST_QUOTED) -> str:
    """What can be printed of a stranger's text, shortened: it may be megabytes, or hold a terminal's commands."""
    kept = "".join(character for character in text[: 2 * longest] if character.isprintable())
    return kept if len(kept) <= longest and len(text) <= 2 * longest else f"{kept[:longest]}..."
