"""The self-check must see a wrong value and a missing decoder."""

import base64

import numpy as np

from desktop.imaging.decoding import SYNTAXES, selfcheck
from desktop.imaging.decoding.known_frames import KNOWN_FRAMES


def test_all_decoders_of_this_installation_are_right():
    checks = selfcheck.check_decoders()
    assert [(check.status, check.measured, check.message) for check in checks] == [
        ("pass", "right values", "Decodes.")
    ] * len(SYNTAXES)
    assert {frame.transfer_syntax for frame in KNOWN_FRAMES} == set(SYNTAXES)


def test_wrong_values_and_broken_frames_fail(monkeypatch):
    rle = KNOWN_FRAMES[-1]
    changed = bytearray(rle.compressed)
    changed[101] ^= 1  # a pixel, not a length
    frames = (
        rle._replace(encoded=base64.b64encode(changed).decode()),
        rle._replace(transfer_syntax="1.2.840.10008.1.2.4.70"),
    )
    monkeypatch.setattr(selfcheck, "KNOWN_FRAMES", frames)
    wrong, broken = selfcheck.check_decoders()
    assert (wrong.status, wrong.measured, wrong.required) == ("fail", "wrong values", "right values")
    assert (broken.status, broken.measured) == ("fail", "the picture inside is no JPEG Lossless picture")
    assert "install Clivus again" in broken.message


def test_a_missing_decoder_fails_and_the_others_do_not(monkeypatch, tmp_path):
    """As on a computer where a package is broken."""
    for name in ("gdcm", "rle"):
        (tmp_path / f"{name}.py").write_text("raise ImportError('its library is missing')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    failed = {check.name: check for check in selfcheck.check_decoders() if check.status == "fail"}
    assert len(failed) == 7
    assert failed["decoder RLE Lossless"].measured == (
        "the decoder for RLE is missing in this installation (its library is missing)"
    )


def test_lossy_frames_have_a_tolerance_and_lossless_ones_none():
    assert {frame.transfer_syntax[-2:] for frame in KNOWN_FRAMES if frame.tolerance} == {"50", "51", "81", "91", "03"}
    assert all(np.ptp(frame.values) > 100 * frame.tolerance for frame in KNOWN_FRAMES)
