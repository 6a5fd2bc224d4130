"""`clivus-train keys`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from training.commands.declare import Commands, add_command

KEYS = """\
Make a publisher's pair of keys, in a new folder: private-key.json, with which `clivus-train sign` signs models and
which only its owner may read, and public-key.json, which sites name with `clivus bundle trust`. Give the public key,
which is printed, to sites by a way of its own, for instance on paper or by telephone.

The private key is locked with the passphrase in the variable CLIVUS_KEY_PASSPHRASE, if there is one; the same variable
unlocks it. Whoever has the private key can sign in the publisher's name, and a key that is lost cannot be made again.
"""

STATUS = "0 written, 2 wrong use, 3 cannot be written"


def declare(commands: Commands) -> None:
    """Add the command."""
    keys = add_command(commands, "keys", "make a publisher's keys", KEYS, STATUS, _keys)
    keys.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="new folder for the keys")


def _keys(options: argparse.Namespace) -> int:
    from training.signing.keys import PASSPHRASE, PRIVATE_FILE, PrivateKey

    key, passphrase = PrivateKey.new(), os.environ.get(PASSPHRASE, "")
    key.write(options.out, passphrase)
    print(f"public key: {key.public}")
    if not passphrase:
        print(f"{PRIVATE_FILE} is not locked: there is no passphrase in {PASSPHRASE}.")
    print(options.out)
    return 0
