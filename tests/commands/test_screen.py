"""A screen that cannot be reached and a window without its parts are one sentence; never Qt's abort or its advice."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import PySide6
import pytest

from desktop.commands.screen import Trial
from desktop.commands.start_failures import NoScreen, WindowUnsound
from desktop.system_libraries import SYSTEM_LIBRARIES

QT = Path(PySide6.__path__[0]) / "Qt"
PLATFORMS = QT / "plugins" / "platforms"

linux = pytest.mark.skipif(sys.platform != "linux", reason="X11 and Wayland")


def clivus(*arguments: object, before: list[str] | None = None, **environment: str | None):
    """Run the installed command without a screen but the one that `environment` names; nothing may be dumped."""
    screens = ("QT_", "XDG_RUNTIME", "XDG_SESSION", "DISPLAY", "WAYLAND_")  # not XDG's folders of the tests' own
    variables = {k: v for k, v in os.environ.items() if not k.startswith(screens)}
    variables |= {name: value for name, value in environment.items() if value is not None}
    command = [*(before or []), str(Path(sys.executable).with_name("clivus")), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=variables, check=False)


def the_sentence(done: subprocess.CompletedProcess[str], status: int) -> str:
    assert (done.returncode, done.stderr.count("\n")) == (status, 1), done.stderr
    assert "xcb-cursor0 is needed" not in done.stderr
    return done.stderr


@contextmanager
def x_server(*options: str | Path) -> Iterator[str]:
    """The name of an X server's screen."""
    seen, said = os.pipe()
    command = ["Xvfb", "-displayfd", str(said), "-nolisten", "tcp", *options]
    server = subprocess.Popen(command, pass_fds=[said], stderr=subprocess.DEVNULL)
    os.close(said)
    try:
        with os.fdopen(seen) as lines:
            yield ":" + lines.readline().strip()
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(scope="module")
def screen() -> Iterator[str]:
    with x_server() as name:
        yield name


@pytest.fixture
def locked_screen(tmp_path) -> Iterator[str]:
    """One that lets nobody in."""
    key = tmp_path / "key"
    subprocess.run(["xauth", "-q", "-f", key, "add", ":0", ".", "0123456789abcdef" * 2], check=True)
    with x_server("-auth", key) as name:
        yield name


@linux
class TestUnreachableScreens:
    @pytest.mark.parametrize(
        ("environment", "names"),
        [
            ({"DISPLAY": ":99"}, "DISPLAY=:99"),
            ({"DISPLAY": "BANG"}, "DISPLAY=BANG"),
            ({"DISPLAY": "localhost:99"}, "DISPLAY=localhost:99"),
            (
                {"WAYLAND_DISPLAY": "wayland-9"},
                "XDG_RUNTIME_DIR does not name the session's folder. The screen WAYLAND_DISPLAY=wayland-9",
            ),
            ({"WAYLAND_DISPLAY": "wayland-9", "XDG_RUNTIME_DIR": "/absent"}, "WAYLAND_DISPLAY=wayland-9"),
            ({"WAYLAND_DISPLAY": "wayland-9", "DISPLAY": ":99"}, "WAYLAND_DISPLAY=wayland-9 or DISPLAY=:99"),
            ({"QT_QPA_PLATFORM": "wayland"}, "QT_QPA_PLATFORM is wayland"),
            ({"QT_QPA_PLATFORM": "wayland;xcb"}, "QT_QPA_PLATFORM is wayland;xcb"),
            ({"QT_QPA_PLATFORM": "nonsense"}, "asks for nonsense, which Qt does not have"),
        ],
    )
    def test_it_is_named_in_one_sentence(self, environment, names):
        assert names in the_sentence(clivus(**environment), 2)

    def test_one_that_lets_nobody_in(self, locked_screen, tmp_path):
        done = clivus(DISPLAY=locked_screen, XAUTHORITY=str(tmp_path / "no key"))
        assert "The screen does not let this user in. The screen DISPLAY=" in the_sentence(done, 2)

    def test_the_demonstration_goes_on_without_it(self, tmp_path):
        done = clivus("demo", "--out", tmp_path / "demo", DISPLAY=":99")
        assert "goes on without a window" in the_sentence(done, 0)
        assert (tmp_path / "demo/result/result.json").is_file()

    def test_the_self_test_fails_at_the_window_and_does_not_blame_the_installation(self):
        said = the_sentence(clivus("selftest", DISPLAY=":99"), 4)
        assert "(window)" in said
        assert "install Clivus again" not in said


