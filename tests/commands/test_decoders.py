"""The self-check must see a wrong value and a missing decoder."""

import base64
import sys

import numpy as np
import pytest

from desktop import temporary_room
from desktop.commands import decoders
from desktop.imaging.decoding import SYNTAXES
from desktop.imaging.decoding.known_frames import KNOWN_FRAMES


def test_all_decoders_of_this_installation_are_right():
    checks = decoders.check_decoders()
    assert [(check.status, str(check.measured), str(check.message)) for check in checks] == [
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
    monkeypatch.setattr(decoders, "KNOWN_FRAMES", frames)
    wrong, broken = decoders.check_decoders()
    assert (wrong.status, str(wrong.measured), str(wrong.required)) == ("fail", "wrong values", "right values")
    assert (broken.status, str(broken.measured)) == ("fail", "the image inside is not a JPEG Lossless image")
    assert "install Clivus again" in str(broken.message)


def test_a_missing_decoder_fails_and_the_others_do_not(monkeypatch, tmp_path):
    """As on a computer where a package is broken."""
    for name in ("gdcm", "rle"):
        (tmp_path / f"{name}.py").write_text("raise ImportError('its library is missing')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    failed = {check.name: check for check in decoders.check_decoders() if check.status == "fail"}
    assert len(failed) == 7
    assert str(failed["decoder RLE Lossless"].measured) == (
        "the decoder for RLE is missing in this installation (its library is missing)"
    )


def test_a_decoder_that_crashes_when_it_is_loaded_is_no_advice_to_run_the_self_test(monkeypatch, tmp_path):
    (tmp_path / "gdcm.py").write_text("import os\nos.abort()")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    checks = decoders.check_decoders()
    assert {check.status for check in checks} == {"fail"}
    for check in checks:
        assert str(check.message).endswith("cannot be read: install Clivus again.")


def test_lossy_frames_have_a_tolerance_and_lossless_ones_none():
    assert {frame.transfer_syntax[-2:] for frame in KNOWN_FRAMES if frame.tolerance} == {"50", "51", "81", "91", "03"}
    assert all(np.ptp(frame.values) > 100 * frame.tolerance for frame in KNOWN_FRAMES)


def no_room(**_: object):
    raise OSError(28, "No room")


@pytest.mark.skipif(sys.platform == "win32", reason="files in memory are Linux's")
def test_without_room_for_temporary_files_decoders_work_or_name_the_cause(monkeypatch, tmp_path):
    """A full disk made every decoder fail, and the advice was to install Clivus or to export the series again."""
    full = "def full(**_):\n    raise OSError(28, 'No space left on device')\n"
    (tmp_path / "sitecustomize.py").write_text(f"import os, tempfile\n{full}tempfile.TemporaryFile = full\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    if sys.platform == "linux":
        assert {check.status for check in decoders.check_decoders()} == {"pass"}
    with (tmp_path / "sitecustomize.py").open("a") as file:
        file.write("def none(*_):\n    raise OSError(1, 'forbidden')\nos.memfd_create = none\n")
    monkeypatch.setattr(
        temporary_room.tempfile, "TemporaryFile", lambda **_: (_ for _ in ()).throw(OSError(28, "No room"))
    )
    for check in decoders.check_decoders():
        assert check.status == "fail"
        assert "the temporary folder /tmp cannot be written to (No room)" in str(check.measured)
        assert str(check.message).endswith("cannot be read: make room there, or name another folder in TMPDIR.")
