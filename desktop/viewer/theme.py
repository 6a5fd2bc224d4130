"""Colours and sizes of the window: quiet greys for a dark reading room, and one accent."""

BACKGROUND = "#15171a"
PANEL = "#1d2024"
RAISED = "#282c31"
LINE = "#3a3f46"
TEXT = "#dcdfe3"
QUIET = "#9aa2ab"
FAINT = "#6c747d"
"""Of what is disabled, and of shapes: too faint for text that is to be read."""
ACCENT = "#5ab4e5"
MARKED = "#ff6ec7"
"""Of what a reader marks: magenta, since blue and orange are the heat map's, for which a mark could be taken."""
SUGGESTED = "#c9a6ff"
"""Of what the program suggests, until a reader takes it over: violet, which nothing else is."""
AMBER = "#e3a63f"
IMAGE_TEXT = "#e8eaed"
SLICE_LINE = "#f1f3f5"

VIEW_COLOURS = {"axial": "#f2a6a0", "sagittal": "#f0df8a", "coronal": "#9fd68c"}
"""Of a view's upper edge, and of the lines and marks that show in the other views where it lies. Rose, yellow and
green, as in other viewers, and paler than what is marked."""

VERDICT_COLOURS = {
    "positive": ("#a63a22", "#ffffff"),
    "negative": ("#27594f", "#ffffff"),
    "withheld": ("#4b5158", "#ffffff"),
    "indeterminate": ("#5b5334", "#ffffff"),
    "outdated": ("#2b2e33", QUIET),
    "none": (PANEL, QUIET),
}
"""Ground and text of the verdict banner."""

STEP_BADGES = {
    "to do": (PANEL, QUIET, FAINT),
    "now": (ACCENT, BACKGROUND, ACCENT),
    "done": (LINE, TEXT, LINE),
}
"""Ground, text and edge of a step's number."""

CAUTION_TEXT = "#ffd78f"
"""Of cautions on the banner: 4.5 : 1 or more on each of its grounds."""

VERDICT_LINES = {"positive": "#ee8a4f", "negative": "#5fc7b2", "indeterminate": "#e0cf7a"}
"""On the dark of an image: orange, blue-green and yellow, which colour-blind people tell apart."""

PROGRESS_BAR = "#2a6080"
"""Dark enough for the text on it."""

POSITIVE_BAR = "#e2703a"
NEGATIVE_BAR = "#7d8893"

GRIP_PX = 8
"""How near an edge or a line a press takes hold of it."""

FIT_SHARE = 0.98
"""How much of a view a fitted picture takes."""

DRAG_START_PX = 3
"""Movements below this are the tremor of a click."""

STEPS_WIDTH = 330
THUMBNAIL_PX = 56
ENTRY_EDGE_PX, ENTRY_PADDING_PX = 3, 2
ENTRY_FRAME_PX = ENTRY_EDGE_PX + 2 * ENTRY_PADDING_PX
"""Around the entries of a list: the edge that a selected one has on its left, and what keeps the text off it."""

SCHEMATIC = {
    "faint": (RAISED, LINE),
    "bone": ("#5d656e", QUIET),
    "clivus": ("#b9b19c", "#e6dcc0"),
    "air": ("#0b0c0e", FAINT),
    "artery": ("#a8484a", "#e08a85"),
}
"""Ground and edge of the parts of a schematic drawing; the clivus stands out, as what the question is about."""
