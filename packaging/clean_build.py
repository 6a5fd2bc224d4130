"""Build and prove the application of pinned packages alone: `python packaging/clean_build.py [--variant cpu|gpu] …`.

Makes an environment in a temporary folder, installs there what `linux/requirements.txt` names, with its sums, and runs
`build.py`, with its options, and `installers.py` in it. Needs Python 3.11, pip's registry and a C compiler.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent

_INSTALL = ("-m", "pip", "install", "--quiet", "--require-virtualenv", "--disable-pip-version-check")


def main(argv: Sequence[str] | None = None) -> int:
    """Do it; the exit status of the step that failed, or 0."""
    parser = argparse.ArgumentParser(description="Build the application and its installers of pinned packages alone.")
    parser.add_argument("--variant", choices=("cpu", "gpu"), default="cpu", help="as in build.py (cpu)")
    parser.add_argument("--out", metavar="DIR", type=Path, default=ROOT / "dist", help="as in build.py (dist)")
    options, others = parser.parse_known_args(argv)
    with tempfile.TemporaryDirectory(prefix="clivus-environment-") as folder:
        venv.create(folder, with_pip=True)
        python = str(Path(folder) / "bin/python")
        lists = ["requirements.txt", *(["requirements-gpu.txt"] if options.variant == "gpu" else [])]
        pinned = [argument for name in lists for argument in ("-r", str(HERE / "linux" / name))]
        build = [str(HERE / "build.py"), "--variant", options.variant, "--out", str(options.out), *others]
        steps = (
            (*_INSTALL, "--require-hashes", "-r", str(HERE / "linux/backend.txt")),
            # Without isolation, in which pip would take any version of what packs a source.
            (*_INSTALL, "--require-hashes", "--no-build-isolation", *pinned),
            build,
            (str(HERE / "installers.py"), "--out", str(options.out)),
        )
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        for step in steps:
            status = subprocess.run([python, *step], cwd=ROOT, env=environment, check=False).returncode
            if status:
                return status
    return 0


if __name__ == "__main__":
    sys.exit(main())
