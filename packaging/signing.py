"""Signing what is given away, by whatever command a publisher signs with."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Iterable
from pathlib import Path

SIGNER = "CLIVUS_SIGN"
"""In the environment: a command that signs the file it is given last, such as `gpg --detach-sign --armor` or a script
around signtool. Without it nothing is signed."""


def sign(files: Iterable[Path]) -> None:
    """Sign these files, if the publisher has said how.

    Raises:
        SystemExit: the command failed.
    """
    command = shlex.split(os.environ.get(SIGNER, ""), posix=os.name == "posix")
    for file in files if command else ():
        done = subprocess.run([*command, str(file)], check=False)
        if done.returncode:
            raise SystemExit(f"{SIGNER} failed with exit status {done.returncode} for {file}.")
