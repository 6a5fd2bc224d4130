"""Proof that a person gets from a CD to a saved report by keys alone, and by the mouse alone, and a film of both.

`python tests/proofs/whole_way.py [--by keys|mouse] [--language en|ja|zh_CN] [--out FOLDER] [--size WIDTHxHEIGHT]`;
without options every way in every language.

The real application on a screen of its own (Xvfb) is worked by xdotool alone: open a CD with two series, look at the
one that is not suitable, choose the other, accept what is suggested (keys) or move it (mouse), label slices, analyse,
give a verdict, save report and reading, quit. FOLDER gets a picture after each step, for people to look at: how a step
looks cannot be asserted. Exit status 0: every step was reached, and report and reading on disk say what was done.

Needs Linux with Xvfb, openbox and xdotool. A minute or two for each film.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from own_screen import own_screen, require
from watched_window import WatchedWindow, WayLost

LANGUAGES = ("en", "ja", "zh_CN")
SEED = 7
"""The head of the demonstration."""

THICK_MM = 6.0
"""Slices that are too thick for a verdict."""

CD, REPORTS, THICK = "CD", "Reports", "Phantom, thick slices"


@dataclass(frozen=True)
class Film:
    """A window, and where its pictures go."""

    window: WatchedWindow
    home: Path
    out: Path

    def take(self, step: str) -> None:
        """The next picture."""
        number = len(list(self.out.glob("*.png"))) + 1
        self.window.picture(self.out / f"{number:02d}-{step}.png")


def main(argv: Sequence[str] | None = None) -> int:
    """Make the films, tell, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--by", choices=_WAYS)
    parser.add_argument("--language", choices=LANGUAGES)
    parser.add_argument("--out", type=Path, default=Path("whole-way"))
    parser.add_argument("--size", default="1366x768")
    options = parser.parse_args(argv)
    require("Xvfb", "openbox", "xdotool")
    faults = 0
    with tempfile.TemporaryDirectory(prefix="whole-way-proof-") as name, own_screen(options.size) as display:
        disc = _burn(Path(name))
        for language in [options.language] if options.language else LANGUAGES:
            for way in [options.by] if options.by else _WAYS:
                began = time.monotonic()
                fault = _film(way, language, display, disc, options.out / f"{language}-{way}")
                faults += bool(fault)
                took = f"{time.monotonic() - began:.0f} s"
                print(f"{'FAULT' if fault else 'PASS':5} {language} by {way}, {took} {fault}", flush=True)
    return 1 if faults else 0


def _burn(folder: Path) -> Path:
    """A CD with a head's thin series and a thick one, which comes first by its number and is listed after it."""
    from pydicom import dcmread
    from pydicom.fileset import FileSet
    from pydicom.uid import generate_uid

    from desktop.phantoms import draw_phantom, write_series

    phantom = draw_phantom(SEED, invaded=True)
    thin, thick = write_series(phantom, folder / "thin"), generate_uid()
    step = round(THICK_MM / phantom.acquisition.spacing_mm)
    files = FileSet()
    for file in thin:
        files.add(file)
    for file in thin[::step]:
        slice_ = dcmread(file)
        slice_.SeriesInstanceUID, slice_.SeriesNumber, slice_.SeriesDescription = thick, 1, THICK
        slice_.SliceThickness = slice_.SpacingBetweenSlices = step * phantom.acquisition.spacing_mm
        slice_.SOPInstanceUID = slice_.file_meta.MediaStorageSOPInstanceUID = generate_uid()
        files.add(slice_)
    files.write(folder / CD)
    return folder / CD


