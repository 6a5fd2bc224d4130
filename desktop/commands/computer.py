"""Self-test of the computer: room and permission for what is kept, memory, and the size of the screen."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

from desktop.commands.screen import OFFSCREEN, Trial
from desktop.imaging.eligibility import Check
from desktop.memory_limit import WORKER_BYTES, allowed_bytes
from desktop.messages import message, named
from desktop.project.identity import NoScrypt
from desktop.settings_file import local_data_folder, settings_file
from desktop.system_errors import reason_of
from desktop.temporary_room import require_room

LITTLE_DISK_BYTES = 512 * 2**20
"""A model takes 100 MB, packed and installed 200; a reading, its report and its entries in the trail, less than 5."""

SPARE_MEMORY_BYTES = 512 * 2**20
"""For the window, and for the system not to swap, beside what one reading takes."""

SMALLEST_SCREEN = 1366, 768
"""The window is laid out for it. In logical pixels: those of the screen divided by its scale factor."""


def check_disk() -> Check:
    """Whether settings, readings and models can be kept."""
    name, required = named("disk"), message("can be written to, {room} MiB free", room=LITTLE_DISK_BYTES >> 20)
    try:
        folders = list(dict.fromkeys((settings_file().parent, local_data_folder())))
    except RuntimeError:  # pathlib's, of a user without a home
        sentence = message("This user has no home folder: settings, drafts, trail and models are not kept.")
        return Check(name, "warn", message("no home folder"), required, sentence)
    for folder in folders:
        try:
            _require_writable(folder)
        except OSError as error:
            sentence = message(
                "Settings, drafts, trail and models are not kept, because {folder} cannot be written to ({reason}): "
                "let this user write there.",
                folder=folder,
                reason=reason_of(error),
            )
            return Check(name, "warn", message("nothing can be written"), required, sentence)
    folder, free = min(((one, shutil.disk_usage(_existing(one)).free) for one in folders), key=lambda pair: pair[1])
    measured = message("{folder}, {free} MiB free", folder=folder, free=free >> 20)
    if free < LITTLE_DISK_BYTES:
        sentence = message("Readings and models may soon not fit into {folder}: make room there.", folder=folder)
        return Check(name, "warn", measured, required, sentence)
    return Check(name, "pass", measured, required, message("Settings, readings and models can be kept."))


def check_openssl() -> Check:
    """Whether cases can be added to a project: Python's scrypt is that of the system's OpenSSL."""
    name, required = named("OpenSSL"), message("there, for scrypt")
    if not hasattr(hashlib, "scrypt"):
        return Check(name, "warn", message("missing"), required, NoScrypt().message)
    return Check(name, "pass", message("there"), required, message("Cases can be added to a project."))


def check_memory() -> Check:
    """Whether a head study of 300 slices and the model fit into the memory: at all, and now."""
    import psutil

    name, wanted = named("memory"), WORKER_BYTES + SPARE_MEMORY_BYTES
    required = message("{wanted} MiB free, for a study of 300 slices and the model", wanted=wanted >> 20)
    limit, system = allowed_bytes(), psutil.virtual_memory()
    total, free = min(system.total, limit), min(system.available, limit)
    measured = message("{free} of {total} MiB free", free=free >> 20, total=total >> 20)
    if total < WORKER_BYTES:
        sentence = message(
            "No head study can be read with so little memory: add memory, or lift the limit for this user."
        )
        return Check(name, "fail", measured, required, sentence)
    if free < wanted:
        sentence = message("A long series may not be opened: close other programs, or add memory.")
        return Check(name, "warn", measured, required, sentence)
    return Check(name, "pass", measured, required, message("There is memory for a study and the model."))


def check_screen(trial: Trial) -> Check:
    """Whether the screen on which the trial was made is large enough."""
    name, (width, height) = named("screen"), SMALLEST_SCREEN
    required = message("at least {width} x {height} logical pixels", width=width, height=height)
    if trial.screen is None or trial.platform in (None, OFFSCREEN):
        sentence = message("There is no screen here; run the self-test again where the window is to be used.")
        return Check(name, "pass", message("not measured"), required, sentence)
    columns, rows, scale = trial.screen
    measured = message("{columns} x {rows} at {scale:.0%}", columns=columns, rows=rows, scale=scale)
    if columns < width or rows < height:
        sentence = (
            message("The screen is too small for the window: choose a smaller scale factor in the system's settings.")
            if scale > 1
            else message("The screen is too small for the window: choose a higher resolution, or a larger screen.")
        )
        return Check(name, "warn", measured, required, sentence)
    return Check(name, "pass", measured, required, message("The whole window fits."))


def _require_writable(folder: Path) -> None:
    """
    Raises:
        OSError: nothing can be written there.
    """
    if folder.is_dir():
        require_room(folder)
        return
    place = _existing(folder)
    if not place.is_dir():
        raise NotADirectoryError(20, "Not a directory")
    if not os.access(place, os.W_OK):
        raise PermissionError(13, "Permission denied")


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that exists: it is made when it is first needed."""
    return next(place for place in (folder, *folder.parents) if place.exists())
