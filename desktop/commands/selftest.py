"""`clivus selftest`: checks whether the installation is sound."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from desktop.commands.computer import check_disk, check_memory, check_openssl, check_screen
from desktop.commands.decoders import as_one, check_decoders
from desktop.commands.default_model import check_default_model
from desktop.commands.device_check import check_device
from desktop.commands.installed import check_installed_files
from desktop.commands.phantom_reading import check_phantom
from desktop.commands.screen import OFFSCREEN, ScreenTrial, Trial, has_screen, no_latin, plugin_trouble
from desktop.commands.start_failures import NoScreen
from desktop.commands.texts import check_languages
from desktop.errors import InstallationUnsound, NoMemory
from desktop.files import write_file
from desktop.imaging.eligibility import Check, Status
from desktop.inference.bundle import Bundle
from desktop.inference.manifest import Manifest
from desktop.inference.network import Network
from desktop.inference.selftest import LOGIT_TOLERANCE, WrongAnswer
from desktop.memory_limit import want_of_memory_told
from desktop.messages import language, message, named, tr, verbatim
from desktop.scripts import LATIN, no_font, script_of
from desktop.temporary_room import temporary_trouble
from desktop.unwritten import NotWritten
from desktop.version import VERSION

LITTLE_ROOM_BYTES = 512 * 2**20
"""Space for a thousand unpacked slices of 512 x 512 pixels: more than almost any head study."""


@dataclass(frozen=True)
class SelfTest:
    """The checks that were run; sound if none failed.

    Attributes:
        at: when, with its distance from UTC.
        model: the one that judges here; None where none opens.
    """

    checks: tuple[Check, ...]
    at: datetime
    model: Manifest | None

    @property
    def sound(self) -> bool:
        """Whether the installation can be used."""
        return all(check.status != "fail" for check in self.checks)

    def document(self) -> dict[str, Any]:
        """The object of `selftest --json`."""
        return {
            "schema": "clivus-selftest/1",
            "version": VERSION,
            "at": self.at.isoformat(timespec="seconds"),
            "model": None
            if self.model is None
            else {"id": self.model.id, "version": self.model.version, "sha256": self.model.sha256},
            "sound": self.sound,
            "checks": [check.document() for check in self.checks],
        }


def self_test() -> SelfTest:
    """Run all checks, beginning with the temporary folder and the installed files, on which the others depend."""
    at = datetime.now().astimezone()
    with ScreenTrial() as trial:
        computer = _temporary_folder(), check_disk(), check_memory(), check_openssl()
        parts = check_installed_files(), check_languages(), *check_decoders()
        network, model = _network()
        found = trial.end()
    return SelfTest((*computer, *parts, *network, *_window(found), check_screen(found)), at, model)


def save_page(found: SelfTest, site: str, place: Path) -> None:
    """Write the page to sign.

    Raises:
        NotWritten: it cannot be written.
        GlyphMissing: a name holds a character that the fonts lack.
    """
    import platform

    from desktop.report.pdf.acceptance import Tested, acceptance_page

    page = acceptance_page(Tested(site, platform.node(), found.at, found.model, as_one(found.checks)))
    try:
        write_file(place, page)
    except OSError as error:
        raise NotWritten(place, error) from None


def check_line(check: Check) -> str:
    """One line for a check."""
    return tr(
        "{status:4}  {check}: {measured}. {message}",
        status=check.status,
        check=check.label,
        measured=check.measured,
        message=check.message,
    )


def _temporary_folder() -> Check:
    name = named("temporary folder")
    required = message("can be written to, {room} MiB free", room=LITTLE_ROOM_BYTES >> 20)
    if trouble := temporary_trouble():
        sentence = message(
            "The temporary folder {folder} cannot be written to ({reason}): make room there, or name another folder in "
            "TMPDIR.",
            folder=trouble.folder,
            reason=trouble.reason,
        )
        return Check(name, "fail", message("nothing can be written"), required, sentence)
    folder = tempfile.gettempdir()
    free = shutil.disk_usage(folder).free
    measured = message("{folder}, {free} MiB free", folder=folder, free=free >> 20)
    if free < LITTLE_ROOM_BYTES:
        sentence = message(
            "A zip archive with a study may not fit into {folder}: make room there, or name another in TMPDIR.",
            folder=folder,
        )
        return Check(name, "warn", measured, required, sentence)
    return Check(name, "pass", measured, required, message("There is room to unpack an archive."))


def _network() -> tuple[tuple[Check, ...], Manifest | None]:
    """The checks of the models, and which one judges here."""
    bundle_name, answer_name = named("bundle"), named("known answer")
    described = message("the model its manifest describes")
    within = message("within {tolerance:g}", tolerance=LOGIT_TOLERANCE)
    try:
        with want_of_memory_told():
            bundle = Bundle.shipped()
            network = Network(bundle)
    except WrongAnswer as error:
        return (Check(answer_name, "fail", message("wrong"), within, error.message),), None
    except (InstallationUnsound, NoMemory) as error:
        return (Check(bundle_name, "fail", message("unusable"), described, error.message),), None
    manifest, answer = bundle.manifest, network.known_answer
    off = message(
        "logit off by {logit:.1e}, map by {map:.1e}", logit=answer.logit_difference, map=answer.map_difference
    )
    default, judging = check_default_model(network)
    checks = (
        Check(bundle_name, "pass", verbatim(manifest.called), described, message("Opens.")),
        check_device(network),
        Check(answer_name, "pass", off, within, message("The network answers as it should.")),
        check_phantom(network),
        default,
    )
    return checks, None if judging is None else judging.manifest


def _window(trial: Trial) -> tuple[Check, ...]:
    """Whether a window opens on this screen (without a screen: whether its parts are complete), and whether letters are
    drawn."""
    name, required = named("window"), message("opens on this screen, or is whole where there is none")
    if trial.platform is None and (trouble := trial.trouble):
        status: Status = "warn" if isinstance(trouble, NoScreen) and not has_screen() else "fail"
        return (Check(name, status, message("does not open"), required, trouble.message),)
    # Without a screen the trial used the offscreen platform, but it also loaded the plugins that a window needs.
    for platform, state in (trial.plugins or {}).items():
        if state and trial.platform == OFFSCREEN:
            trouble = plugin_trouble(platform, state, trial.libraries)
            status = "warn" if isinstance(trouble, NoScreen) else "fail"
            measured = message("{platform} does not load", platform=platform)
            return Check(name, status, measured, required, trouble.message), _letters(trial)
    if trial.platform == OFFSCREEN:
        measured, sentence = (
            message("{platforms} loads", platforms=list(trial.plugins or ())),
            message("Nothing is missing."),
        )
    else:
        measured = message("opens on {platform}", platform=trial.platform)
        sentence = message("A window can be opened.")
    return Check(name, "pass", measured, required, sentence), _letters(trial)


def _letters(trial: Trial) -> Check:
    name, required = named("letters"), message("each is drawn, none as a box")
    if trial.undrawn is None:
        sentence = message("A font or Qt is damaged: install Clivus again.")
        return Check(name, "fail", message("drawing them crashed"), required, sentence)
    if LATIN in trial.undrawn:
        return Check(name, "fail", message("boxes"), required, no_latin().message)
    if script_of(language()) in trial.undrawn:
        sentence = no_font(language())
        return Check(name, "warn", message("boxes in {scripts}", scripts=list(trial.undrawn)), required, sentence)
    if trial.undrawn:
        scripts = list(trial.undrawn)
        sentence = message(
            "Names in {scripts} are drawn as boxes, so nobody can check whose images they are: where patients have "
            "such names, install a font for them (Debian, Ubuntu: apt install fonts-noto-cjk).",
            scripts=scripts,
        )
        return Check(name, "warn", message("boxes in {scripts}", scripts=scripts), required, sentence)
    return Check(name, "pass", message("drawn"), required, message("Names can be read."))
