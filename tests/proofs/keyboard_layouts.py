"""Proof that the keys of the table work on other keyboards: `python tests/proofs/keyboard_layouts.py [LAYOUT ...]`.

A real window on a screen of its own (Xvfb), whose keyboard is given one layout after the other by setxkbmap. Each key
of the table is pressed by xdotool: where the layout has what is written on it, with Shift or AltGr where it needs them;
and where it lacks that, at the key's place on a US keyboard. Digits are pressed both ways. The window says which
command it understood. Exit status 0: each key of each layout did what the table says.

Needs Linux with Xvfb, openbox, setxkbmap, xmodmap and xdotool. A minute in all.
"""

from __future__ import annotations

import argparse
import os
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from own_screen import own_screen, require

from desktop.viewer.panels.keyboards import BY_SCAN_CODE, X11_OFFSET
from desktop.viewer.panels.shortcuts import SHORTCUTS, Where

LAYOUTS = ("us", "fr", "de", "ru", "jp")

_HELD_KEYS = {"Shift": 50, "Ctrl": 37, "Alt": 64, "AltGr": 108}
"""Keycodes of X11, by place."""

_NAMED = {
    "Up": "Up",
    "Down": "Down",
    "Left": "Left",
    "Right": "Right",
    "PgUp": "Prior",
    "PgDown": "Next",
    "Home": "Home",
    "End": "End",
    "Return": "Return",
    "Esc": "Escape",
    "Del": "Delete",
    "[": "bracketleft",
    "]": "bracketright",
}
"""X11's names of keys, where they are not the letter or digit itself."""

_LEVELS: tuple[tuple[int, tuple[str, ...]], ...] = ((0, ()), (1, ("Shift",)), (4, ("AltGr",)))
"""Columns of xmodmap's table, and what is held for them."""

_ANSWER_S = 2.0


@dataclass(frozen=True)
class Press:
    """How a key is pressed."""

    keycode: int
    held: tuple[str, ...]
    how: str


def main(argv: Sequence[str] | None = None) -> int:
    """Press every key on every layout, tell, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("layouts", nargs="*", metavar="LAYOUT", default=LAYOUTS)
    parser.add_argument("--window", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.window:
        return _show_window()
    require("setxkbmap", "xmodmap", "xdotool")
    with own_screen() as display:
        os.environ["DISPLAY"] = display
        os.environ["QT_QPA_PLATFORM"] = "xcb"
        window = subprocess.Popen([sys.executable, __file__, "--window"], stdout=subprocess.PIPE, text=True)
        said: queue.Queue[str] = queue.Queue()
        threading.Thread(target=_listen, args=(window, said), daemon=True).start()
        try:
            assert said.get(timeout=120) == "ready"
            faults = sum(_try_layout(layout, said) for layout in options.layouts)
        finally:
            window.terminate()
            window.wait()
    return 1 if faults else 0


def _listen(window: subprocess.Popen[str], said: queue.Queue[str]) -> None:
    assert window.stdout is not None
    for line in window.stdout:
        said.put(line.strip())


def _try_layout(layout: str, said: queue.Queue[str]) -> int:
    subprocess.run(["setxkbmap", layout], check=True)
    time.sleep(1)  # until the window has the new map
    table = _map()
    wrong, right = [], 0
    by_how: dict[str, int] = {}
    for shortcut in SHORTCUTS:
        for key in shortcut.keys if shortcut.where not in (Where.MOUSE, Where.STUDY) else ():
            presses = list(_presses(key, table))
            if not presses:
                wrong.append(f"{key}: cannot be pressed")
            for press in presses:
                heard = _press(press, said)
                if heard == shortcut.name:
                    right += 1
                    by_how[press.how] = by_how.get(press.how, 0) + 1
                else:
                    wrong.append(f"{key} ({press.how}): {heard or 'nothing'} in place of {shortcut.name}")
    ways = ", ".join(f"{number} {how}" for how, number in sorted(by_how.items()))
    print(f"{'FAULT' if wrong else 'PASS':5} {layout}: {right} of {right + len(wrong)} presses ({ways})", flush=True)
    for line in wrong:
        print(f"      {line}")
    return len(wrong)


def _map() -> dict[str, Press]:
    """How what is written on the layout's keys is pressed, by X11's names, the simplest way."""
    lines = subprocess.run(["xmodmap", "-pke"], capture_output=True, text=True, check=True).stdout.splitlines()
    found: dict[str, Press] = {}
    for column, held in _LEVELS:
        for line in lines:
            _, keycode, _, *symbols = [*line.split(), ""]
            if column < len(symbols):
                how = f"with {held[0]}" if held else "plain"
                found.setdefault(symbols[column], Press(int(keycode), held, how))
    return found


def _presses(key: str, table: dict[str, Press]) -> Iterator[Press]:
    *modifiers, last = key.split("+")
    symbol = _NAMED.get(last, last.lower() if len(last) == 1 else last)
    place = next((code + X11_OFFSET for code, name in BY_SCAN_CODE.items() if name == last), None)
    written = table.get(symbol)
    if written is not None:
        yield Press(written.keycode, (*modifiers, *written.held), written.how)
    if place is not None and (written is None or (last.isdigit() and written.held)):
        yield Press(place, tuple(modifiers), "by place")


def _press(press: Press, said: queue.Queue[str]) -> str:
    """What the window understood; "" for nothing."""
    while not said.empty():
        said.get()
    codes = [str(_HELD_KEYS[name]) for name in press.held]
    down = [word for code in codes for word in ("keydown", code)]
    up = [word for code in reversed(codes) for word in ("keyup", code)]
    key = "Escape" if press.keycode < 10 else str(press.keycode)  # xdotool takes 9 for the digit, not for a keycode
    subprocess.run(["xdotool", *down, "key", key, *up], check=True)
    try:
        return said.get(timeout=_ANSWER_S)
    except queue.Empty:
        return ""


def _show_window() -> int:
    """The window, whose commands only say their names."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    import desktop.viewer.window as module
    from desktop.phantoms import draw_phantom, write_series
    from desktop.viewer.style import dress

    app = QApplication([])
    dress(app)
    with tempfile.TemporaryDirectory(prefix="keyboards-proof-") as name:
        folder = Path(name)
        module.settings_file = lambda: folder / "settings.json"
        module.readings_folder = lambda: folder / "readings"
        module.drafts_folder = lambda: folder / "drafts"
        (folder / "head").mkdir()
        write_series(draw_phantom(1, invaded=True), folder / "head")
        window = module.MainWindow()
        window.resize(1300, 700)
        window.show()

        def say(text: str) -> None:
            print(text, flush=True)

        def ready() -> None:
            for name, action in window.actions_by_name.items():
                action.triggered.disconnect()
                action.triggered.connect(lambda _, name=name: say(name))
                action.setEnabled(True)
                action.enabledChanged.connect(lambda _, action=action: action.setEnabled(True))
            window.display.changed.connect(lambda: say("hide_heat") if window.display.heat_hidden else None)
            window.activateWindow()
            window.views.axial.setFocus()
            QTimer.singleShot(500, lambda: say("ready"))

        window.opening.opened.connect(lambda: QTimer.singleShot(1000, ready))
        window.open(folder / "head")
        status = app.exec()
        window.end()
    return status


if __name__ == "__main__":
    sys.exit(main())
