"""The protocol between the program and a worker, over two pipes.

Fixed structures and raw bytes, and nothing that is unpickled: a worker reads untrusted files and may be controlled by
one when it answers. All numbers are little endian.

The worker sends HELLO when it is ready. Each request is a REQUEST followed by the compressed frame. Each answer is an
ANSWER followed by as many bytes as it states: after DONE the stored values, after REFUSED the reason in JSON, after
MEMORY none.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from string import Formatter
from typing import NamedTuple

from desktop.messages import Message

HELLO = b"clivus-decoder-1"

ANSWER = struct.Struct("<BI")
"""Outcome, number of bytes that follow."""

DONE, REFUSED, MEMORY = range(3)

LONGEST_REASON = 4000
"""Bytes."""

_LONGEST_FIELD = 100

_REQUEST = struct.Struct("<64sIIBBB?IQd")


class Layout(NamedTuple):
    """The expected format of the stored values of a frame: the part of a PixelFormat that a decoder needs."""

    transfer_syntax: str
    rows: int
    columns: int
    bits_allocated: int
    bits_stored: int
    high_bit: int
    signed: bool

    @property
    def container(self) -> str:
        """The numpy type of a stored value."""
        return f"<{'i' if self.signed else 'u'}{self.bits_allocated // 8}"

    @property
    def frame_bytes(self) -> int:
        """Bytes of the frame, not compressed."""
        return self.rows * self.columns * self.bits_allocated // 8


@dataclass(frozen=True)
class Request:
    """What precedes a compressed frame.

    Attributes:
        layout: the expected format of the values.
        compressed: bytes of the frame that follow.
        memory: bytes that the worker may use for it.
        seconds: after which the worker ends itself if the program no longer exists.
    """

    layout: Layout
    compressed: int
    memory: int
    seconds: float

    size = _REQUEST.size

    def pack(self) -> bytes:
        """The request as bytes."""
        uid, *numbers = self.layout
        return _REQUEST.pack(str(uid).encode("ascii"), *numbers, self.compressed, self.memory, self.seconds)

    @classmethod
    def unpack(cls, message: bytes) -> Request:
        """The inverse of `pack`."""
        uid, *numbers, compressed, memory, seconds = _REQUEST.unpack(message)
        return cls(Layout(uid.rstrip(b"\0").decode("ascii"), *numbers), compressed, memory, seconds)


def pack_reason(reason: Message) -> bytes:
    """A reason as bytes: its text and fields, so that the program can translate it."""
    fields = {
        name: value if isinstance(value, int) else str(value)[:_LONGEST_FIELD] for name, value in reason.fields.items()
    }
    return json.dumps({"text": reason.text, "fields": fields}, ensure_ascii=False).encode("utf-8", "replace")


def unpack_reason(content: bytes) -> Message:
    """The inverse of `pack_reason`. A text with anything but plain fields could do harm and is not formatted.

    Raises:
        ValueError: it is not a reason.
    """
    try:
        found = json.loads(content)
        text, fields = found["text"], found["fields"]
        plain = {name: value if isinstance(value, int) else _printable(value) for name, value in fields.items()}
        for _, name, form, conversion in Formatter().parse(text):
            if name is not None and (name not in plain or form or conversion):
                raise ValueError(name)
    except (TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError from error
    return Message(_printable(text), plain)


def _printable(text: object) -> str:
    if not isinstance(text, str):
        raise TypeError
    return "".join(sign if sign.isprintable() else " " for sign in text)
