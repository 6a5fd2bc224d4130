"""One small frame in each compressed transfer syntax, with its values.

Made with imagecodecs (JPEG, JPEG-LS, JPEG 2000, HTJ2K) and pylibjpeg-rle. Only the RLE decoder is the one that Clivus
uses.
"""

from __future__ import annotations

import base64
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

_ROW, _COLUMN = np.mgrid[:8, :8]
_RAMP_8 = (10 * _COLUMN + 20 * _ROW + 20).astype("<u1")
_RAMP_12 = (170 * _COLUMN + 330 * _ROW + 50).astype("<u2")
_RAMP_16 = (97 * _COLUMN - 331 * _ROW - 100).astype("<i2")


class KnownFrame(NamedTuple):
    """A compressed frame.

    Attributes:
        transfer_syntax: its UID.
        bits_stored: bits of a value.
        values: [rows, columns] the stored values.
        tolerance: largest difference of a correct decoder; 0 for lossless syntaxes.
        encoded: the frame in base64.
    """

    transfer_syntax: str
    bits_stored: int
    values: npt.NDArray[Any]
    tolerance: int
    encoded: str

    @property
    def compressed(self) -> bytes:
        """The frame."""
        return base64.b64decode(self.encoded)


_HTJ2K = (
    "/0//UQApQAAAAAAIAAAACAAAAAAAAAAAAAAACAAAAAgAAAAAAAAAAAABjwEB/1AACAACAAAACv9SAAwAAgABAAUEBEAB/1wAEyCI"
    "kJCQkJCQkJCQkJCQiIiI/2QAFwABT3BlbkpQSCBWZXIgMC4yNi4zLv+QAAoAAAAAAFoAAf+TwAAm8fwCh3QAAADAABLAABMAdAIH"
    "dADL+wMHdADAABNAABOAsrIBgnQA0Y3uAKNUAMAAKmAAFWBAIBD4qnECdQCVVqpU6cBCAey2AP/Z"
)

