"""What a decoder says goes through the pipe as text and fields, and can do nothing to the program."""

from __future__ import annotations

import json

import pytest

from desktop.imaging.decoding.protocol import LONGEST_REASON, pack_reason, unpack_reason
from desktop.messages import message


def test_a_reason_comes_through_whole():
    reason = message("the {family} image has {bits} bits", family="JPEG-LS", bits=12)
    assert unpack_reason(pack_reason(reason)) == reason


def test_long_and_odd_fields_are_shortened_and_cleaned():
    content = pack_reason(message("{error}", error="ü\x1b[31m" + "\U0001f600" * 10_000))
    assert len(content) < LONGEST_REASON
    assert str(unpack_reason(content)).isprintable()


@pytest.mark.parametrize(
    "found",
    [
        {"text": "{a.__class__}", "fields": {"a": "x"}},
        {"text": "{a[0]}", "fields": {"a": "x"}},
        {"text": "{a:999999999}", "fields": {"a": "x"}},
        {"text": "{a!r:>{b}}", "fields": {"a": "x", "b": 10**9}},
        {"text": "{}", "fields": {}},
        {"text": "{b}", "fields": {"a": "x"}},
        {"text": "{a", "fields": {"a": "x"}},
        {"text": 7, "fields": {}},
        {"text": "a", "fields": [1]},
        {"text": "{a}", "fields": {"a": ["x"]}},
        {"fields": {}},
        [],
    ],
    ids=str,
)
def test_what_is_no_reason_is_refused(found):
    with pytest.raises(ValueError):  # noqa: PT011 - one kind for all
        unpack_reason(json.dumps(found).encode())


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[" * 4000], ids=["empty", "bytes", "deep"])
def test_what_is_no_json_is_refused(content):
    with pytest.raises(ValueError):  # noqa: PT011
        unpack_reason(content)
