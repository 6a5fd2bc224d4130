"""The decoders' self-check must see a wrong value and a missing decoder."""

import base64

from pydicom.uid import JPEGLosslessSV1, RLELossless

from desktop.imaging import decoders


def test_all_decoders_of_this_installation_are_right():
    assert [check.status for check in decoders.check_decoders()] == ["pass"] * 4


def test_wrong_values_and_broken_frames_fail(monkeypatch):
    frame = base64.b64decode(dict(decoders._FRAMES)[RLELossless])
    changed = bytearray(frame)
    changed[101] ^= 1  # a pixel, not a length
    monkeypatch.setattr(
        decoders,
        "_FRAMES",
        ((RLELossless, base64.b64encode(bytes(changed))), (JPEGLosslessSV1, base64.b64encode(frame))),
    )
    wrong, broken = decoders.check_decoders()
    assert (wrong.status, wrong.measured) == ("fail", "wrong values")
    assert broken.status == "fail"
    assert "install Clivus again" in broken.message
