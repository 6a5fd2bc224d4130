"""The licences of everything in the frozen application, in its folder `licences`."""

from __future__ import annotations

import re
import shutil
import sysconfig
from collections.abc import Iterator
from importlib.metadata import Distribution
from pathlib import Path

from origins import Origins

HERE = Path(__file__).resolve().parent
FOLDER = "licences"

_LICENCE = re.compile(r"(licen[cs]e|copying|notice|thirdpartynotices|authors)[^/]*", re.IGNORECASE)

_COMMON = Path("/usr/share/common-licenses")
_WITHOUT = {
    "pyside6-essentials": ("LGPL-3", "GPL-3"),
    "shiboken6": ("LGPL-3", "GPL-3"),
    "flatbuffers": ("Apache-2.0",),
}
"""Wheels that bring no text of their licence: which of Debian's common licences it is."""

_PYTHONS = (Path(sysconfig.get_path("stdlib")) / "LICENSE.txt", Path("/usr/share/doc/python3/copyright"))
"""That of a Python which was compiled for itself, and Debian's."""


def collect_licences(tree: Path, root: Path, origins: Origins) -> None:
    """Copy every licence into the application.

    Raises:
        SystemExit: that of a part is not found.
    """
    folder = tree / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copyfile(HERE / FOLDER / "NOTICE.txt", folder / "NOTICE.txt")
    shutil.copyfile(root / "LICENSE", folder / "LICENSE")
    wanted = {name: dict(_of_wheel(name, wheel)) for name, wheel in origins.wheels.items()}
    wanted["python"] = {path.name: path for path in _PYTHONS if path.exists()}
    for package in origins.of_debian:
        path = Path("/usr/share/doc") / package.name / "copyright"
        wanted[f"debian/{package.name}"] = {path.name: path} if path.exists() else {}
    if without := sorted(name for name, texts in wanted.items() if not texts):
        raise SystemExit(f"No licence was found for {', '.join(without)}: see packaging/licences.py.")
    for name, texts in wanted.items():
        for text, path in texts.items():
            place = folder / name / text
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)


def _of_wheel(name: str, wheel: Distribution) -> Iterator[tuple[str, Path]]:
    """The texts in a wheel, by their path: where the standard has them, or where the package itself keeps them."""
    for file in wheel.files or ():
        if _LICENCE.fullmatch(file.name) and file.suffix not in (".py", ".pyc"):
            within = [part for part in file.parts[1:] if part != "licenses"]
            yield "/".join(within), Path(str(file.locate()))
    yield from ((text, _COMMON / text) for text in _WITHOUT.get(name, ()))
