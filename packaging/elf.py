"""What the ELF files of a Linux application want of the system: libraries by name, and versions of their symbols."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from elftools.elf.dynamic import DynamicSection
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection

_MAGIC = b"\x7fELF"
_ORIGIN = "$ORIGIN"
_VERSION = re.compile(r"([A-Za-z0-9_]+?)_(\d+(?:\.\d+)*)")


@dataclass(frozen=True)
class Wanted:
    """Symbols of one version that a file wants of a library, such as GLIBC 2.34 of libc.so.6."""

    library: str
    family: str
    version: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.family} {'.'.join(map(str, self.version))}"


@dataclass(frozen=True)
class Elf:
    """An ELF file of the application.

    Attributes:
        needed: the libraries that it is linked to.
        wanted: the versions that it wants of them.
    """

    path: Path
    needed: tuple[str, ...]
    wanted: tuple[Wanted, ...]


def is_elf(path: Path) -> bool:
    """Whether this is a program or a library, and not a link to one."""
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as stream:
        return stream.read(len(_MAGIC)) == _MAGIC


def elf_files(tree: Path) -> list[Elf]:
    """Every program and library in a folder."""
    return [_read(path) for path in sorted(tree.rglob("*")) if is_elf(path)]


def outside(files: list[Elf], tree: Path) -> set[str]:
    """The libraries that the system has to have: wanted by these files, and not in their folder."""
    inside = {path.name for path in tree.rglob("*")}
    return {name for file in files for name in file.needed} - inside


def forget_search_paths(tree: Path) -> None:
    """Take out where libraries would look for others on the build machine. PyInstaller tells them where to look.

    Raises:
        SystemExit: such a folder stands beside one within the application.
    """
    for path in filter(is_elf, sorted(tree.rglob("*"))):
        with path.open("r+b") as stream:
            file = ELFFile(stream)
            for section in file.iter_sections():
                for number, tag in enumerate(section.iter_tags() if isinstance(section, DynamicSection) else ()):
                    folders = getattr(tag, "runpath", getattr(tag, "rpath", "")).split(":")
                    if not any(folder.startswith("/") for folder in folders):
                        continue
                    if any(_ORIGIN in folder for folder in folders):
                        raise SystemExit(f"{path} looks for libraries in {':'.join(folders)}.")
                    # The string of offset 0 is empty, and an empty path is ignored.
                    size = section["sh_entsize"] // 2
                    stream.seek(section["sh_offset"] + number * section["sh_entsize"] + size)
                    stream.write(bytes(size))


def _read(path: Path) -> Elf:
    with path.open("rb") as stream:
        file = ELFFile(stream)
        needed = [
            tag.needed
            for section in file.iter_sections()
            if isinstance(section, DynamicSection)
            for tag in section.iter_tags("DT_NEEDED")
        ]
        return Elf(path, tuple(needed), tuple(_wanted(file)))


def _wanted(file: ELFFile) -> Iterator[Wanted]:
    for section in file.iter_sections():
        if isinstance(section, GNUVerNeedSection):
            for library, versions in section.iter_versions():
                for version in versions:
                    if match := _VERSION.fullmatch(version.name):
                        yield Wanted(library.name, match[1], tuple(map(int, match[2].split("."))))
