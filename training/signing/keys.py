"""A publisher's pair of keys: the private one, in a file for its owner alone, and the public one, for sites."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nacl import pwhash
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from nacl.signing import SigningKey
from nacl.utils import random

from desktop.errors import InputRefused, Reason
from desktop.fields import Fields, Unfit
from desktop.files import new_folder, write_json
from desktop.inference.signature import ALGORITHM, LARGEST_BYTES, public_key_document
from desktop.messages import message
from desktop.plain_file import NotPlain, read_plain
from desktop.strict_json import NotStrict, from_json

PRIVATE_FILE, PUBLIC_FILE = "private-key.json", "public-key.json"
SCHEMA = "clivus-private-key/1"
PASSPHRASE = "CLIVUS_KEY_PASSPHRASE"
"""The variable that holds the passphrase: on the command line other users could read it."""

_OWNER_ALONE = 0o600

_ARGON = pwhash.argon2id
_EFFORT = _ARGON.OPSLIMIT_MODERATE, _ARGON.MEMLIMIT_MODERATE
"""What a guess at the passphrase costs: 3 passes over 256 MB. Fixed for the schema, so that no file can ask for more
memory than there is."""

_SEED = re.compile(r"[0-9a-f]{64}")
_SEED_DESCRIBED = message("a private key of 64 digits from 0 to f")
_SALT = re.compile(rf"[0-9a-f]{{{2 * _ARGON.SALTBYTES}}}")
_SALT_DESCRIBED = message("{number} digits from 0 to f", number=2 * _ARGON.SALTBYTES)
_SEALED_BYTES = SecretBox.NONCE_SIZE + SecretBox.MACBYTES + 32
_SEALED = re.compile(rf"[0-9a-f]{{{2 * _SEALED_BYTES}}}")
_SEALED_DESCRIBED = message("{number} digits from 0 to f", number=2 * _SEALED_BYTES)


class KeyRefused(InputRefused):
    """A private key that cannot be used."""


class _Unusable(Reason):
    """Why; a clause that follows "because"."""


@dataclass(frozen=True)
class PrivateKey:
    """What a publisher signs with. Its `repr` tells nothing."""

    _key: SigningKey

    @staticmethod
    def new() -> PrivateKey:
        """A new one, of the system's random numbers."""
        return PrivateKey(SigningKey.generate())

    @staticmethod
    def load(file: Path, passphrase: str) -> PrivateKey:
        """Read the file of a private key.

        Args:
            passphrase: "" where there is none.

        Raises:
            KeyRefused: it is not one, or the passphrase is not its own.
        """
        try:
            return PrivateKey(SigningKey(_seed(read_plain(file, LARGEST_BYTES), passphrase)))
        except (NotPlain, NotStrict, Unfit, _Unusable) as error:
            raise KeyRefused(
                message("The private key {file} cannot be used, because {reason}.", file=file, reason=error.message)
            ) from None

    @property
    def public(self) -> str:
        """The public key, in hexadecimal."""
        return bytes(self._key.verify_key).hex()

    def sign(self, content: bytes) -> bytes:
        """The signature over some bytes."""
        return self._key.sign(content).signature

    def write(self, out: Path, passphrase: str) -> None:
        """Write both keys into a new folder, the private one locked by the passphrase unless that is "".

        Raises:
            WrongUse: `out` exists and is not an empty folder: a key that is lost cannot be made again.
            NotWritten: the medium fails; nothing is left then.
        """
        with new_folder(out) as folder:
            write_json(folder / PRIVATE_FILE, self._document(passphrase), _OWNER_ALONE)
            write_json(folder / PUBLIC_FILE, public_key_document(self.public))

    def _document(self, passphrase: str) -> dict[str, Any]:
        head, seed = {"schema": SCHEMA, "algorithm": ALGORITHM}, bytes(self._key)
        if not passphrase:
            return head | {"private_key": seed.hex()}
        salt = random(_ARGON.SALTBYTES)
        return head | {"salt": salt.hex(), "sealed": bytes(_box(passphrase, salt).encrypt(seed)).hex()}

    def __repr__(self) -> str:
        return f"PrivateKey(public={self.public})"


def _seed(content: bytes, passphrase: str) -> bytes:
    fields = Fields(from_json(content))
    fields.one_of("schema", (SCHEMA,))
    fields.one_of("algorithm", (ALGORITHM,))
    if not fields.has("sealed"):
        seed = bytes.fromhex(fields.name("private_key", _SEED, _SEED_DESCRIBED))
        fields.close()
        return seed
    salt = bytes.fromhex(fields.name("salt", _SALT, _SALT_DESCRIBED))
    sealed = bytes.fromhex(fields.name("sealed", _SEALED, _SEALED_DESCRIBED))
    fields.close()
    if not passphrase:
        raise _Unusable(message("it is locked with a passphrase: put that into {variable}", variable=PASSPHRASE))
    try:
        return _box(passphrase, salt).decrypt(sealed)
    except CryptoError:
        raise _Unusable(
            message("the passphrase in {variable} is not its own, or the file is damaged", variable=PASSPHRASE)
        ) from None


def _box(passphrase: str, salt: bytes) -> SecretBox:
    operations, memory = _EFFORT
    return SecretBox(_ARGON.kdf(SecretBox.KEY_SIZE, os.fsencode(passphrase), salt, operations, memory))
