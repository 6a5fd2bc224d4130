"""Pixel formats, programs that stand in for a decoder, and what is left of a pool."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

import desktop
from desktop.imaging.decoding import DecoderPool
from desktop.imaging.pixels import PixelFormat

ROOT = Path(desktop.__path__[0]).parent

_STAND_IN = """
import ctypes, mmap, os, signal, sys, time
sys.path.insert(0, {root!r})
from desktop.imaging.decoding import codecs, worker
from desktop.imaging.decoding.failure import DecodingFailed
from desktop.messages import verbatim

worker._LAST_RESORT_S = 0.2
kept = []

def eat(make):
    while True:
        kept.append(make(2**22))

def shared(size):
    memory = mmap.mmap(-1, size)
    memory.write(b"x" * size)
    return memory

def spin():
    while True:
        pass

def heavy():
    named = {{name.split(".")[0] for name in sys.modules}}
    tells("heavy:" + ",".join(named & {{"PySide6", "onnxruntime", "pydicom", "psutil", "PIL"}}))

def panic():
    raise BaseException("as Rust does")

def prints():
    os.write(1, b"noise on stdout" * 1000)
    os.write(2, b"noise on stderr" * 1000)
    tells("printed")

def tells(text):
    raise DecodingFailed(verbatim(text))

DO = {{
    b"abort": os.abort,
    b"segv": lambda: ctypes.string_at(0),
    b"exit": lambda: os._exit(7),
    b"sleep": lambda: time.sleep(1000),
    b"spin": spin,
    b"hold": lambda: ctypes.PyDLL(None).sleep(1000),  # as native code that does not let go of Python
    b"eat": lambda: eat(bytearray),
    b"eat shared": lambda: eat(shared),
    b"heavy": heavy,
    b"panic": panic,
    b"print": prints,
    b"long": lambda: tells("x" * 10000),
    b"odd": lambda: tells("line\\n\\x1b[31mred"),
    b"limits": lambda: tells(",".join(os.environ.get(n, "") for n in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"))),
}}

def decode(frame, layout, remarks):
    return DO.get(frame, lambda: codecs.decode(frame, layout, remarks))()

codecs.load()
worker.serve(decode)
"""


@pytest.fixture(scope="session")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """A real worker whose decoder does what the frame says: b"abort", b"sleep", and so on; others it decodes."""
    script = tmp_path_factory.mktemp("stand-in") / "decoder.py"
    script.write_text(_STAND_IN.format(root=str(ROOT)), encoding="utf-8")
    return [sys.executable, str(script)]


@pytest.fixture(scope="module")
def pool() -> Iterator[DecoderPool]:
    """The decoders as they ship."""
    with DecoderPool(2) as pool:
        yield pool


@pytest.fixture(scope="session")
def form() -> Callable[..., PixelFormat]:
    """A function that describes the pixels of an array in a transfer syntax."""
    return _form


def _form(syntax: str, values: np.ndarray, bits_stored: int | None = None, **changes: Any) -> PixelFormat:
    stored = bits_stored or 8 * values.itemsize
    fields = {
        "transfer_syntax": syntax,
        "rows": values.shape[0],
        "columns": values.shape[1],
        "bits_allocated": 8 * values.itemsize,
        "bits_stored": stored,
        "high_bit": stored - 1,
        "signed": values.dtype.kind == "i",
        "slope": 1.0,
        "intercept": 0.0,
        "padding": None,
    }
    return PixelFormat(**fields | changes)


@pytest.fixture(scope="session")
def picture() -> Callable[..., np.ndarray]:
    """A function that draws a smooth, noisy picture over all values of so many bits."""
    return _picture


def _picture(bits: int, signed: bool = False, dtype: str | None = None, rows: int = 40, columns: int = 56) -> Any:
    row, column = np.mgrid[:rows, :columns]
    wave = 0.5 + 0.45 * np.sin(column / 9) * np.cos(row / 7)
    wave += np.random.default_rng(bits).normal(0, 0.01, wave.shape)
    values = (wave * (2**bits - 1)).clip(0, 2**bits - 1).astype(int)
    values[0, :2] = 0, 2**bits - 1
    kind = dtype or f"<{'i' if signed else 'u'}{1 if bits <= 8 else 2}"
    return (values - (2 ** (bits - 1) if signed else 0)).astype(kind)


@pytest.fixture(scope="session")
def workers() -> Callable[[], list[psutil.Process]]:
    """A function that lists this process's children."""
    return lambda: psutil.Process().children(recursive=True)


@pytest.fixture(scope="session")
def watchdogs() -> Callable[[], int]:
    """A function that counts the pools' threads."""
    return lambda: sum(thread.name == "decoder watchdog" for thread in threading.enumerate())
