"""`clivus selftest`: is this installation sound?"""

from __future__ import annotations

import importlib
from dataclasses import asdict, dataclass
from typing import Any

from desktop.commands.screen import has_screen
from desktop.errors import InstallationUnsound
from desktop.imaging.decoding.selfcheck import check_decoders
from desktop.imaging.eligibility import Check, Status
from desktop.inference.bundle import Bundle
from desktop.inference.device import Device
from desktop.inference.network import Network
from desktop.inference.selftest import LOGIT_TOLERANCE, check_known_answer
from desktop.version import VERSION


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
    """Check decoders, bundle, device, the known answer, and that the window's parts can be loaded."""
    return SelfTest((*check_decoders(), *_network(), _window()))


def _network() -> tuple[Check, ...]:
    try:
        bundle = Bundle.shipped()
        network = Network(bundle)
    except InstallationUnsound as error:
        return (Check("bundle", "fail", "unusable", "the model its manifest describes", str(error)),)
    manifest = bundle.manifest
    opened = Check("bundle", "pass", f"{manifest.id} {manifest.version}", "the model its manifest describes", "Opens.")
    message = "Runs on the graphics card." if network.used is Device.CUDA else "Runs on the processor; no CUDA found."
    device = Check("device", "pass", str(network.used), "cuda or cpu", message)
    required = f"within {LOGIT_TOLERANCE:g}"
    try:
        answer = check_known_answer(network)
    except InstallationUnsound as error:
        return opened, device, Check("known answer", "fail", "wrong", required, str(error))
    measured = f"logit off by {answer.logit_difference:.1e}, map by {answer.map_difference:.1e}"
    return opened, device, Check("known answer", "pass", measured, required, "The network answers as it should.")


def _window() -> Check:
    required = "Qt loads"
    try:
        importlib.import_module("desktop.viewer.window")
    except ImportError as error:
        status: Status = "fail" if has_screen() else "warn"
        message = f"The window cannot be opened ({error}); the commands without a window work."
        return Check("window", status, "Qt does not load", required, message)
    return Check("window", "pass", "Qt loads", required, "The window's parts are there.")
