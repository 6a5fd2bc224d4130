"""The application for macOS, as far as it can be looked at without a Mac; its disk image needs one."""

from __future__ import annotations

import importlib
import plistlib
import subprocess
import sys

import pytest
from PIL import Image


@pytest.mark.skipif(sys.platform == "win32", reason="begun by a script of sh")
def test_it_says_what_it_is_and_its_script_begins_the_program(scripts, release, tmp_path):
    folder = tmp_path / "Zoë Ünal"
    folder.mkdir()
    application = importlib.import_module("macos.disk_image").make_application(release, folder)
    assert [path.name for path in folder.iterdir()] == ["Clivus.app"]
    about = plistlib.loads((application / "Contents/Info.plist").read_bytes())
    assert (about["CFBundleShortVersionString"], about["CFBundleLocalizations"]) == ("0.2.0", ["en", "ja", "zh_CN"])
    with Image.open(application / "Contents/Resources" / about["CFBundleIconFile"]) as icon:
        assert icon.format == "ICNS"
    program = application / "Contents/Resources/clivus/clivus"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$0" "$@"\n')
    launcher = application / "Contents/MacOS" / about["CFBundleExecutable"]
    said = subprocess.run([launcher, "a b"], capture_output=True, text=True, check=True, cwd="/").stdout.splitlines()
    assert program.samefile(said[0])
    assert said[1:] == ["a b"]
