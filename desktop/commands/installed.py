"""Self-test of the installed files: compares them with the checksums of their packages."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from desktop.imaging.eligibility import Check
from desktop.messages import counted, message, named

SUMS_FILE = "SHA256SUMS"
"""Checksums in the folder of the frozen application, in the format of `sha256sum --check`; from
`packaging/build.py`."""

_NAME = named("installed files")
_REQUIRED = message("the SHA-256 they were installed with")

_INSTALLERS = ("pip", "uv")
"""Installers that leave files as they are in the wheel. conda and Debian change some of them."""


@dataclass(frozen=True)
class _File:
    """A file and its expected SHA-256, hexadecimal."""

    path: Path
    sha256: str

    @property
    def sound(self) -> bool:
        try:
            with self.path.open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest() == self.sha256
        except OSError:
            return False


def check_installed_files() -> Check:
    """Compare the checksums of the frozen application, or of Clivus and every package that it needs."""
    without: list[str] = []
    if getattr(sys, "frozen", False):
        folder = Path(vars(sys)["_MEIPASS"]).parent  # around _internal, wherever the program lies
        try:
            files = read_sums(folder)
        except (OSError, ValueError):
            sentence = message("The list of sums {file} is missing or damaged: install Clivus again.", file=SUMS_FILE)
            return Check(_NAME, "fail", message("no sums"), _REQUIRED, sentence)
    else:
        packages = _needed("clivus")
        files = [file for package in packages for file in _recorded(package)]
        without = [package.name for package in packages if not _has_sums(package)]
        if not files:
            sentence = message("Clivus runs from a source tree: there are no sums to compare with.")
            return Check(_NAME, "pass", message("no sums"), _REQUIRED, sentence)
    with ThreadPoolExecutor() as threads:  # hashing releases the GIL
        bad = [
            file.path
            for file, sound in zip(files, threads.map(lambda file: file.sound, files), strict=True)
            if not sound
        ]
    measured = message("{sound} of {total} files unchanged", sound=len(files) - len(bad), total=len(files))
    if bad:
        sentence = counted(
            "An installed file is missing or changed: {file}; install Clivus again.",
            "{number} installed files are missing or changed, such as {file}; install Clivus again.",
            len(bad),
            file=bad[0],
        )
        return Check(_NAME, "fail", measured, _REQUIRED, sentence)
    sentence = (
        message("Compared. Installed without sums: {packages}.", packages=sorted(without))
        if without
        else message("Compared.")
    )
    return Check(_NAME, "pass", measured, _REQUIRED, sentence)


def read_sums(folder: Path) -> list[_File]:
    """The files of a frozen application, from its list of checksums.

    Raises:
        OSError: there is no list.
        ValueError: it is damaged, or empty.
    """
    lines = (folder / SUMS_FILE).read_text(encoding="utf-8").splitlines()
    files = []
    for line in lines:
        match = re.fullmatch(r"([0-9a-f]{64})  (.+)", line)
        if match is None:
            raise ValueError(line)
        files.append(_File(folder / match[2], match[1]))
    if not files:
        raise ValueError
    return files


def _needed(name: str) -> list[Distribution]:
    """The installed package and those it needs, without its extras."""
    found: dict[str, Distribution] = {}
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one in found:
            continue
        try:
            found[one] = distribution(one)
        except PackageNotFoundError:  # a requirement of another system; its marker is not evaluated here
            continue
        for requirement in found[one].requires or ():
            if "extra ==" not in requirement:
                match = re.match(r"[A-Za-z0-9._-]+", requirement)
                if match is not None:
                    waiting.append(re.sub(r"[-_.]+", "-", match[0]).lower())
    return list(found.values())


def _has_sums(package: Distribution) -> bool:
    """Whether its list of checksums names its own files. An installation in place (PEP 610) lists none."""
    origin = json.loads(package.read_text("direct_url.json") or "{}")
    in_place = origin.get("dir_info", {}).get("editable", False)
    return (package.read_text("INSTALLER") or "").strip() in _INSTALLERS and not in_place


def _recorded(package: Distribution) -> Iterator[_File]:
    if not _has_sums(package):
        return
    for file in package.files or ():
        # Python rewrites .pyc files, including those from a wheel.
        if file.hash is not None and file.hash.mode == "sha256" and file.suffix != ".pyc":
            padded = file.hash.value + "=" * (-len(file.hash.value) % 4)
            yield _File(Path(str(file.locate())), base64.urlsafe_b64decode(padded).hex())
