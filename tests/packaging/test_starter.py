"""The starter of the application on Linux, run by the real shell over a small application.

What it asks stands in a folder of programs that tell what a test wants; a box is shown by one that writes it down.
"""

from __future__ import annotations

import importlib
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="of Linux")

TOOLS = ("readlink", "stat", "cat", "cut", "grep", "sed", "sort", "tr", "head", "date", "fold", "sh", "sleep")
ELSEWHERE = {"DISPLAY": "elsewhere:0"}
"""A screen of another computer: whether it answers, the starter leaves to Clivus."""


class Application:
    """A small one, and the computer on which it is started."""

    def __init__(self, folder: Path, starter) -> None:
        self.folder, self.bin, self.home = folder / "Clivus 1", folder / "bin", folder / "Zoë Ünal"
        self.internal = self.folder / "_internal"
        self.shown, self.loader = self.home / "shown", self.bin / "loader"
        for place in (self.bin, self.home, self.internal / "PySide6/Qt/plugins/platforms", self.internal / "numpy"):
            place.mkdir(parents=True)
        for tool in TOOLS:
            (self.bin / tool).symlink_to(str(shutil.which(tool)))
        self.tool("getconf", "echo 'glibc 2.36'")
        self.tool("loader", "exit 0")
        self.tool("zenity", f"printf '%s\\n' \"$@\" >'{self.shown}'")
        program = self.internal / "clivus"
        program.write_text('#!/bin/sh\nprintf \'%s\\n\' "$$" "$@"\n[ "$1" = wait ] && exec sleep 30\nexit 7\n')
        program.chmod(0o755)
        for name in ("xcb", "wayland", "offscreen"):
            (self.internal / f"PySide6/Qt/plugins/platforms/libq{name}.so").touch()
        (self.internal / "libQt6Gui.so.6").symlink_to("PySide6/Qt/plugins/platforms/libqxcb.so")
        (self.internal / "numpy/a file's name.so").write_bytes(b"whole")
        (self.internal / "empty").touch()
        for name in ("libpython3.11.so.1.0", "base_library.zip"):
            (self.internal / name).write_bytes(b"what Python starts with")
        starter._loader = lambda program: str(self.loader)
        starter.add_starter(self.folder)

    def tool(self, name: str, script: str) -> None:
        """A program of this computer."""
        place = self.bin / name
        place.write_text(f"#!/bin/sh\n{script}\n")
        place.chmod(0o755)

    def lacks(self, *libraries: str) -> None:
        """From now on, the loader does not find these."""
        lines = "".join(f"\t{library} => not found\\n" for library in libraries)
        self.tool("loader", f"printf '{lines}\tlibc.so.6 => /lib/libc.so.6 (0x1)\\n'")

    def environment(self, **variables: str) -> dict[str, str]:
        return {"PATH": str(self.bin), "HOME": str(self.home)} | variables

    def start(self, *arguments: str, by: str = "clivus", **variables: str) -> subprocess.CompletedProcess[str]:
        command = [self.folder / by, *arguments]
        return subprocess.run(
            command, env=self.environment(**variables), capture_output=True, text=True, timeout=30, check=False
        )

    @property
    def box(self) -> str:
        """What a box has shown."""
        return self.shown.read_text(encoding="utf-8") if self.shown.exists() else ""


@pytest.fixture
def application(scripts, monkeypatch, tmp_path) -> Application:
    pytest.importorskip("elftools")
    starter = importlib.import_module("linux.starter")
    monkeypatch.setattr(starter, "_loader", starter._loader)
    return Application(tmp_path, starter)


def refused(done: subprocess.CompletedProcess[str], status: int) -> str:
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (status, "", 1), done
    assert done.stderr.startswith("clivus: ")
    return done.stderr.removeprefix("clivus: ").strip()


@pytest.mark.parametrize("arguments", [(), ("a file.dcm",), ("read", "two words", "*", "", "$HOME")])
def test_what_is_whole_starts_with_its_arguments_and_its_status(application, arguments):
    done = application.start(*arguments, **ELSEWHERE)
    assert (done.returncode, done.stderr, done.stdout.splitlines()[1:]) == (7, "", list(arguments))
    assert not application.box


