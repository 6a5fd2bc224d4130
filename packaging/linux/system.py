"""What an application on Linux takes from the system, as .deb and .rpm declare it: found in its files, not listed."""

from __future__ import annotations

from pathlib import Path

from elf import elf_files, outside
from floor import FLOOR

from desktop.system_libraries import SYSTEM_LIBRARIES

_NOT_DECLARED = (
    "ld-linux-",  # the loader, which comes with the C library
    "libcuda.so.",  # of NVIDIA's driver, without which the variant for graphics cards goes on with the processor
)
"""How names of libraries begin that no package has to bring."""
_C_LIBRARIES = {"libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1"}

_GCC = 11
"""The compiler whose libraries have the versions of `FLOOR`."""

_DEBIAN = {library: packages.debian for library, packages in SYSTEM_LIBRARIES.items()} | {
    **dict.fromkeys(_C_LIBRARIES, f"libc6 (>= {'.'.join(map(str, FLOOR['GLIBC']))})"),
    "libstdc++.so.6": f"libstdc++6 (>= {_GCC})",
    "libgcc_s.so.1": f"libgcc-s1 (>= {_GCC})",
    "libcrypto.so.3": "libssl3",
    "libexpat.so.1": "libexpat1",  # Debian's own Python is linked to it; releases are built with another one
}


def debian_packages(tree: Path) -> list[str]:
    """The Debian packages that the application in `tree` depends on.

    Raises:
        SystemExit: it is linked to a library whose package is not known here.
    """
    wanted = libraries(tree)
    if unknown := sorted(wanted - set(_DEBIAN)):
        raise SystemExit(f"No Debian package is known for {', '.join(unknown)}: see packaging/linux/system.py.")
    return sorted({_DEBIAN[library] for library in wanted})


def rpm_requirements(tree: Path) -> list[str]:
    """The libraries that the application in `tree` depends on, as RPM names them, those of the floor with versions."""
    wanted: dict[str, set[str]] = {library: {""} for library in libraries(tree)}
    for library, families in {"libc.so.6": ("GLIBC",), "libstdc++.so.6": ("GLIBCXX", "CXXABI")}.items():
        if library in wanted:
            wanted[library] |= {f"{family}_{'.'.join(map(str, FLOOR[family]))}" for family in families}
    return sorted(f"{library}({version})(64bit)" for library, versions in wanted.items() for version in versions)


def libraries(tree: Path) -> set[str]:
    """The libraries that the system has to have."""
    return {library for library in outside(elf_files(tree), tree) if not library.startswith(_NOT_DECLARED)}