KNOWN_FRAMES = (
    KnownFrame(
        "1.2.840.10008.1.2.4.50",
        8,
        _RAMP_8,
        2,
        (
            "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAEBAQEBAQEBAQEBAQEBAQIBAQEBAQIBAQECAgICAgICAgIDAwQDAwMDAwICAwQDAwQE"
            "BAQEAgMFBQQEBQQEBAT/wAALCAAIAAgBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUF"
            "BAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVW"
            "V1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi"
            "4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/AMf9kn/gkl/yDP8Aimf7n/Lp9Pav/9k="
        ),
    ),
    KnownFrame(
        "1.2.840.10008.1.2.4.51",
        12,
        _RAMP_12,
        4,
        (
            "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAEBAQEBAQEBAQEBAQEBAQIBAQEBAQIBAQECAgICAgICAgIDAwQDAwMDAwICAwQDAwQE"
            "BAQEAgMFBQQEBQQEBAT/wQALDAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAC//EABwQAAAGAwAAAAAAAAAAAAAAAAAMDSo5"
            "SFZldP/aAAgBAQAAPwAD8nypEFF22Kw6ofHrx//Z"
        ),
    ),
    KnownFrame(
        "1.2.840.10008.1.2.4.57",
        16,
        _RAMP_16,
        0,
        (
            "/9j/4AAQSkZJRgABAQAAAQABAAD/wwALEAAIAAgBAREA/8QAFgABAQEAAAAAAAAAAAAAAAAABw8J/9oACAEBAAcAAL/OMLCwsLCw"
            "sOWgVf4u/wAXf4u/xYUFZaBQUFBV/i7/ABd/i8tAoKCgoKCgrLQKCgoKCgoKy0CgoKCgoKCstAoKCgoKCgrLQKCgoKCgoK//2Q=="
        ),
    ),
    KnownFrame(
        "1.2.840.10008.1.2.4.70",
        16,
        _RAMP_16,
        0,
        (
            "/9j/4AAQSkZJRgABAQAAAQABAAD/wwALEAAIAAgBAREA/8QAFgABAQEAAAAAAAAAAAAAAAAABwkP/9oACAEBAAEAAN/nGFhYWFhY"
            "WGWjCwsLCwsLDLRhYWFhYWFhlowsLCwsLCwy0YWFhYWFhYZaMLCwsLCwsMtGFhYWFhYWGWjCwsLCwsLD/9k="
        ),
    ),
    KnownFrame(
        "1.2.840.10008.1.2.4.80",
        16,
        _RAMP_16,
        0,
        (
            "/9j/6AAgU1BJRkYAAgAAAQAAAAgAAAAIChAGAQAAASwAAAEs/+gACAAAAAH/2P/3AAsQAAgACAEBEQD/+AANAf//ABIAQwEUAED/"
            "2gAIAQEAAAAATGmDL+YMv69ruudKwA0rMKYFfQAgBpOAIAgEAaRryYSj4BAIBAQEBACjYCAgICAgQAouBAgQIECAKJgQIECBAgCh"
            "4ECBBBBAAP/Z"
        ),
    ),
    KnownFrame(
        "1.2.840.10008.1.2.4.81",
        12,
        _RAMP_12,
        2,
        (
            "/9j/6AAgU1BJRkYAAgAAAQAAAAgAAAAIChAGAQAAASwAAAEs/+gACAAAAAH/2P/3AAsQAAgACAEBEQD/+AANAf//ABgATQEiAED/"
            "2gAIAQEAAgAAROh0Oh4eDh4OEomJhYmEhUTCISAhICAgYmE/IH79++YiC/fPnz18wkJ69evHrxhILx47eO3ZCQXbp26dOiEA/9k="
        ),
    ),
    KnownFrame(
        "1.2.840.10008.1.2.4.90",
        16,
        _RAMP_16,
        0,
        (
            "/0//UQApAAAAAAAIAAAACAAAAAAAAAAAAAAACAAAAAgAAAAAAAAAAAABjwEB/1IADAAAAAEAAAQEAAH/XAAEQID/ZAAlAAFDcmVh"
            "dGVkIGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjT/kAAKAAAAAABtAAH/k8H+FsA8Umx5MKgB1FtYBcCte1QoUKrMAZQgd3Nb63LR"
            "Jfgtg1ul4jDSVVS31GH84eRzfN9sMaeulLh/8rBI1bIaDJuxvJjMe469N51mBKqqzBSfQkDXLuPfiJxE4icP/9k="
        ),
    ),
    KnownFrame(
        "1.2.840.10008.1.2.4.91",
        12,
        _RAMP_12,
        16,
        (
            "/0//UQApAAAAAAAIAAAACAAAAAAAAAAAAAAACAAAAAgAAAAAAAAAAAABCwEB/1IADQECAAEAAAQEAACI/1wABUJgAP9kACUAAUNy"
            "ZWF0ZWQgYnkgT3BlbkpQRUcgdmVyc2lvbiAyLjUuNP+QAAoAAAAAAEsAAf+Tz7joER3woPX/RMIiNDcU7lXEV1G5hyeTs41iTLPY"
            "PmqSdwFG2tTqZiUDnVmAe+mh7ntnb0UdAXZfEaITZv/Z"
        ),
    ),
    KnownFrame(
        "1.2.840.10008.1.2.4.201",
        16,
        _RAMP_16,
        0,
        _HTJ2K,
    ),
    KnownFrame(
        "1.2.840.10008.1.2.4.202",
        16,
        _RAMP_16,
        0,
        _HTJ2K,
    ),
    KnownFrame(
        "1.2.840.10008.1.2.4.203",
        12,
        _RAMP_12,
        4,
        (
            "/0//UQApQAAAAAAIAAAACAAAAAAAAAAAAAAACAAAAAgAAAAAAAAAAAABDwEB/1AACAACAAAAKv9SAAwAAgABAAUEBEAA/1wAIyK3"
            "GLbqtuq2vK8ArwCu4qdMp0ynZJADkAOQRpfSl9KXYf9kABcAAU9wZW5KUEggVmVyIDAuMjYuMy7/kAAKAAAAAAB5AAH/k8AAATgn"
            "luAIB3QAAADAAATQAAEwyvMDh3QAbuYEB3QAwAAVMAAFUBRQIJFEAUK0ACjgDgpw5wGGtADAABacAAFrAFKpp8ekiVTa02Ni8gyS"
            "wxKbdwCkJBLpjo93+HjHxx0fAhAKboAAajkA/9k="
        ),
    ),
    KnownFrame(
        "1.2.840.10008.1.2.5",
        16,
        _RAMP_16,
        0,
        (
            "AgAAAEAAAAB6AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAP///wD+AQAC//7+"
            "//4A/v3+/v//APv+/P/9//7/+v77//wA/f75//r++wD3/vj/+f/6//b/9/74APkHnP1evyCB4kMHUbITdNU2l/gHBmfIKYrrTK0H"
            "uxx93j+gAWIHcNEyk/RVthcHJYbnSKkKa8wH2juc/V6/IIEHj/BRshN01TY="
        ),
    ),
)
