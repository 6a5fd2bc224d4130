"""Make what people install: `python packaging/installers.py [--only deb rpm archive] [--out dist]`.

Takes the application and its bill of materials that build.py has left in --out. On Linux it writes a .deb (dpkg-deb), a
.rpm (rpmbuild) and an archive for those who may not install (tar, xz); on Windows an installer (makensis); on
macOS a disk image (hdiutil), which was not tried. Each is signed if CLIVUS_SIGN says how, with its SHA-256 beside it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from contents import BOM_FILE, PROGRAM
from release import Release
from signing import sign

from desktop.checksum import file_sha256

ROOT = Path(__file__).resolve().parents[1]

Maker = Callable[[Release, Path, Path], Path]
"""Writes one installer into the first folder, by way of the second, which is empty; its place."""


def main(argv: Sequence[str] | None = None) -> int:
    """Make them, and say how large they are."""
    makers = _makers()
    parser = argparse.ArgumentParser(description="Make what people install of the application that build.py has built.")
    parser.add_argument("--only", nargs="+", choices=makers, default=list(makers), help="some of them (all)")
    parser.add_argument("--out", metavar="DIR", type=Path, default=ROOT / "dist", help="where `clivus` is (dist)")
    options = parser.parse_args(argv)
    out = options.out.resolve()
    release = Release.of(out / PROGRAM, out / BOM_FILE, ROOT)
    for name in options.only:
        with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=out) as work:  # where there is room for a copy
            place = makers[name](release, out, Path(work))
        sign([place])
        sums = place.with_name(f"{place.name}.sha256")
        sums.write_text(f"{file_sha256(place)}  {place.name}\n", encoding="utf-8", newline="\n")
        print(f"{place}: {place.stat().st_size / 1e6:.0f} MB")
    return 0


def _makers() -> dict[str, Maker]:
    """What can be made on this system."""
    if sys.platform == "win32":
        from windows.installer import make_installer

        return {"installer": make_installer}
    if sys.platform == "darwin":
        from macos.disk_image import make_disk_image

        return {"image": make_disk_image}
    from linux.archive import make_archive
    from linux.deb import make_deb
    from linux.rpm import make_rpm

    return {"deb": make_deb, "rpm": make_rpm, "archive": make_archive}


if __name__ == "__main__":
    sys.exit(main())