def _film(way: str, language: str, display: str, disc: Path, out: Path) -> str:
    """What was wrong with it; "" for nothing."""
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory(prefix="whole-way-home-") as name:
        home = Path(name)
        (home / REPORTS).mkdir()
        (home / CD).symlink_to(disc)
        environment = {
            "DISPLAY": display,
            "HOME": name,
            "XDG_RUNTIME_DIR": name,
            "XDG_CONFIG_HOME": "",
            "XDG_DATA_HOME": "",
            "QT_QPA_PLATFORM": "xcb",
            "CLIVUS_LANGUAGE": language,
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        film = Film(WatchedWindow(environment, home), home, out)
        try:
            before = _WAYS[way](film)
        except WayLost as lost:
            film.window.end()
            return str(lost)
        status = film.window.end()
        return f"exit status {status}" if status else _on_disk(home, before)


def _by_keys(film: Film) -> dict[str, Any]:
    """The whole way without a mouse; what was on the desk before the end."""
    window = film.window
    window.wait("the start page", lambda now: now["ready"])
    film.take("start")
    window.keys("ctrl+alt+o")
    window.wait("the dialog", lambda now: now["dialog"])
    film.take("dialog")
    window.write(str(film.home / CD / "DICOMDIR"))
    _opened(film)
    window.keys("F6")
    window.tab_to("series")
    window.keys("Down", "Return")
    _thick(film)
    window.keys("F6")  # a series that opens takes the keyboard to its views
    window.tab_to("series")
    window.keys("Up", "Return")
    _thin(film)
    window.keys("a")
    window.wait("the marks", lambda now: now["roi"] and now["range"])
    film.take("accepted")
    window.keys("ctrl+Left", "ctrl+Up")
    window.wait("a moved ROI", lambda now: now["roi"] != now["suggested"])
    film.take("moved")
    window.keys("p", "Up", "p", "Home", "n")
    window.wait("three labels", lambda now: len(now["labels"]) == 3)
    film.take("labelled")
    window.keys("ctrl+Return")
    _judged(film)
    window.keys("v")
    film.take("cautions")
    window.keys("v", "F6")
    window.tab_to("own")
    window.keys("Down")
    _answered(film)
    window.keys("F6", "ctrl+shift+s")
    window.wait("the dialog", lambda now: now["dialog"])
    film.take("report-dialog")
    window.write(str(film.home / REPORTS))
    _reported(film)
    window.keys("ctrl+s")
    before = _kept(film)
    window.keys("ctrl+q")
    return before


def _by_mouse(film: Film) -> dict[str, Any]:
    """The whole way without a keyboard; what was on the desk before the end."""
    window = film.window
    window.wait("the start page", lambda now: now["ready"])
    film.take("start")
    window.click("open_files")
    window.wait("the dialog", lambda now: now["dialog"])
    window.click(f"entry:{CD}", times=2)
    window.click("entry:DICOMDIR")
    film.take("dialog")
    window.click("confirm")
    _opened(film)
    window.click("series:1")
    _thick(film)
    window.click("series:0")
    _thin(film)
    window.drag("roi", 12, -6)
    window.wait("a moved ROI", lambda now: now["roi"] and now["roi"] != now["suggested"])
    film.take("moved")
    window.drag("upper_end", 0, -6)
    film.take("upper-end")
    window.click("accept")
    window.wait("the marks", lambda now: now["roi"] and now["range"])
    film.take("accepted")
    window.click("positive")
    window.wheel("axial", 1)
    window.click("positive")
    window.wheel("axial", -12)
    window.click("negative")
    window.wait("three labels", lambda now: len(now["labels"]) == 3)
    film.take("labelled")
    window.click("analyse")
    _judged(film)
    window.click("cautions")
    film.take("cautions")
    window.click("cautions")
    window.click("own")
    film.take("choices")
    window.click("choice:1")
    _answered(film)
    window.click("save_report")
    window.wait("the dialog", lambda now: now["dialog"])
    window.click("up")
    window.click(f"entry:{REPORTS}")
    film.take("report-dialog")
    window.click("confirm")
    _reported(film)
    window.click("save_reading")
    before = _kept(film)
    window.click("menu")
    film.take("menu")
    window.click("command:quit")
    return before


_WAYS: dict[str, Callable[[Film], dict[str, Any]]] = {"keys": _by_keys, "mouse": _by_mouse}


def _opened(film: Film) -> None:
    film.window.wait("the CD", lambda now: not now["dialog"] and now["open"] and not now["busy"])
    film.take("opened")


def _thick(film: Film) -> None:
    film.window.wait("the thick series", lambda now: now["open"] == THICK and not now["busy"])
    film.take("not-suitable")


def _thin(film: Film) -> None:
    film.window.wait("its suggestion", lambda now: now["open"] != THICK and now["suggested"])
    film.take("suggested")


def _judged(film: Film) -> None:
    film.window.wait("the verdict", lambda now: now["judged"] == "current")
    film.take("judged")


def _answered(film: Film) -> None:
    film.window.wait("the own verdict", lambda now: now["own"])
    film.take("answered")


def _reported(film: Film) -> None:
    film.window.wait("the report", lambda now: not now["dialog"] and (film.home / REPORTS / "result.json").exists())
    film.take("report-saved")


def _kept(film: Film) -> dict[str, Any]:
    before = film.window.wait("that all is kept", lambda now: not now["unsaved"])
    film.take("reading-saved")
    return before


def _on_disk(home: Path, before: dict[str, Any]) -> str:
    """How report and reading differ from what was on the desk; "" if they do not."""
    from desktop.reading.saved import Reading

    kept = list((home / ".local" / "share" / "Clivus" / "readings").glob("*.json"))
    if len(kept) != 1:
        return f"{len(kept)} readings were kept"
    reading, report = Reading.load(kept[0]), json.loads((home / REPORTS / "result.json").read_text())
    wanted = {
        "ROI": (repr(reading.roi), before["roi"]),
        "range": ([reading.range.low_mm, reading.range.high_mm], before["range"]),
        "labels": (sorted(reading.slice_labels.values()), [False, True, True]),
        "own verdict": (str(reading.verdict), "positive"),
        "ROI's origin": (reading.origin.roi, "moved"),
        "series of the report": (report["series"], reading.series),
        "verdict of report and reading": (report["verdict"], (reading.result or {}).get("verdict")),
        "pictures": (len(list((home / REPORTS).glob("*.png"))), 1),
    }
    return "; ".join(f"{name}: {found!r}, not {due!r}" for name, (found, due) in wanted.items() if found != due)


if __name__ == "__main__":
    sys.exit(main())
