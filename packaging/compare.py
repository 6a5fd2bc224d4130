"""Whether two builds have given the same files, by their sums."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from contents import SUMS_FILE

Sums = Mapping[str, str]
"""By a file's name in the application, its SHA-256."""


def sums_of(tree: Path) -> Sums:
    """The sums of an application.

    Raises:
        SystemExit: it has none.
    """
    try:
        lines = (tree / SUMS_FILE).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise SystemExit(f"{tree / SUMS_FILE} is missing: --compare takes the --out of an earlier build.") from None
    return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}


def differences(before: Sums, now: Sums) -> list[str]:
    """What differs between two builds, a line for each file."""
    found = dict.fromkeys(before.keys() - now.keys(), "only before")
    found |= dict.fromkeys(now.keys() - before.keys(), "only now")
    found |= {name: "other content" for name in before.keys() & now.keys() if before[name] != now[name]}
    return [f"{name}: {found[name]}" for name in sorted(found)]
