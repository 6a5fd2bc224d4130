"""The oldest Linux that the frozen application starts on, and the check that nothing in it wants a newer one."""

from __future__ import annotations

import struct
from pathlib import Path

from elf import elf_files
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection
from elftools.elf.hash import ELFHashTable

FLOOR = {"GLIBC": (2, 34), "GLIBCXX": (3, 4, 29), "CXXABI": (1, 3, 13), "GCC": (7, 0, 0)}
"""What RHEL 9 has: glibc 2.34 and the libraries of GCC 11. PySide6's wheels want as much, so it cannot be lower."""

_NEWER, _OLDER = ("libm.so.6", b"GLIBC_2.35"), b"GLIBC_2.2.5"
"""`hypot` got a new version in glibc 2.35, which differs in how errors are told to a handler that nobody has set. A
Python that was compiled on a newer system asks for it, and for nothing else above the floor."""

_HYPOT = {"hypot"}


class AboveFloor(SystemExit):
    """The application would not start on the oldest system that is promised."""


def check_floor(tree: Path) -> None:
    """Refuse an application that wants a newer system than promised.

    Raises:
        AboveFloor: some of its files do; every one is named.
    """
    above = [
        f"{file.path.relative_to(tree)}: {wanted} of {wanted.library}"
        for file in elf_files(tree)
        for wanted in file.wanted
        if wanted.version > FLOOR.get(wanted.family, wanted.version)
    ]
    if above:
        floor = ", ".join(f"{family} {'.'.join(map(str, version))}" for family, version in FLOOR.items())
        raise AboveFloor("\n".join([f"Wanted by the application, and newer than {floor}:", *above]))


def lower_hypot(library: Path) -> bool:
    """Let libpython, or a module of Python's own, ask for the `hypot` that every glibc has; whether it did not already.

    Raises:
        AboveFloor: it wants something else of that version.
    """
    with library.open("r+b") as stream:
        file = ELFFile(stream)
        needs = file.get_section_by_name(".gnu.version_r")
        place = _place_of(needs) if isinstance(needs, GNUVerNeedSection) else None
        if place is None:  # nothing versioned is wanted, or nothing of that version
            return False
        index, offset = place
        symbols, versions = file.get_section_by_name(".dynsym"), file.get_section_by_name(".gnu.version")
        asked = {
            symbols.get_symbol(number).name
            for number in range(versions.num_symbols())
            if versions.get_symbol(number)["ndx"] == index
        }
        if asked != _HYPOT:
            raise AboveFloor(f"{library.name} wants {', '.join(sorted(asked))} of {_NEWER[1].decode()}.")
        strings = file.get_section(needs["sh_link"])
        name = strings.data().index(b"\0" + _OLDER + b"\0") + 1
        little = "<" if file.little_endian else ">"
        stream.seek(offset)  # Elf_Vernaux: hash, flags and number, name, next
        stream.write(struct.pack(f"{little}I", ELFHashTable.elf_hash(_OLDER.decode())))
        stream.seek(offset + 8)
        stream.write(struct.pack(f"{little}I", name))
    return True


def _place_of(needs: GNUVerNeedSection) -> tuple[int, int] | None:
    """The number and the offset in the file of the newer version, if it is asked for."""
    offset = needs["sh_offset"]
    for library, versions in needs.iter_versions():
        place = offset + library["vn_aux"]
        for version in versions:
            if (library.name, version.name.encode()) == _NEWER:
                return version["vna_other"], place
            place += version["vna_next"]
        offset += library["vn_next"]
    return None
