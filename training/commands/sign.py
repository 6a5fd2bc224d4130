"""`clivus-train sign`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from desktop.inference.signature import key_shown
from training.commands.declare import Commands, add_command

SIGN = """\
Sign a model with a publisher's private key: writes signature.json into the bundle's folder, or into its packed file.
The signature is over the manifest, which names all other files with their SHA-256; whoever changes any of them breaks
it. The model is checked wholly before, and gives its known answer. A former signature is replaced.

KEY is the private-key.json of `clivus-train keys`; its passphrase is taken from the variable CLIVUS_KEY_PASSPHRASE.
"""

STATUS = "0 signed, 3 key refused or bundle cannot be written, 4 bundle not sound"


def declare(commands: Commands) -> None:
    """Add the command."""
    sign = add_command(commands, "sign", "sign a model as its publisher", SIGN, STATUS, _sign)
    sign.add_argument("bundle", type=Path, metavar="BUNDLE", help="a bundle's folder or packed file")
    sign.add_argument("--key", type=Path, required=True, metavar="KEY", help="the file of the private key")


def _sign(options: argparse.Namespace) -> int:
    from training.signing.keys import PASSPHRASE, PrivateKey
    from training.signing.sign import sign

    key = PrivateKey.load(options.key, os.environ.get(PASSPHRASE, ""))
    before = sign(options.bundle, key)
    print(f"{before.manifest.id} {before.manifest.version} is signed with the key {key.public}.")
    if before.signer not in ("", key.public):
        print(f"Its signature with the key {key_shown(before.signer)} was replaced.")
    return 0
