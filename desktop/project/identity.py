"""Whether two series are of one person, and which cases a model learned from, without saying who or which.

A digest of PatientID and the like could be found out by trying all numbers of a hospital. So it is made slowly, by
scrypt with the project's own salt: a million tries take more than a day, and the copy of a project on another computer
comes to the same digest.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache

from desktop.checksum import keyed_digest
from desktop.errors import InstallationUnsound
from desktop.imaging.patients import identifying_text
from desktop.imaging.series import Patient
from desktop.messages import message

_COST, _BLOCK, _LANES = 2**14, 8, 1
"""scrypt's N, r and p: 16 MiB and about 50 ms for one try (RFC 7914)."""

_BYTES = 16


class NoScrypt(InstallationUnsound):
    """A system without the library that makes the digests."""

    def __init__(self) -> None:
        super().__init__(
            message(
                "Cases cannot be added, because the system has no libcrypto.so.3: install OpenSSL 3 (package libssl3 "
                "in Debian and Ubuntu), and start Clivus again."
            )
        )


@lru_cache(maxsize=4096)
def person_digest(patient: Patient, salt: bytes) -> str:
    """What stands for a person, by the number or else by name and date of birth; "" where neither is stated."""
    text = identifying_text(patient)
    if not text:
        return ""
    if not hasattr(hashlib, "scrypt"):  # Python's own digests go on without OpenSSL, and this one does not
        raise NoScrypt
    return hashlib.scrypt(text.encode(), salt=salt, n=_COST, r=_BLOCK, p=_LANES, dklen=_BYTES).hex()


def learned_digest(salt: bytes, case_id: str) -> str:
    """What stands for a case in the description of a model that learned from it. The id of a case follows from UIDs,
    which others may know; without the project's salt, nobody can tell that a model learned from them."""
    return keyed_digest(salt, case_id.encode(), 2 * _BYTES)