def test_the_program_takes_the_place_of_the_starter_and_gets_its_signals(application):
    command = [str(application.folder / "clivus"), "wait"]
    with subprocess.Popen(command, env=application.environment(**ELSEWHERE), stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert int(process.stdout.readline()) == process.pid
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == -signal.SIGTERM


def test_it_is_found_through_the_link_of_a_package(application):
    (application.home / "clivus").symlink_to(application.folder / "clivus")
    assert application.start("read", by=str(application.home / "clivus")).returncode == 7
    done = subprocess.run(["sh", "clivus", "read"], cwd=application.folder, env=application.environment(), check=False)
    assert done.returncode == 7


@pytest.mark.parametrize("answer", ["echo 'glibc 2.31'", "echo 'glibc 1.99'", "exit 1"])
@pytest.mark.parametrize("command", ["read", "selftest", "window"])
def test_too_old_a_system(application, answer, command):
    application.tool("getconf", answer)
    said = refused(application.start(command, **ELSEWHERE), 2)
    assert "needs glibc 2.34 or newer" in said
    assert ("here is glibc " in said) is ("glibc" in answer)
    assert (said in application.box) is (command == "window")


@pytest.mark.parametrize("version", ["2.34", "2.41.9000", "3.0"])
def test_a_new_enough_system(application, version):
    application.tool("getconf", f"echo 'glibc {version}'")
    assert application.start("read").returncode == 7


def test_no_screen_is_said_for_a_window_only_and_left_in_a_file(application):
    assert "There is no screen" in refused(application.start(), 2)
    text = (application.home / "clivus-cannot-start.txt").read_text(encoding="utf-8")
    assert "There is no screen" in text
    for arguments in (("read",), ("demo", "--out", "x"), ("selftest",), ("--version",), ("window", "--help")):
        assert application.start(*arguments).returncode == 7


@pytest.mark.parametrize(
    ("screens", "named"),
    [
        ({"DISPLAY": ":987"}, "DISPLAY=:987"),
        ({"DISPLAY": "unix:987.0"}, "DISPLAY=unix:987.0"),
        ({"WAYLAND_DISPLAY": "wayland-9"}, "WAYLAND_DISPLAY=wayland-9"),
        ({"WAYLAND_DISPLAY": "/absent", "DISPLAY": ":987"}, "WAYLAND_DISPLAY=/absent, DISPLAY=:987"),
    ],
)
def test_a_dead_screen_is_named_and_the_file_lies_on_the_desktop(application, screens, named):
    (application.home / "Desktop").mkdir()
    said = refused(application.start("a study", **screens), 2)
    assert f"The screen {named} cannot be reached" in said
    assert not application.box
    assert said in (application.home / "Desktop/clivus-cannot-start.txt").read_text(encoding="utf-8")
    assert application.start("read", **screens).returncode == 7
    assert application.start(QT_QPA_PLATFORM="offscreen", **screens).returncode == 7


def test_a_screen_with_a_socket_is_tried(application):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("\0/tmp/.X11-unix/X987")
        server.listen()
        assert application.start(DISPLAY=":987.0").returncode == 7
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(application.home / "wayland-9"))
        assert application.start(WAYLAND_DISPLAY="wayland-9", XDG_RUNTIME_DIR=str(application.home)).returncode == 7


def test_all_libraries_that_are_missing_are_named_with_their_packages(application):
    application.lacks("libGL.so.1", "libxcb-cursor.so.0", "libX11.so.6", "libstrange.so.5")
    said = refused(application.start(**ELSEWHERE), 2)
    assert "(libGL.so.1, libX11.so.6, libstrange.so.5, libxcb-cursor.so.0)" in said
    assert "apt install libgl1 libx11-6 libxcb-cursor0;" in said
    assert "dnf install libX11 libglvnd-glx xcb-util-cursor)" in said
    assert said in application.box
    assert "--error" in application.box
    assert application.start("read").returncode == application.start("selftest").returncode == 7


def test_one_platform_that_is_whole_is_enough(application):
    application.tool("loader", "case $2 in *libqxcb.so) echo 'libX11.so.6 => not found' ;; esac")
    place = application.home / "wayland-9"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(place))
        assert application.start(WAYLAND_DISPLAY=str(place), **ELSEWHERE).returncode == 7
    assert application.start(**ELSEWHERE).returncode == 2


def test_the_libraries_of_the_application_are_found_in_it(application):
    application.tool("loader", f"echo \"$LD_LIBRARY_PATH $*\" >'{application.shown}'")
    application.start(LD_LIBRARY_PATH="/opt", **ELSEWHERE)
    internal = application.internal
    assert application.box == f"{internal}:/opt --list {internal}/PySide6/Qt/plugins/platforms/libqxcb.so\n"


