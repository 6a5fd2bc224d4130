"""The one table of keys and gestures. Actions, menus and the help are made from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from desktop.viewer.desk.presets import PRESETS


class Where(Enum):
    """Where a key works, or that it is a gesture of the mouse."""

    WINDOW = "anywhere in the window"
    VIEWS = "while a view has the focus"
    HELD = "while it is held"
    MOUSE = "with the mouse"


@dataclass(frozen=True)
class Hand:
    """One thing a hand can do.

    Attributes:
        name: of the window's action; "" for gestures, which the views know themselves.
        group: heading in help and menus.
        text: what it does.
        keys: as QKeySequence reads them, or the gesture in words.
    """

    name: str
    group: str
    text: str
    keys: tuple[str, ...]
    where: Where = Where.WINDOW


SLICES, GREYS, VIEW, MARKS, FILE, HELP = "Slices", "Window", "View", "ROI and range", "File", "Help"
MENUS = (FILE, MARKS, GREYS, VIEW, HELP)

HANDS: tuple[Hand, ...] = (
    Hand("open_folder", FILE, "Open a folder", ("Ctrl+O",)),
    Hand("open_files", FILE, "Open files, a disc (DICOMDIR) or a zip archive", ("Ctrl+Alt+O",)),
    Hand("open_reading", FILE, "Open a saved reading", ("Ctrl+Shift+O",)),
    Hand("save_reading", FILE, "Save the reading", ("Ctrl+S",)),
    Hand("save_report", FILE, "Save the report", ("Ctrl+Shift+S",)),
    Hand("open_model", FILE, "Open another model", ("Ctrl+M",)),
    Hand("shipped_model", FILE, "Use the model that came with Clivus", ("Ctrl+Shift+M",)),
    Hand("quit", FILE, "Quit", ("Ctrl+Q",)),
    Hand("", SLICES, "One slice", ("Wheel",), Where.MOUSE),
    Hand("", SLICES, "Ten slices", ("Shift+Wheel",), Where.MOUSE),
    Hand("slice_up", SLICES, "One slice towards the head", ("Up",), Where.VIEWS),
    Hand("slice_down", SLICES, "One slice towards the feet", ("Down",), Where.VIEWS),
    Hand("ten_up", SLICES, "Ten slices towards the head", ("Shift+Up", "PgUp"), Where.VIEWS),
    Hand("ten_down", SLICES, "Ten slices towards the feet", ("Shift+Down", "PgDown"), Where.VIEWS),
    Hand("first_slice", SLICES, "First (lowest) slice", ("Home",), Where.VIEWS),
    Hand("last_slice", SLICES, "Last (highest) slice", ("End",), Where.VIEWS),
    Hand("cine", SLICES, "Cine: run through the range, or all slices", ("C",)),
    Hand("", SLICES, "Go to the slice of a bar", ("Click on a bar",), Where.MOUSE),
    Hand("", GREYS, "Window: right wider, down higher centre", ("Left drag",), Where.MOUSE),
    *(
        Hand(
            f"preset_{preset.key}",
            GREYS,
            f"{preset.name} (W {preset.window.width:g}, L {preset.window.level:g})",
            (preset.key,),
        )
        for preset in PRESETS
    ),
    Hand("preset_0", GREYS, "The series' own window", ("0",)),
    Hand("turn_drag_round", GREYS, "Turn the window drag round: down lowers the centre", ("Ctrl+Shift+W",)),
    Hand("", VIEW, "Pan", ("Middle drag",), Where.MOUSE),
    Hand("", VIEW, "Zoom; a right click opens the menu", ("Right drag",), Where.MOUSE),
    Hand("", VIEW, "Zoom at the pointer", ("Ctrl+Wheel",), Where.MOUSE),
    Hand("", VIEW, "Crosshair in all views; says where they cut", ("Shift+Move",), Where.MOUSE),
    Hand("", VIEW, "One view large, and back", ("Double-click",), Where.MOUSE),
    Hand("reset", VIEW, "Reset window, zoom, pan and distances", ("R",)),
    Hand("fit", VIEW, "Fit the images to the views", ("F",)),
    Hand("toggle_text", VIEW, "Texts in the corners", ("I",)),
    Hand("distance", VIEW, "Measure a distance", ("D",)),
    Hand("hide_heat", VIEW, "Hide the heat map while held", ("H",), Where.HELD),
    Hand("full_screen", VIEW, "Full screen", ("F11",)),
    Hand("escape", VIEW, "Cancel the drag; end measuring; close the message", ("Esc",)),
    Hand("", MARKS, "Move the ROI, or an edge of it", ("Left drag on the ROI",), Where.MOUSE),
    Hand("", MARKS, "Move an end of the range", ("Left drag on its line or handle",), Where.MOUSE),
    Hand("range_low", MARKS, "Lower end of the range at this slice", ("[",)),
    Hand("range_high", MARKS, "Upper end of the range at this slice", ("]",)),
    Hand("analyse", MARKS, "Analyse", ("Ctrl+Return",)),
    Hand("undo", MARKS, "Undo", ("Ctrl+Z",)),
    Hand("redo", MARKS, "Redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
    Hand("help", HELP, "This list of keys", ("F1",)),
)
