"""signature.json: an Ed25519 signature (RFC 8032) over the bytes of a manifest, which names every other file with its
sum.

It says which key was used; whose that is, only a site can say (`desktop.models.publishers`).
"""

from __future__ import annotations

import re

from desktop.errors import Reason
from desktop.fields import Fields, Unfit
from desktop.messages import message
from desktop.strict_json import NotStrict, from_json

SCHEMA = "clivus-signature/1"
PUBLIC_KEY_SCHEMA = "clivus-public-key/1"
ALGORITHM = "Ed25519"

LARGEST_BYTES = 4096
"""Of the files of a signature and of a key, which have 320 bytes."""

KEY = re.compile(r"[0-9a-f]{64}")
KEY_DESCRIBED = message("a key of 64 digits from 0 to f")

_SIGNATURE = re.compile(r"[0-9a-f]{128}")
_SIGNATURE_DESCRIBED = message("a signature of 128 digits from 0 to f")

_SHOWN_DIGITS = 16
"""Of a key, where it is only named: another one that begins alike would take 2^64 attempts."""


class SignatureRefused(Reason):
    """Why a signature or a key is not taken; a clause that follows "because"."""


def signer_of(signature: bytes, manifest: bytes) -> str:
    """The public key, in hexadecimal, by which a manifest was signed.

    Args:
        signature: the content of signature.json.

    Raises:
        SignatureRefused: it is not a signature of these bytes, or none that this version knows.
    """
    try:
        fields = Fields(from_json(signature))
        _require_known(fields, SCHEMA)
        key = fields.name("public_key", KEY, KEY_DESCRIBED)
        signed = fields.name("signature", _SIGNATURE, _SIGNATURE_DESCRIBED)
        fields.close()
    except (NotStrict, Unfit) as error:
        raise SignatureRefused(error.message) from None
    # Imported only where something is signed: the start is as fast as without it.
    from nacl.exceptions import BadSignatureError
    from nacl.signing import VerifyKey

    try:
        VerifyKey(bytes.fromhex(key)).verify(manifest, bytes.fromhex(signed))
    except BadSignatureError:
        raise SignatureRefused(
            message("it does not fit the manifest: one of the two was changed, or is another model's")
        ) from None
    return key


def signature_document(key: str, signature: bytes) -> dict[str, str]:
    """What stands in signature.json."""
    return {"schema": SCHEMA, "algorithm": ALGORITHM, "public_key": key, "signature": signature.hex()}


def public_key_document(key: str) -> dict[str, str]:
    """What stands in the file of a public key."""
    return {"schema": PUBLIC_KEY_SCHEMA, "algorithm": ALGORITHM, "public_key": key}


def public_key_in(content: bytes) -> str:
    """The key in the file of a public key.

    Raises:
        SignatureRefused: it is not such a file.
    """
    try:
        fields = Fields(from_json(content))
        _require_known(fields, PUBLIC_KEY_SCHEMA)
        key = fields.name("public_key", KEY, KEY_DESCRIBED)
        fields.close()
    except (NotStrict, Unfit) as error:
        raise SignatureRefused(error.message) from None
    return key


def key_shown(key: str) -> str:
    """A public key where it is only named."""
    return f"{key[:_SHOWN_DIGITS]}…"


def _require_known(fields: Fields, schema: str) -> None:
    fields.one_of("schema", (schema,))
    fields.one_of("algorithm", (ALGORITHM,))