@pytest.mark.parametrize(
    ("harm", "part"),
    [
        (lambda internal: shutil.rmtree(internal), "clivus"),
        (lambda internal: (internal / "clivus").chmod(0o644), "clivus"),
        (lambda internal: (internal / "SIZES").unlink(), "SIZES"),
        (lambda internal: (internal / "empty").unlink(), "empty"),
        (lambda internal: (internal / "numpy/a file's name.so").write_bytes(b"who"), "numpy/a file's name.so"),
        (lambda internal: shutil.rmtree(internal / "numpy"), "numpy/a file's name.so"),
    ],
)
def test_half_a_copy(application, harm, part):
    harm(application.internal)
    for arguments in ((), ("read",)):
        said = refused(application.start(*arguments, **ELSEWHERE), 4)
        assert f"(_internal/{part}): install Clivus again" in said
        assert (said in application.box) is (not arguments)
        application.shown.unlink(missing_ok=True)


def test_what_has_changed_is_named_by_the_self_test_itself(application):
    (application.internal / "empty").unlink()
    assert application.start("selftest").returncode == 7
    (application.internal / "SIZES").unlink()
    assert application.start("selftest").returncode == 7


@pytest.mark.parametrize("name", ["libpython3.11.so.1.0", "base_library.zip", "clivus"])
def test_a_self_test_that_cannot_start_is_said(application, name):
    place = application.internal / name
    place.write_bytes(place.read_bytes()[:9])
    assert f"(_internal/{name}): install Clivus again" in refused(application.start("selftest"), 4)
    assert not application.box


def test_qt_may_be_replaced_by_another_version(application):
    (application.internal / "PySide6/Qt/plugins/platforms/libqxcb.so").write_bytes(b"another one")
    assert application.start(**ELSEWHERE).returncode == 7


@pytest.mark.parametrize(
    ("variables", "word"),
    [
        ({"LANG": "ja_JP.UTF-8"}, "画面"),
        ({"LANG": "en_US.UTF-8", "CLIVUS_LANGUAGE": "zh_CN"}, "屏幕"),
        ({"LANG": "ja_JP.UTF-8", "LC_ALL": "zh_TW.UTF-8"}, "There is no screen"),
        ({"LANG": "de_DE.UTF-8"}, "There is no screen"),
    ],
)
def test_it_speaks_the_language_of_the_system(application, variables, word):
    assert word in refused(application.start(**variables), 2)


@pytest.mark.parametrize(
    ("tool", "fails"), [("kdialog", "exit 255"), ("xmessage", None), ("xterm", None), ("notify-send", None)]
)
def test_it_is_shown_by_what_the_system_has(application, tool, fails):
    if fails:
        application.tool("zenity", fails)
    else:
        (application.bin / "zenity").unlink()
    application.tool(tool, f"printf '%s\\n' \"$@\" >'{application.shown}'")
    application.lacks("libGL.so.1")
    application.start(**ELSEWHERE)
    assert "libGL.so.1" in application.box
    assert not (application.home / "clivus-cannot-start.txt").exists()


def test_in_a_terminal_nothing_but_text_is_shown(application):
    application.lacks("libGL.so.1")
    ours, theirs = os.openpty()
    done = subprocess.run(
        [application.folder / "clivus"], env=application.environment(**ELSEWHERE), stderr=theirs, check=False
    )
    os.close(theirs)
    assert done.returncode == 2
    assert b"libGL.so.1" in os.read(ours, 4096)
    os.close(ours)
    assert not application.box


def test_what_clivus_finds_out_itself_is_shown_without_its_libraries(application):
    from desktop.commands.start_failures import SHOW

    application.tool("zenity", f"printf '%s\\n' \"${{LD_LIBRARY_PATH-none}}\" \"$@\" >'{application.shown}'")
    done = application.start(SHOW, "The window's part.", LD_LIBRARY_PATH=str(application.internal), **ELSEWHERE)
    assert (done.returncode, done.stderr) == (0, "")
    assert application.box.splitlines()[0] == "none"
    assert "The window's part." in application.box


def test_no_field_is_left_and_the_loader_is_the_programs(application, scripts, tmp_path):
    assert "@" not in (application.folder / "clivus").read_text(encoding="utf-8").replace('"$@"', "").replace("@$", "")
    # Of a real program, by the function that the fixture has put aside.
    module = importlib.reload(importlib.import_module("linux.starter"))
    assert Path(module._loader(Path("/usr/bin/true"))).name.startswith("ld-linux")
