"""Whose the parts of the frozen application are: of a wheel, of Python, or of a package of the build machine."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packageurl import PackageURL


@dataclass(frozen=True)
class DebianPackage:
    """A Debian package of the build machine."""

    name: str
    version: str
    architecture: str
    system: str

    @property
    def purl(self) -> str:
        """Its package URL, by which databases of vulnerabilities know it."""
        return PackageURL("deb", self.system, self.name, self.version, {"arch": self.architecture}).to_string()


@dataclass(frozen=True)
class Origins:
    """Where the parts of one application came from.

    Attributes:
        sources: by the part's name in the application, a module or a file below `_internal`: the file that it was
            made from.
    """

    sources: Mapping[str, str]

    @cached_property
    def wheels(self) -> dict[str, Distribution]:
        """By normalized name, the distributions with at least one file in the application."""
        files = set(map(_real, self.sources.values()))
        return {name_of(wheel): wheel for wheel in distributions() if not files.isdisjoint(_recorded(wheel))}

    @cached_property
    def of_debian(self) -> dict[DebianPackage, list[str]]:
        """The parts that were taken from Debian packages of the build machine."""
        strangers = {part: _real(source) for part, source in self.sources.items() if _is_of_the_system(source)}
        owners = _owners(sorted(set(strangers.values())))
        found: dict[DebianPackage, list[str]] = {}
        for part, source in sorted(strangers.items()):
            if source in owners:
                found.setdefault(owners[source], []).append(part)
        return found


def canonical(name: str) -> str:
    """The name of a distribution as registries write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def name_of(wheel: Distribution) -> str:
    """The canonical name of this one."""
    return canonical(wheel.metadata["Name"])


def _recorded(wheel: Distribution) -> Iterator[str]:
    """The paths of its files, from its RECORD. Looking at each on the disk would take seconds."""
    site = _real(str(wheel.locate_file("")))
    for row in csv.reader((wheel.read_text("RECORD") or "").splitlines()):
        yield os.path.normpath(os.path.join(site, row[0]))  # noqa: PTH118 - thousands of times


def _real(path: str) -> str:
    return str(Path(path).resolve())


def _is_of_the_system(source: str) -> bool:
    """Whether a file is neither of the environment nor of Python."""
    homes = (sys.prefix, sys.base_prefix if sys.base_prefix != "/usr" else sysconfig.get_path("stdlib"))
    path = Path(source)
    return path.is_absolute() and path.suffix != ".py" and not any(path.is_relative_to(home) for home in homes)


def _owners(files: list[str]) -> dict[str, DebianPackage]:
    """The Debian package of each of these files, where the build machine is a Debian and knows it."""
    if not files or shutil.which("dpkg-query") is None:
        return {}
    # Debian lists some libraries below /lib, which is a link to /usr/lib.
    asked = [*files, *(file.removeprefix("/usr") for file in files if file.startswith("/usr/lib"))]
    done = subprocess.run(["dpkg-query", "--search", *asked], capture_output=True, text=True, check=False)
    form = "${binary:Package}\t${Package}\t${Version}\t${Architecture}\n"
    lines = [line.split(": ", 1) for line in done.stdout.splitlines() if not line.startswith("diversion")]
    owners = {file: package for package, file in lines}
    shown = subprocess.run(
        ["dpkg-query", "--show", f"--showformat={form}", *sorted(set(owners.values()))],
        capture_output=True,
        text=True,
        check=False,
    )
    packages = {}
    for line in shown.stdout.splitlines():
        qualified, name, version, architecture = line.split("\t")
        packages[qualified] = packages[name] = DebianPackage(name, version, architecture, _system())
    return {_real(file): packages[owner] for file, owner in owners.items() if owner in packages}


def _system() -> str:
    """The name of the build machine's distribution, such as debian."""
    match = re.search(r'^ID="?(\w+)', Path("/etc/os-release").read_text(encoding="utf-8"), re.MULTILINE)
    return match[1] if match else "debian"
