"""The one table of shortcuts and gestures. Actions, menus, held keys and the help are made from it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from PySide6.QtGui import QKeySequence

from desktop.messages import Message, message, shown
from desktop.viewer.desk.marking import ROI_STEP_MM
from desktop.viewer.desk.presets import PRESETS, Preset


class Where(Enum):
    """Where a shortcut works."""

    WINDOW = auto()
    VIEWS = auto()
    """While a view has the focus, so that the arrows of a list that was reached by Tab remain the list's."""
    STUDY = auto()
    """Anywhere in the window while a case of a study is on the desk; the key may do something else otherwise."""
    LIST = auto()
    """While the list of cases has the focus."""
    HELD = auto()
    """Anywhere in the window, as long as the key is held."""
    MOUSE = auto()
    """A gesture: the views know it themselves."""


@dataclass(frozen=True)
class Shortcut:
    """One thing that a key or the mouse does.

    Attributes:
        name: of the command and the window's action; "" for gestures.
        group: heading in help and menus.
        text: what it does.
        keys: as QKeySequence reads them.
        gesture: the movement of the mouse in words, in place of keys.
        is_tool: whether the next left drag in a view is then that of the tool of this name (`pictures/tools`).
    """

    name: str
    group: Message
    text: Message
    keys: tuple[str, ...] = ()
    where: Where = Where.WINDOW
    gesture: Message | None = None
    is_tool: bool = False


def without_mnemonic(menu: str) -> str:
    """The name of a menu as a heading: without the letter for Alt, which Japanese and Chinese put behind it."""
    return re.sub(r"\(&.\)|&", "", menu)


def key_text(shortcut: Shortcut) -> str:
    """The keys of an entry as this system writes them, or its gesture."""
    if shortcut.gesture is not None:
        return shown(shortcut.gesture)
    native = QKeySequence.SequenceFormat.NativeText
    return " / ".join(QKeySequence(key).toString(native) for key in shortcut.keys)


def _mouse(group: Message, text: Message, gesture: Message) -> Shortcut:
    return Shortcut("", group, text, (), Where.MOUSE, gesture)


def _preset(preset: Preset) -> Shortcut:
    level, width = preset.window.level, preset.window.width
    text = message("{name} (W {width:g}, L {level:g})", name=preset.name, width=width, level=level)
    return Shortcut(f"preset_{preset.key}", WINDOWING, text, (preset.key,))


def _step(name: str, text: Message, key: str) -> Shortcut:
    return Shortcut(name, MARKS, text, (key,), Where.VIEWS)


def _answer(name: str, text: Message, key: str) -> Shortcut:
    return Shortcut(name, STUDY, text, (key,), Where.STUDY)


FILE, MARKS, VIEW = message("&File"), message("&ROI and range"), message("&View")
STUDY = message("S&tudy")
SLICES, WINDOWING, HELP = message("&Slices"), message("&Window and level"), message("&Help")
MENUS = (FILE, MARKS, SLICES, WINDOWING, VIEW, STUDY, HELP)

