"""Whether a window with text can be opened on this screen, tried in a process of its own.

Where it cannot, Qt ends the program: by an abort, with advice that is often wrong. A damaged plugin crashes it. So this
child goes first, says in lines of JSON how far it has come, and `desktop.commands.screen` makes a sentence of that.
"""

from __future__ import annotations

import faulthandler
import json
import os
import sys
from pathlib import Path

from desktop.scripts import SCRIPTS
from desktop.system_libraries import missing_libraries

LONGEST_S = 20.0
"""A screen answers within this time. Local ones take 0.02 s; one at an address without a host takes minutes to fail."""


def main() -> None:
    """Try it and say on stdout what was found; ends early where it cannot go on."""
    _leave_no_core()
    try:
        from PySide6.QtCore import QtMsgType, qInstallMessageHandler
        from PySide6.QtGui import QGuiApplication

        from desktop.viewer.fonts import is_drawn
    except ImportError as error:
        _say(import_error=str(error), libraries=missing_libraries())
        return

    def heard(kind: QtMsgType, _context: object, text: str) -> None:
        print(text, file=sys.stderr, flush=True)
        if kind is QtMsgType.QtFatalMsg:
            os._exit(1)  # Qt would abort: a core file, and a crash report on some systems

    qInstallMessageHandler(heard)
    plugins = {name: _plugin_state(name) for name in _platforms()}
    _say(plugins=plugins, libraries=missing_libraries() if any(plugins.values()) else [])
    faulthandler.dump_traceback_later(LONGEST_S, exit=True)  # in C: it does not wait for Qt
    application = QGuiApplication(sys.argv[:1])
    faulthandler.cancel_dump_traceback_later()
    size = application.primaryScreen().size()  # logical pixels
    _say(
        platform=application.platformName(),
        screen=[size.width(), size.height(), application.primaryScreen().devicePixelRatio()],
    )
    _say(undrawn=[script for script, letters in SCRIPTS.items() if not is_drawn(letters)])


def _say(**found: object) -> None:
    print(json.dumps(found), flush=True)


def _leave_no_core() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _platforms() -> list[str]:
    """The platforms that may be asked for here, and the one that a window on this system usually has."""
    asked = [choice.partition(":")[0] for choice in os.environ.get("QT_QPA_PLATFORM", "").split(";")]
    usual = {"win32": "windows", "darwin": "cocoa"}.get(sys.platform, "xcb")
    session = ["wayland"] if sys.platform == "linux" and os.environ.get("WAYLAND_DISPLAY") else []
    return list(dict.fromkeys([name for name in asked if name] + session + [usual]))


def _plugin_state(platform: str) -> str:
    """Why the plugin of a platform cannot be used; "" where it can, "absent" where there is no such file."""
    from PySide6.QtCore import QLibraryInfo, QPluginLoader

    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforms"
    kind = platform.partition("-")[0]  # wayland and wayland-egl are one plugin
    files = [file for file in folder.glob("*") if file.name.removeprefix("lib").split(".")[0] == f"q{kind}"]
    if not files:
        return "absent"
    loader = QPluginLoader(str(files[0]))
    return "" if loader.load() else loader.errorString()
