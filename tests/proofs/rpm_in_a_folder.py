"""Proof that the .rpm is what it says, by RPM's own tools: `python tests/proofs/rpm_in_a_folder.py FILE.rpm`.

It is checked, installed into an empty folder that RPM takes for a system, verified file by file and removed again. What
it needs of the system is compared with what the loader would look for in each of its files. Its scripts are not run:
they need a whole system.

Exit status 0: all of it holds. As root, with rpm and Python's pyelftools; half a minute.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from own_screen import require
from proof import Proof

sys.path.insert(0, str(Path(__file__).parents[2] / "packaging"))

from linux.system import libraries

_OWN = ("/usr/lib/clivus", "/usr/share/doc/clivus")


def main(argv: Sequence[str] | None = None) -> int:
    """Check, install, verify, remove."""
    parser = argparse.ArgumentParser(description="Install an .rpm into a folder, verify it and remove it.")
    parser.add_argument("rpm", type=Path, help="the file")
    package = parser.parse_args(argv).rpm.resolve()
    require("rpm")
    proof = Proof()
    said = _rpm("--checksig", str(package))
    proof.holds("digests OK" in said or "digests signatures OK" in said, "its digests are right", said)
    with tempfile.TemporaryDirectory(prefix="clivus-rpm-") as folder:
        root = Path(folder) / "root"
        root.mkdir()
        within = ["--root", str(root), "--dbpath", "/var/lib/rpm"]
        _rpm(*within, "--initdb")
        before = _files(root)
        _rpm(*within, "--install", "--nodeps", "--noscripts", str(package))
        installed, listed = _files(root) - before, set(_rpm("--query", "--package", "--list", str(package)).split("\n"))
        proof.holds(installed <= listed, "nothing is installed that is not listed", sorted(installed - listed)[:5])
        gone = {place for place in listed if place and not (root / place[1:]).exists() and place not in installed}
        proof.holds(not gone, "all that is listed is installed", sorted(gone)[:5])
        said = _rpm(*within, "--verify", "--nodeps", "clivus")
        proof.holds(not said, "every file is the one of the package (rpm --verify)", said)
        tree = root / _OWN[0][1:]
        needed = libraries(tree)
        wanted = _rpm("--query", "--package", "--requires", str(package)).split()
        declared = {line.partition("(")[0] for line in wanted if ".so" in line}
        proof.holds(needed == declared, f"{len(needed)} libraries are needed, and declared", needed ^ declared)
        _rpm(*within, "--erase", "--nodeps", "--noscripts", "clivus")
        proof.holds(_files(root) == before, f"{len(installed)} files are installed, and removed", _files(root) - before)
        left = [place for place in _OWN if (root / place[1:]).exists()]
        proof.holds(not left, "no folder of its own is left", left)
    return proof.status


def _rpm(*arguments: str) -> str:
    """What it says, without what Debian's one says to people who use it."""
    done = subprocess.run(["rpm", *arguments], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _files(root: Path) -> set[str]:
    """Files and links, but for RPM's own database."""
    found = (path for path in root.rglob("*") if path.is_symlink() or not path.is_dir())
    return {f"/{path.relative_to(root)}" for path in found if "rpm" not in path.relative_to(root).parts}


if __name__ == "__main__":
    sys.exit(main())
