"""Clivus' folders in the system's temporary folder, and what an earlier run has left there."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

from desktop.scratch import Left, Scratch, is_own, remove_unheld, sweep

_PREFIX = "clivus-"

_OLDER_NAME = re.compile(r"clivus-(\d{1,9})-[a-z0-9_]{8}")
_OLDER_MEMBER = re.compile(r"\d{6}")
"""Until 0.1 folders had no lock: a process number stood in their name, and numbered files of an archive lay in them."""


def temporary_folder() -> Scratch:
    """A new folder that only this user can look into, with no name of anybody in its path.

    Raises:
        OSError: there is no temporary folder, or it cannot be written to.
    """
    scratch = Scratch(Path(tempfile.gettempdir()), _PREFIX)
    scratch.path.mkdir(0o700)
    return scratch


def sweep_temporary() -> tuple[Left, ...]:
    """Remove what runs that are gone have left: images of patients."""
    try:
        parent = Path(tempfile.gettempdir())
        names = os.listdir(parent)  # noqa: PTH208
    except OSError:  # there is none, or none that can be listed
        return ()
    older = [left for name in sorted(names) if _is_of_older(parent / name) and (left := remove_unheld(parent / name))]
    return (*sweep(parent, _PREFIX), *older)


def _is_of_older(path: Path) -> bool:
    match = _OLDER_NAME.fullmatch(path.name)
    if not match or not is_own(path):
        return False
    try:
        members = os.listdir(path)  # noqa: PTH208
    except OSError:
        return False
    return all(map(_OLDER_MEMBER.fullmatch, members)) and not _runs_clivus(int(match[1]))


def _runs_clivus(number: int) -> bool:
    """Whether the process of that number may be an older Clivus that is still at work; all others took the number."""
    import psutil  # seldom needed

    try:
        words = psutil.Process(number).cmdline()
    except psutil.Error:
        return False
    return any(Path(word).stem in {"clivus", "clivus-train", "desktop"} for word in words)
