"""Proof that a screen reader can follow a reading: `python tests/proofs/screen_reader.py`.

The real application on a screen (Xvfb) and on a message bus of its own, worked by real keys alone: the start page, a
synthetic head, its suggestion, an analysis, a moved ROI. Another process reads the window's tree from the
accessibility bus (AT-SPI), as a screen reader does, and hears what is announced there. Exit status 0: every node that
can have the keyboard has a name, and each announcement was heard.

Needs Linux with Xvfb, openbox, xdotool, dbus-run-session, at-spi2-core, and a python3 with gi and Atspi (Debian:
at-spi2-core gir1.2-atspi-2.0 python3-gi dbus). A minute.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

LISTENER = "/usr/bin/python3"
"""The system's Python: gi is installed with it, not with ours."""

WAIT_S = 60.0
VERDICTS = re.compile(r"POSITIVE|NEGATIVE|INDETERMINATE|NO VERDICT")


def main() -> int:
    """Give the proof its screen, bus and home, and return its exit status."""
    from own_screen import own_screen, require

    require("Xvfb", "openbox", "xdotool", "dbus-run-session", LISTENER)
    probe = "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"
    if subprocess.run([LISTENER, "-c", probe], capture_output=True, check=False).returncode:
        print(f"Skipped: {LISTENER} has no Atspi. Install at-spi2-core, gir1.2-atspi-2.0 and python3-gi.")
        return 0
    with tempfile.TemporaryDirectory(prefix="screen-reader-proof-") as folder, own_screen() as display:
        ours = {
            "DISPLAY": display,
            "HOME": folder,
            "TMPDIR": folder,
            "XDG_RUNTIME_DIR": folder,
            "QT_QPA_PLATFORM": "xcb",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            "CLIVUS_LANGUAGE": "en",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        command = ["dbus-run-session", "--", LISTENER, __file__, "--listen", sys.executable]
        return subprocess.run(command, env=os.environ | ours, stderr=subprocess.DEVNULL, check=False).returncode


class Reader:
    """What a screen reader is to the bus: it walks the tree of the application, and hears announcements."""

    def __init__(self) -> None:
        import gi

        gi.require_version("Atspi", "2.0")
        from gi.repository import Atspi, GLib

        self._atspi, self._glib = Atspi, GLib
        Atspi.init()
        self.heard: list[str] = []
        self._listener = Atspi.EventListener.new(lambda event: self.heard.append(str(event.any_data)))
        self._listener.register("object:announcement")

    def wait(self, what: str, there: Callable[[], object]) -> None:
        """Hear what is said until something is there."""
        end = time.monotonic() + WAIT_S
        while not there():
            if time.monotonic() > end:
                print(f"FAULT waited {WAIT_S:g} s for {what}. Heard: {self.heard}")
                raise SystemExit(1)
            while self._glib.MainContext.default().iteration(False):
                pass
            time.sleep(0.05)

    def application(self) -> Any:
        """Clivus, once it is on the bus."""
        desktop = self._atspi.get_desktop(0)
        children = (desktop.get_child_at_index(number) for number in range(desktop.get_child_count()))
        return next((child for child in children if child is not None and child.get_name() == "Clivus"), None)

    def nodes(self) -> Iterator[Any]:
        """Everything of it that is on the screen."""
        yield from self._below(self.application())

    def _below(self, node: Any) -> Iterator[Any]:
        yield node
        for number in range(node.get_child_count()):
            child = node.get_child_at_index(number)
            if child is not None and self._has(child, "SHOWING"):
                yield from self._below(child)

    def _has(self, node: Any, state: str) -> bool:
        return bool(node.get_state_set().contains(getattr(self._atspi.StateType, state)))

    def names(self) -> list[str]:
        """Of everything that is on the screen."""
        return [node.get_name() for node in self.nodes()]

    def tell(self, state: str) -> int:
        """Count the nodes in a state of the window; how many that need a name have none."""
        nodes = list(self.nodes())
        nameless = [
            node
            for node in nodes
            if not node.get_name() and (self._has(node, "FOCUSABLE") or node.get_role_name() == "push button")
        ]
        print(f"{'FAULT' if nameless else 'PASS':5} {state}: {len(nodes)} nodes, {len(nameless)} of them nameless")
        for node in nameless:
            print(f"      {node.get_role_name()} in {node.get_parent().get_name()!r}")
        return len(nameless)


def listen(python: str) -> int:
    """Start the application, work it by keys, and tell what was read and heard."""
    reader = Reader()
    window = subprocess.Popen([python, "-m", "desktop"], stdout=subprocess.DEVNULL)
    try:
        reader.wait("the start page", lambda: reader.application() and "Try a synthetic head" in reader.names())
        time.sleep(2)
        faults = reader.tell("start page")
        _keys("ctrl+Return")
        reader.wait("the refusal", lambda: "Open a folder with a head CT first." in reader.heard)
        _keys("Tab", "Tab", "space")
        reader.wait("the head", lambda: "Progress of opening: ended" in reader.heard)
        reader.wait("its suggestion", lambda: any(name.startswith("Range: Suggested") for name in reader.names()))
        faults += reader.tell("head open, range and ROI suggested")
        _keys("a")
        reader.wait("the marks", lambda: not any(name.startswith("Range: Suggested") for name in reader.names()))
        _keys("ctrl+Return")
        reader.wait("the verdict", lambda: any(map(VERDICTS.search, reader.heard)))
        faults += reader.tell("analysed")
        _keys("F6", "F6", "ctrl+Left")
        reader.wait("that it is out of date", lambda: any(text.startswith("OUT OF DATE") for text in reader.heard))
        (axial,) = (node for node in reader.nodes() if node.get_name().startswith("Axial view"))
        print(f"      {axial.get_name()!r}: {axial.get_description()!r}")
    finally:
        window.terminate()
        window.wait()
    print(f"PASS  announcements: {len(reader.heard)}")
    for text in reader.heard:
        print(f"      {text}")
    return 1 if faults else 0


def _keys(*keys: str) -> None:
    for key in keys:
        subprocess.run(["xdotool", "key", key], check=True)
        time.sleep(0.3)


if __name__ == "__main__":
    sys.exit(listen(sys.argv[2]) if sys.argv[1:2] == ["--listen"] else main())
