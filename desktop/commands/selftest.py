"""`clivus selftest`: is this installation sound?"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import asdict, dataclass
from typing import Any

from desktop.commands.installed import check_installed_files
from desktop.commands.screen import OFFSCREEN, NoScreen, ScreenTrial, Trial, has_screen, no_latin, plugin_trouble
from desktop.errors import InstallationUnsound
from desktop.imaging.decoding.selfcheck import check_decoders
from desktop.imaging.eligibility import Check, Status
from desktop.inference.bundle import Bundle
from desktop.inference.device import Device
from desktop.inference.network import Network
from desktop.inference.selftest import LOGIT_TOLERANCE, WrongAnswer
from desktop.messages import tr
from desktop.temporary_room import temporary_trouble
from desktop.version import VERSION

LITTLE_ROOM_BYTES = 512 * 2**20
"""A thousand slices of 512 x 512 pixels, unpacked: more than nearly any study of the head has."""


@dataclass(frozen=True)
class SelfTest:
    """What was checked; sound when nothing failed."""

    checks: tuple[Check, ...]

    @property
    def sound(self) -> bool:
        """Whether the installation can be used."""
        return all(check.status != "fail" for check in self.checks)

    def document(self) -> dict[str, Any]:
        """The object of `selftest --json`."""
        return {
            "schema": "clivus-selftest/1",
            "version": VERSION,
            "sound": self.sound,
            "checks": [asdict(check) for check in self.checks],
        }


def self_test() -> SelfTest:
    """Check what the rest stands on first: temporary folder and installed files; then what Clivus does with them."""
    with ScreenTrial() as trial:
        before = _temporary_folder(), check_installed_files(), *check_decoders(), *_network()
        return SelfTest((*before, *_window(trial.end())))


def check_line(check: Check) -> str:
    """A check for people."""
    return tr(
        "{status:4}  {check}: {measured}. {message}",
        status=check.status,
        check=check.label,
        measured=check.measured,
        message=check.message,
    )


def _temporary_folder() -> Check:
    name, required = "temporary folder", f"can be written to, {LITTLE_ROOM_BYTES >> 20} MiB free"
    if trouble := temporary_trouble():
        message = f"{trouble[:1].upper()}{trouble[1:]}: make room there, or name another folder in TMPDIR."
        return Check(name, "fail", "nothing can be written", required, message)
    folder = tempfile.gettempdir()
    free = shutil.disk_usage(folder).free
    measured = f"{folder}, {free >> 20} MiB free"
    if free < LITTLE_ROOM_BYTES:
        message = f"A zip archive with a study may not fit into {folder}: make room there, or name another in TMPDIR."
        return Check(name, "warn", measured, required, message)
    return Check(name, "pass", measured, required, "There is room to unpack an archive.")


def _network() -> tuple[Check, ...]:
    required = f"within {LOGIT_TOLERANCE:g}"
    try:
        bundle = Bundle.shipped()
        network = Network(bundle)
    except WrongAnswer as error:
        return (Check("known answer", "fail", "wrong", required, str(error)),)
    except InstallationUnsound as error:
        return (Check("bundle", "fail", "unusable", "the model its manifest describes", str(error)),)
    manifest = bundle.manifest
    opened = Check("bundle", "pass", f"{manifest.id} {manifest.version}", "the model its manifest describes", "Opens.")
    message = "Runs on the graphics card." if network.used is Device.CUDA else "Runs on the processor; no CUDA found."
    device = Check("device", "pass", str(network.used), "cuda or cpu", message)
    answer = network.known_answer
    measured = f"logit off by {answer.logit_difference:.1e}, map by {answer.map_difference:.1e}"
    return opened, device, Check("known answer", "pass", measured, required, "The network answers as it should.")


def _window(trial: Trial) -> tuple[Check, ...]:
    """That a window opens on this screen; where there is none, that its parts are whole. And that letters are drawn."""
    name, required = "window", "opens on this screen, or is whole where there is none"
    if trial.platform is None:
        trouble = trial.trouble
        status: Status = "warn" if isinstance(trouble, NoScreen) and not has_screen() else "fail"
        return (Check(name, status, "does not open", required, str(trouble)),)
    # Without a screen Qt's platform for that was tried; the plugin that a window will need is loaded all the same.
    for platform, state in (trial.plugins or {}).items():
        if state and trial.platform == OFFSCREEN:
            trouble = plugin_trouble(platform, state, trial.libraries)
            status = "warn" if isinstance(trouble, NoScreen) else "fail"
            return Check(name, status, f"{platform} does not load", required, str(trouble)), _letters(trial)
    if trial.platform == OFFSCREEN:
        whole = Check(name, "pass", f"{', '.join(trial.plugins or ())} loads", required, "Nothing is missing.")
    else:
        whole = Check(name, "pass", f"opens on {trial.platform}", required, "A window can be opened.")
    return whole, _letters(trial)


def _letters(trial: Trial) -> Check:
    name, required = "letters", "each is drawn, none as a box"
    if trial.undrawn is None:
        return Check(name, "fail", "drawing them crashed", required, "A font or Qt is damaged: install Clivus again.")
    if "Latin" in trial.undrawn:
        return Check(name, "fail", "boxes", required, str(no_latin()))
    if trial.undrawn:
        boxes = ", ".join(trial.undrawn)
        message = (
            f"Names in {boxes} are drawn as boxes, so nobody can check whose pictures they are: where patients have "
            "such names, install a font for them (Debian, Ubuntu: apt install fonts-noto-cjk)."
        )
        return Check(name, "warn", f"boxes in {boxes}", required, message)
    return Check(name, "pass", "drawn", required, "Names can be read.")
