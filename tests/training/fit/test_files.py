"""A file that does not fit on the disk is told in one sentence, whoever writes it, and the old one stays."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from desktop.files import write_with
from desktop.unwritten import NotWritten
from tests.full_disk import largest_file

ROOM = 64 * 1024
"""Bytes that a file may have in these tests."""


@pytest.fixture
def small_disk() -> Iterator[None]:
    """The system refuses to write more, as it does on a full disk."""
    with largest_file(ROOM):
        yield


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit there")
@pytest.mark.parametrize(
    "write",
    [
        lambda stream: torch.save({"weight": torch.zeros(ROOM)}, stream),
        lambda stream: np.save(stream, np.zeros(ROOM)),
    ],
    ids=["torch", "numpy"],
)
def test_what_does_not_fit_leaves_the_old_file(small_disk, tmp_path, write):
    path = tmp_path / "network.pt"
    path.write_bytes(b"old")
    with pytest.raises(NotWritten, match="cannot be written"):
        write_with(path, write)
    assert [item.name for item in tmp_path.iterdir()] == ["network.pt"]
    assert path.read_bytes() == b"old"
