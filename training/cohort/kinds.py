"""Of which kinds many phantoms are: their seeds take them in turn."""

from __future__ import annotations

from desktop.phantoms import PLAIN, RICH, VARIETIES, Variety

Kinds = tuple[Variety, ...]

KINDS: dict[str, Kinds] = {
    **{name: (variety,) for name, variety in VARIETIES.items()},
    # What a model is to know, it has to see; and rich heads take more showing than plain ones.
    "both": (RICH, RICH, PLAIN),
}
"""By the name that commands take."""

ONLY_PLAIN = KINDS[PLAIN.name]

LEARNED = "both"
"""What the network that ships learns: a cohort of heads that it has never seen would be a poor first try."""


def kind_at(seed: int, kinds: Kinds) -> Variety:
    """The kind of the head of this seed."""
    return kinds[seed % len(kinds)]
