"""SHA-256 of files of any size, and what stands for something that is not to be named."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def keyed_digest(key: bytes, content: bytes, digits: int) -> str:
    """What stands for the content; without the key, nobody can tell of what (HMAC, RFC 2104)."""
    return hmac.new(key, content, hashlib.sha256).hexdigest()[:digits]
