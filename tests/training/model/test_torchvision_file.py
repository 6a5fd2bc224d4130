"""torchvision's own file: found, fetched, or asked for in one sentence."""

from __future__ import annotations

import hashlib
import io
from http.client import IncompleteRead
from pathlib import Path
from urllib.error import URLError

import pytest
import torch

import training.model.torchvision_file
from desktop.errors import ClivusError
from desktop.unwritten import NotWritten
from training.model.network import ARCHITECTURE
from training.model.torchvision_file import torchvision_file


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where torchvision's first file belongs, in a cache that is empty."""
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "cache"))
    return tmp_path / "cache" / "checkpoints" / "resnet50-0676ba61.pth"


def answer_with(monkeypatch: pytest.MonkeyPatch, answer: bytes | Exception) -> None:
    def answered(url: str, timeout: float) -> io.BytesIO:
        assert url.startswith("https://download.pytorch.org/models/resnet50-")
        assert timeout < 60
        if isinstance(answer, Exception):
            raise answer
        return io.BytesIO(answer)

    monkeypatch.setattr(training.model.torchvision_file, "urlopen", answered)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (URLError("no route to host"), "no route to host"),
        (TimeoutError("timed out"), "timed out"),
        (IncompleteRead(b"half"), "IncompleteRead"),
        (b"a page that asks to log in", "what came is another file"),
    ],
)
def test_without_a_connection_the_file_and_its_place_are_named(place, monkeypatch, answer, reason):
    answer_with(monkeypatch, answer)
    with pytest.raises(ClivusError) as refusal:
        torchvision_file("imagenet")
    sentence = str(refusal.value)
    assert "\n" not in sentence
    for part in (reason, "/resnet50-0676ba61.pth", "98 MB", ARCHITECTURE.imagenet["imagenet"][1], str(place)):
        assert part in sentence
    assert not place.parent.exists()


def test_what_was_fetched_is_kept(place, monkeypatch):
    content = b"weights"
    weights, _ = ARCHITECTURE.imagenet["imagenet"]
    monkeypatch.setitem(ARCHITECTURE.imagenet, "imagenet", (weights, hashlib.sha256(content).hexdigest()))
    answer_with(monkeypatch, content)
    assert torchvision_file("imagenet") == place
    answer_with(monkeypatch, AssertionError("it is there already"))
    assert torchvision_file("imagenet").read_bytes() == content


def test_a_cache_that_cannot_be_written_is_said(place, monkeypatch):
    weights, _ = ARCHITECTURE.imagenet["imagenet"]
    monkeypatch.setitem(ARCHITECTURE.imagenet, "imagenet", (weights, hashlib.sha256(b"weights").hexdigest()))
    answer_with(monkeypatch, b"weights")
    place.parent.parent.write_bytes(b"not a folder")
    with pytest.raises(NotWritten):
        torchvision_file("imagenet")


@pytest.mark.parametrize("word", list(ARCHITECTURE.imagenet))
def test_torchvision_names_files_by_their_sum(word):
    weights, sha256 = ARCHITECTURE.imagenet[word]
    assert len(sha256) == 64
    assert sha256.startswith(Path(str(weights.url)).stem.rpartition("-")[2])