@linux
class TestDamagedWindow:
    """Parts are hidden from the command alone."""

    @pytest.mark.parametrize(
        ("setup", "status", "says"),
        [
            (f"mount -t tmpfs tmpfs {PLATFORMS}", 4, "part for xcb is missing: install Clivus again"),
            (f"mount --bind {{short}} {PLATFORMS}/libqxcb.so", 4, "Qt's plugin for xcb cannot be loaded"),
            (f"mount --bind /dev/null {QT}/lib/libQt6XcbQpa.so.6", 4, "Qt's plugin for xcb cannot be loaded"),
            (f"mount --bind {{short}} {QT}/lib/libQt6Gui.so.6", 4, "part Qt cannot be loaded"),
            ("mount --bind /dev/null {xcb_cursor}", 2, "(libxcb-cursor.so.0): install them (Debian, Ubuntu: apt"),
            (
                "mount --bind /dev/null {xcb_cursor}; mount --bind /dev/null {gl}",
                2,
                "apt install libgl1 libxcb-cursor0; RHEL, Fedora: dnf install libglvnd-glx xcb-util-cursor)",
            ),
            ("mount -t tmpfs tmpfs /usr/share/fonts", 2, "apt install fonts-dejavu-core"),
        ],
    )
    def test_it_is_one_sentence(self, screen, with_files_of_its_own, tmp_path, setup, status, says):
        short = tmp_path / "short"
        short.write_bytes((PLATFORMS / "libqxcb.so").read_bytes()[:9000])
        setup = setup.format(short=short, xcb_cursor=where("libxcb-cursor.so.0"), gl=where("libGL.so.1"))
        done = clivus(before=with_files_of_its_own(setup), DISPLAY=screen)
        assert says in the_sentence(done, status)

    def test_the_self_test_fails_at_the_window_whether_there_is_a_screen_or_not(self, screen, with_files_of_its_own):
        hidden = with_files_of_its_own(f"mount -t tmpfs tmpfs {PLATFORMS}")
        for display in (None, screen):
            said = the_sentence(clivus("selftest", before=hidden, DISPLAY=display), 4)
            assert "(installed files, window): " in said
            assert "install Clivus again" in said

    def test_boxes_instead_of_letters_fail_and_of_chinese_letters_warn(self, with_files_of_its_own):
        """All fonts but one without Chinese, Japanese and Korean; then none."""
        one = "mkdir /mnt/f; cp $(fc-match -f '%{file}' 'DejaVu Sans') /mnt/f; mount --bind /mnt/f /usr/share/fonts"
        done = clivus("selftest", before=with_files_of_its_own(f"mount -t tmpfs tmpfs /mnt; {one}"))
        assert done.returncode == 0, done.stderr
        assert "warn  letters: boxes in Japanese, Chinese, Korean" in done.stdout
        none = clivus("selftest", before=with_files_of_its_own("mount -t tmpfs tmpfs /usr/share/fonts"))
        assert "(letters): No font is installed" in the_sentence(none, 4)


def where(library: str) -> str:
    """A system library's file."""
    listed = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=True).stdout
    return next(line.split()[-1] for line in listed.splitlines() if line.split()[:1] == [library])


@linux
@pytest.mark.skipif(shutil.which("objdump") is None, reason="needs binutils")
def test_the_table_of_system_libraries_is_what_qt_is_linked_to():
    """Those of every Linux aside: the C and C++ libraries, and zlib, which Python needs itself."""
    files = [QT.parent / "QtWidgets.abi3.so", QT.parent / "QtGui.abi3.so", *PLATFORMS.glob("libq[xw]*.so")]
    files += [QT / "lib" / f"libQt6{name}.so.6" for name in ("Core", "DBus", "Gui", "WaylandClient", "XcbQpa")]
    listed = subprocess.run(["objdump", "-p", *files], capture_output=True, text=True, check=True).stdout
    needed = {line.split()[1] for line in listed.splitlines() if line.split()[:1] == ["NEEDED"]}
    everywhere = ("ld-linux", "libc.", "libm.", "libgcc_s", "libstdc++", "libz.", "libgthread")
    shipped = ("libQt6", "libicu", "libpyside6", "libshiboken6")
    assert {name for name in needed if not name.startswith(everywhere + shipped)} == set(SYSTEM_LIBRARIES)


@pytest.mark.parametrize(
    ("status", "said", "kind"),
    [(-7, "", WindowUnsound), (-11, "", WindowUnsound), (1, "Timeout (0:00:20)!", NoScreen), (1, "", NoScreen)],
)
def test_a_crash_is_the_installation_and_silence_is_the_screen(monkeypatch, status, said, kind):
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    trouble = Trial(("xcb",), "", {"xcb": ""}, [], None, None, said, status).trouble
    assert type(trouble) is kind
    assert ("does not answer" in str(trouble)) == ("Timeout" in said)
