"""What the application wants of a Linux, and that the build stops where it is more than promised."""

from __future__ import annotations

import _heapq
import cmath
import importlib
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="ELF files are of Linux")

LIBRARIES = [
    *(Path(sys.base_prefix) / "lib").glob("libpython3.*.so.1.0"),
    *([Path(cmath.__file__)] if hasattr(cmath, "__file__") else []),
]
"""Of this Python: what asks for `hypot`."""


@pytest.fixture
def floor(scripts):
    pytest.importorskip("elftools")
    return importlib.import_module("floor")


@pytest.fixture
def tree(tmp_path):
    """A folder with a program that wants the system's C library, and a link to it."""
    shutil.copy("/usr/bin/true", tmp_path / "program")
    (tmp_path / "link").symlink_to("program")
    (tmp_path / "text").write_text("no program")
    return tmp_path


def test_what_a_program_wants_is_read(floor, tree):
    elf = importlib.import_module("elf")
    (file,) = elf.elf_files(tree)
    assert file.path == tree / "program"
    assert "libc.so.6" in file.needed
    assert {wanted.family for wanted in file.wanted} == {"GLIBC"}
    assert "libc.so.6" in elf.outside([file], tree)
    (tree / "libc.so.6").touch()
    assert "libc.so.6" not in elf.outside([file], tree)


@pytest.mark.skipif(shutil.which("readelf") is None, reason="readelf is not installed")
def test_no_library_looks_for_others_where_it_was_built(floor, tmp_path):
    elf = importlib.import_module("elf")

    def paths() -> list[str]:
        found = subprocess.run(["readelf", "-d", library], capture_output=True, text=True, check=True).stdout
        return re.findall(r"R(?:UN)?PATH\).*\[(.*)\]", found)

    built = getattr(_heapq, "__file__", sys.executable)  # in some Pythons it is a part of the program
    library = tmp_path / Path(built).name
    shutil.copy(built, library)
    if not paths():
        pytest.skip("this Python's libraries look nowhere")
    elf.forget_search_paths(tmp_path)
    assert paths() == [""]


def test_a_program_above_the_floor_stops_the_build_and_is_named(floor, tree, monkeypatch):
    floor.check_floor(tree)
    monkeypatch.setitem(floor.FLOOR, "GLIBC", (2, 1))
    with pytest.raises(SystemExit, match=r"newer than GLIBC 2\.1(.|\n)*program: GLIBC 2\.[0-9.]+ of libc\.so\.6"):
        floor.check_floor(tree)


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the older version is of x86_64")
@pytest.mark.parametrize("own", LIBRARIES, ids=lambda own: own.name.partition(".")[0])
def test_a_python_of_a_newer_system_is_brought_to_the_floor(floor, own, tmp_path):
    library = tmp_path / own.name
    shutil.copyfile(own, library)
    if not floor.lower_hypot(library):
        pytest.skip("this Python asks for no newer hypot")
    floor.check_floor(tmp_path)
    assert not floor.lower_hypot(library)
    # The loader takes it, and the function is found.
    code = f"import ctypes; ctypes.CDLL({str(library)!r}, mode=2); print('loaded')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "loaded\n"


def test_nothing_else_of_the_newer_version_is_lowered(floor, tmp_path, monkeypatch):
    library = next((path for path in LIBRARIES), None)
    if library is None:
        pytest.skip("this Python has no library of its own")
    monkeypatch.setattr(floor, "_HYPOT", {"hypotf"})
    copy = tmp_path / library.name
    shutil.copyfile(library, copy)
    with pytest.raises(SystemExit, match=r"wants hypot of GLIBC_2\.35"):
        assert floor.lower_hypot(copy) is None, "it does not want it"


def test_what_is_promised_is_what_is_checked(floor, root):
    promised = f"glibc {'.'.join(map(str, floor.FLOOR['GLIBC']))}"
    assert promised in (root / "docs/installing.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["libstdc++.so.6", "libcrypto.so.3", "libexpat.so.1", "libX11.so.6"])
def test_what_raises_the_floor_or_clashes_is_left_to_the_system(contents, name):
    assert contents.is_left_to_the_system(name)


@pytest.mark.parametrize(
    "name",
    [
        "python_gdcm.libs/libcrypto-5409cd36.so.1.1.1k",
        "libxcb-cursor.so.0",
        "libz.so.1",
        "PySide6/Qt/lib/libQt6Core.so.6",
        "libpng16.dll",
    ],
)
def test_what_a_desktop_may_lack_or_a_wheel_brings_is_kept(contents, name):
    assert not contents.is_left_to_the_system(name)
