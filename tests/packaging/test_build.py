"""The build's proof must not pass an application that is not sound; the build itself runs in .ci/run."""

from __future__ import annotations

import importlib
import json
import sys
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

import pytest

from desktop.commands.installed import SUMS_FILE, read_sums


def selftest(**statuses: str) -> str:
    return json.dumps({"checks": [{"name": name, "status": x, "message": "Why."} for name, x in statuses.items()]})


def test_a_selftest_that_passes_is_accepted(build):
    build.check_selftest(selftest(bundle="pass", window="pass"))


@pytest.mark.parametrize("status", ["warn", "fail"])
def test_every_check_must_pass(build, status):
    with pytest.raises(SystemExit, match=r"window: Why\."):
        build.check_selftest(selftest(bundle="pass", window=status))


@pytest.mark.parametrize("text", ["", "Failed to load libcublas.so.13\n{}", '{"checks": []}'])
def test_nothing_but_the_json_object_is_accepted(build, text):
    with pytest.raises(SystemExit):
        build.check_selftest(text)


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in program is a shell script")
class TestProgram:
    """A shell script stands in for the frozen program."""

    def program(self, folder: Path, script: str) -> Path:
        path = folder / "program"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    def test_it_runs_as_a_stranger_in_another_folder(self, build, tmp_path, monkeypatch):
        for name in ("DISPLAY", "LD_LIBRARY_PATH", "PYTHONPATH", "VIRTUAL_ENV"):
            monkeypatch.setenv(name, "mine")
        output = build.run(self.program(tmp_path, "pwd; env"), [], tmp_path, {"QT_QPA_PLATFORM": "offscreen"})
        assert output.splitlines()[0] == str(tmp_path)
        assert "QT_QPA_PLATFORM=offscreen" in output
        assert "mine" not in output

    @pytest.mark.parametrize("script", ["exit 3", "echo careful >&2"])
    def test_a_failure_or_a_word_on_stderr_ends_the_build(self, build, tmp_path, script):
        with pytest.raises(SystemExit, match=r"`program demo` ended with"):
            build.run(self.program(tmp_path, script), ["demo"], tmp_path, {})

    def test_a_window_that_stays_is_accepted(self, build, tmp_path, monkeypatch):
        monkeypatch.setattr(build, "_WINDOW_S", 0.2)
        remark = "This plugin does not support propagateSizeHints()"
        build.open_window(self.program(tmp_path, f"echo '{remark}' >&2; exec sleep 30"), [], tmp_path)

    @pytest.mark.parametrize("script", ["exit 0", "echo lost >&2; exec sleep 30"])
    def test_a_window_that_ends_or_complains_is_not(self, build, tmp_path, monkeypatch, script):
        monkeypatch.setattr(build, "_WINDOW_S", 0.5)
        with pytest.raises(SystemExit, match="The window of"):
            build.open_window(self.program(tmp_path, script), [], tmp_path)


def test_the_sums_are_those_that_the_self_test_reads(build, tmp_path):
    (tmp_path / "_internal").mkdir()
    (tmp_path / "clivus").write_bytes(b"program")
    (tmp_path / "_internal" / "lib.so").symlink_to("../clivus")
    build.write_sums(tmp_path)
    assert build.SUMS_FILE == SUMS_FILE
    files = read_sums(tmp_path)
    assert {file.path.name for file in files} == {"clivus", "lib.so"}
    assert all(file.sound for file in files)


def test_spec_and_hooks_are_python(root):
    scripts = [root / "packaging" / "clivus.spec", *sorted((root / "packaging" / "hooks").glob("hook-*.py"))]
    assert len(scripts) > 3
    for script in scripts:
        compile(script.read_text(encoding="utf-8"), str(script), "exec")


def test_packaging_is_no_package_of_ours(root):
    assert not (root / "packaging" / "__init__.py").exists()


def test_the_wheel_has_every_room_and_the_bundle(root):
    try:
        installed = {str(file) for file in files("clivus") or ()}
    except PackageNotFoundError:
        pytest.skip("Clivus is not installed")
    if "desktop/cli.py" not in installed:
        pytest.skip("Clivus is installed in place: there is no wheel to look into")
    sources = {
        str(file.relative_to(root).as_posix())
        for room in ("desktop", "training", "onnx_models")
        for pattern in ("**/*.py", "**/py.typed", "*/*.onnx", "*/*.json", "*/*.md", "*/*.npz")
        for file in (root / room).glob(pattern)
    }
    assert sources <= installed


def test_two_builds_are_compared_file_by_file(build, tmp_path):
    compare = importlib.import_module("compare")
    for name, contents in {"before": "a1 b2 c3", "now": "a1 b4 d3"}.items():
        (tmp_path / name).mkdir()
        for file, content in contents.split():
            (tmp_path / name / file).write_text(content)
        build.write_sums(tmp_path / name)
    before, now = (compare.sums_of(tmp_path / name) for name in ("before", "now"))
    assert compare.differences(before, now) == ["b: other content", "c: only before", "d: only now"]
    assert not compare.differences(now, now)
    with pytest.raises(SystemExit, match="SHA256SUMS is missing: --compare takes"):
        compare.sums_of(tmp_path)