SHORTCUTS: tuple[Shortcut, ...] = (
    Shortcut("open_folder", FILE, message("Open a folder"), ("Ctrl+O",)),
    Shortcut("open_files", FILE, message("Open files, a disc (DICOMDIR) or a zip archive"), ("Ctrl+Alt+O",)),
    Shortcut("open_reading", FILE, message("Open a saved reading"), ("Ctrl+Shift+O",)),
    Shortcut("save_reading", FILE, message("Save the reading"), ("Ctrl+S",)),
    Shortcut("save_reading_as", FILE, message("Save the reading as a file"), ("Ctrl+Alt+S",)),
    Shortcut("save_report", FILE, message("Save the report"), ("Ctrl+Shift+S",)),
    Shortcut("show_models", FILE, message("Models on this computer"), ("F9",)),
    Shortcut("learn_model", FILE, message("Learn a model from the project"), ("Ctrl+F9",)),
    Shortcut("watch_model", FILE, message("The model over time"), ("Shift+F9",)),
    Shortcut("open_model", FILE, message("Open a model without installing it"), ("Ctrl+M",)),
    Shortcut("use_shipped_model", FILE, message("Use the model that came with Clivus"), ("Ctrl+Shift+M",)),
    Shortcut("toggle_worklist", FILE, message("Worklist of a project"), ("F7",)),
    Shortcut("next_case", FILE, message("Next case without an answer"), ("F8",)),
    Shortcut("previous_case", FILE, message("Case before, without an answer"), ("Shift+F8",)),
    Shortcut("case_menu", FILE, message("Menu of the case chosen in the worklist"), ("Menu", "Shift+F10"), Where.LIST),
    Shortcut("quit", FILE, message("Quit"), ("Ctrl+Q",)),
    _mouse(SLICES, message("One slice"), message("Wheel")),
    _mouse(SLICES, message("Ten slices"), message("Shift+wheel")),
    Shortcut("slice_up", SLICES, message("One slice towards the head"), ("Up",), Where.VIEWS),
    Shortcut("slice_down", SLICES, message("One slice towards the feet"), ("Down",), Where.VIEWS),
    Shortcut("ten_up", SLICES, message("Ten slices towards the head"), ("Shift+Up", "PgUp"), Where.VIEWS),
    Shortcut("ten_down", SLICES, message("Ten slices towards the feet"), ("Shift+Down", "PgDown"), Where.VIEWS),
    Shortcut("first_slice", SLICES, message("First (lowest) slice"), ("Home",), Where.VIEWS),
    Shortcut("last_slice", SLICES, message("Last (highest) slice"), ("End",), Where.VIEWS),
    Shortcut("toggle_cine", SLICES, message("Cine through the range, or through all slices"), ("C",)),
    _mouse(SLICES, message("Go to the slice of a bar"), message("Click on a bar")),
    _mouse(WINDOWING, message("Window: right = wider, down = higher level"), message("Left drag")),
    *map(_preset, PRESETS),
    Shortcut("model_window", WINDOWING, message("Model (the window of the model in use)"), ("6",)),
    Shortcut("own_window", WINDOWING, message("The window stated by the series"), ("0",)),
    Shortcut("invert_window_drag", WINDOWING, message("Invert vertical drag (down = lower level)"), ("Ctrl+Shift+W",)),
    Shortcut("toggle_inverted", WINDOWING, message("Invert the greys"), ("X",)),
    _mouse(VIEW, message("Pan"), message("Middle drag")),
    _mouse(VIEW, message("Zoom; a right click opens the menu"), message("Right drag")),
    _mouse(VIEW, message("Zoom at the pointer"), message("Ctrl+wheel")),
    _mouse(VIEW, message("Crosshair in all views"), message("Shift+move")),
    _mouse(VIEW, message("Enlarge one view, and back"), message("Double-click")),
    Shortcut("reset", VIEW, message("Reset window, zoom and pan"), ("R",)),
    Shortcut("fit", VIEW, message("Fit the images to the views"), ("F",)),
    Shortcut("copy_view", VIEW, message("Copy the view to the clipboard"), ("Ctrl+C",)),
    Shortcut("layout_large", VIEW, message("Layout: axial view large"), ("F2",)),
    Shortcut("layout_even", VIEW, message("Layout: all views of one size"), ("F3",)),
    Shortcut("layout_row", VIEW, message("Layout: the three views in a row"), ("F4",)),
    Shortcut("toggle_text", VIEW, message("Show or hide the texts in the corners"), ("I",)),
    Shortcut("toggle_patient", VIEW, message("Show or hide the patient banner"), ("B",)),
    Shortcut("toggle_schematic", VIEW, message("Show or fold the drawing of the landmarks"), ("W",)),
    Shortcut("toggle_moves", VIEW, message("Show or hide the ROI as a second reader might place it"), ("S",)),
    Shortcut("toggle_cautions", VIEW, message("Show or fold the cautions of the verdict"), ("V",)),
    Shortcut("toggle_landmarks", VIEW, message("Show or hide the landmarks of the suggestion"), ("L",)),
    Shortcut("hide_heat", VIEW, message("Hide the heat map; the key: while held"), ("H",), Where.HELD),
    Shortcut("toggle_paper_map", VIEW, message("Show the heat map as in the paper"), ("G",)),
    Shortcut("focus_views", VIEW, message("Move the keyboard focus to the views, and back"), ("F6",)),
    Shortcut("toggle_full_screen", VIEW, message("Full screen"), ("F11",)),
    Shortcut("escape", VIEW, message("Cancel the drag or the tool; close the message"), ("Esc",)),
    _mouse(MARKS, message("Move the ROI, or one of its edges"), message("Left drag on the ROI")),
    _step("roi_front", message("Move the ROI {mm:g} mm to the front", mm=ROI_STEP_MM), "Ctrl+Up"),
    _step("roi_back", message("Move the ROI {mm:g} mm to the back", mm=ROI_STEP_MM), "Ctrl+Down"),
    _step("roi_left", message("Move the ROI {mm:g} mm to the left of the view", mm=ROI_STEP_MM), "Ctrl+Left"),
    _step("roi_right", message("Move the ROI {mm:g} mm to the right of the view", mm=ROI_STEP_MM), "Ctrl+Right"),
    _step("roi_wider", message("Make the ROI {mm:g} mm wider", mm=ROI_STEP_MM), "Ctrl+Shift+Right"),
    _step("roi_narrower", message("Make the ROI {mm:g} mm narrower", mm=ROI_STEP_MM), "Ctrl+Shift+Left"),
    _step("roi_longer", message("Make the ROI {mm:g} mm longer", mm=ROI_STEP_MM), "Ctrl+Shift+Down"),
    _step("roi_shorter", message("Make the ROI {mm:g} mm shorter", mm=ROI_STEP_MM), "Ctrl+Shift+Up"),
    _mouse(MARKS, message("Move an end of the range"), message("Left drag on its line")),
    Shortcut("accept_suggestion", MARKS, message("Accept the suggested range and ROI"), ("A",)),
    Shortcut("set_range_high", MARKS, message("Set the upper end of the range to this slice"), ("]", "Ctrl+PgUp")),
    Shortcut("set_range_low", MARKS, message("Set the lower end of the range to this slice"), ("[", "Ctrl+PgDown")),
    Shortcut("toggle_key_rectangle", MARKS, message("Set or remove a key rectangle on this slice"), ("K",)),
    Shortcut("label_positive", MARKS, message("Label this slice: invasion is seen; again: no label"), ("P",)),
    Shortcut("label_negative", MARKS, message("Label this slice: no invasion; again: no label"), ("N",)),
    Shortcut("label_all_positive", MARKS, message("Label all slices of the range: invasion is seen"), ("Shift+P",)),
    Shortcut("label_all_negative", MARKS, message("Label all slices of the range: no invasion"), ("Shift+N",)),
    Shortcut("toggle_key_slice", MARKS, message("Choose this slice for the report, or drop it"), ("Ctrl+K",)),
    Shortcut("verdict_positive", MARKS, message("Your verdict: invasion; again: no verdict"), ("Ctrl+P",)),
    Shortcut("verdict_negative", MARKS, message("Your verdict: no invasion; again: no verdict"), ("Ctrl+N",)),
    Shortcut("verdict_indeterminate", MARKS, message("Your verdict: cannot be told; again: no verdict"), ("Ctrl+I",)),
    Shortcut("distance", MARKS, message("Measure a distance"), ("D",), is_tool=True),
    Shortcut("angle", MARKS, message("Measure an angle"), ("Y",), is_tool=True),
    Shortcut("ellipse", MARKS, message("Measure the HU in an ellipse"), ("E",), is_tool=True),
    _mouse(MARKS, message("Move a measurement, or one of its ends"), message("Left drag on its line")),
    Shortcut("delete_chosen", MARKS, message("Delete the measurement last touched"), ("Del",)),
    Shortcut("analyse", MARKS, message("Analyse"), ("Ctrl+Return",)),
    Shortcut("undo", MARKS, message("Undo"), ("Ctrl+Z",)),
    Shortcut("redo", MARKS, message("Redo"), ("Ctrl+Shift+Z", "Ctrl+Y")),
    _answer("answer_positive", message("Your answer: the tumour invades"), "P"),
    _answer("answer_negative", message("Your answer: no invasion"), "N"),
    _answer("confidence_1", message("Confidence: definitely not invaded"), "Ctrl+1"),
    _answer("confidence_2", message("Confidence: probably not invaded"), "Ctrl+2"),
    _answer("confidence_3", message("Confidence: undecided"), "Ctrl+3"),
    _answer("confidence_4", message("Confidence: probably invaded"), "Ctrl+4"),
    _answer("confidence_5", message("Confidence: definitely invaded"), "Ctrl+5"),
    _answer("certainty_more", message("More certain of invasion, by 5 %"), "Ctrl+Right"),
    _answer("certainty_less", message("Less certain of invasion, by 5 %"), "Ctrl+Left"),
    _answer("give_answer", message("Give the answer; it cannot be changed"), "Ctrl+Return"),
    Shortcut("show_help", HELP, message("Shortcuts and mouse"), ("F1",)),
    Shortcut("look_at_trail", HELP, message("Look whether the trail (audit log) holds"), ("Ctrl+F1",)),
    Shortcut("save_diagnostics", HELP, message("Save diagnostics for whoever helps you …"), ("Ctrl+Shift+F1",)),
    Shortcut("show_about", HELP, message("About Clivus"), ("Shift+F1",)),
)
