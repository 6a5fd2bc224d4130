"""torchvision's own files of weights: where they lie on this machine, and how they come there."""

from __future__ import annotations

import hashlib
from http.client import HTTPException
from pathlib import Path
from urllib.request import urlopen

import torch

from desktop.files import folder_made, write_file
from desktop.messages import message
from desktop.unwritten import NotWritten
from training.model.network import ARCHITECTURE
from training.model.weights_file import WeightsRefused

PATIENCE_S = 10.0
"""For an answer: behind a firewall that swallows everything, a connection would otherwise be tried for minutes."""


def torchvision_file(word: str) -> Path:
    """The file that a word of `ARCHITECTURE.imagenet` asks for, in torch's own cache; fetched if it is not there.

    It is compared when it is read (`training.model.weights_file`).

    Raises:
        WeightsRefused: it is not there and cannot be fetched; the sentence says which file is to be put where.
        NotWritten: it is fetched and cannot be kept.
    """
    weights, sha256 = ARCHITECTURE.imagenet[word]
    url = str(weights.url)
    path = Path(torch.hub.get_dir()) / "checkpoints" / url.rpartition("/")[2]
    if path.exists():
        return path
    content = b""
    try:
        with urlopen(url, timeout=PATIENCE_S) as answer:
            content = answer.read()
        reason = "" if hashlib.sha256(content).hexdigest() == sha256 else "what came is another file"
    except (OSError, HTTPException) as error:
        reason = str(error) or type(error).__name__
    if reason:
        raise WeightsRefused(
            message(
                "torchvision's weights cannot be downloaded from {url} ({reason}): put that file ({megabytes:.0f} MB, "
                "SHA-256 {sha256}) at {path}, or use --weights FILE, shipped or scratch.",
                url=url,
                reason=reason,
                megabytes=weights.meta["_file_size"],
                sha256=sha256,
                path=path,
            )
        )
    try:
        with folder_made(path.parent):
            write_file(path, content)
    except OSError as error:
        raise NotWritten(path, error) from None
    return path
