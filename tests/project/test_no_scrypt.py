"""A system without OpenSSL, on which Python has no scrypt."""

from __future__ import annotations

import hashlib

import pytest

from desktop.imaging.series import Patient
from desktop.project.identity import NoScrypt, person_digest


def test_it_is_said_which_library_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(hashlib, "scrypt")
    with pytest.raises(NoScrypt, match="install OpenSSL 3"):
        person_digest(Patient("Doe^Jane", "ID-no-scrypt", "19600101"), b"salt")
