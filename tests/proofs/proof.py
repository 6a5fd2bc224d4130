"""What a proof says while it goes on, and its exit status."""

from __future__ import annotations


class Proof:
    """What holds and what does not, said line by line."""

    def __init__(self) -> None:
        self._broken = 0

    def holds(self, holds: bool, what: str, otherwise: object = "") -> None:
        """Say whether it does, and what there was otherwise."""
        self._broken += not holds
        print(f"{'holds' if holds else 'DOES NOT HOLD'}: {what}", *([] if holds else [otherwise]), flush=True)

    @property
    def status(self) -> int:
        """The exit status: 0 where all of it holds."""
        return 1 if self._broken else 0
