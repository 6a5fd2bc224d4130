"""The skull base in the mid-sagittal plane, front on the left as in the sagittal view.

Drawn by ourselves, to the measures of an adult (docs/architecture.md, "Phantoms"; `desktop/suggestion/anatomy.py`): a
clivus of 47 mm that slopes 57° down and back to the basion, the front edge of the foramen magnum; the dens 5 mm below
it; hard palate and anterior arch of the atlas at about one height.
"""

from __future__ import annotations

from desktop.messages import message
from desktop.viewer.pictures.schematics.drawing import Drawing, Name, Tissue

UPPER_MM, LOWER_MM = 37.0, 61.0
"""How far down the base of the sphenoid sinus and the lower end of the clivus are drawn."""

_BRAIN_STEM = (
    "M72 -2 S75 10 77 18 82 30 88 39 95 46 99 53 102 64 103.5 76 104 92"
    " L116 92 S115.5 78 114 66 110 53 106.5 44 101 30 97 18 93 8 92 -2 Z"
)
_TONGUE = "M8 90 S6 80 12 74 24 70 38 71 50 75 57 84 58 90 Z"
_SOFT_PALATE = "M49 64 S56 66 62 72 66 80 67 86 S64 87 62 82 56 74 49 68 Z"
_AIRWAY = (
    "M43 44 S50 42.5 57 44 66 48 73 54 77 61 78 68 77 78 76 90"
    " L69 90 S69.5 82 66 75 61 68 56 64.5 50 62 S40 61 20 62 8 62.5 3 63"
    " L-3 63 L-3 36 S4 24 14 19 26 18 36 19 S38 30 39 38 43 44 Z"
)
_SPHENOID_AND_CLIVUS = (
    "M20 15 S34 14.5 45 15 48 15 49.5 17 S51 22 56 23.5 60.5 20.5 62.5 15.5 S64.5 13.5 66.5 15.5"
    " S70 24 76 34 84 47 92 60 S92 62.5 89.5 61.5 S82 54 74 48 66 43 58 40.5 47 40.5 42 43 S39 39 38 32 36 24 36 18"
    " S28 17.2 20 17 Z"
)
_SINUS = "R39.5 19.5 46 19 50 23.5 56 27 63 28.5 66.5 32.5 65 36 57 37 49 37 42.5 38.5 40.5 33 39.5 26"
_PALATE = "M2 62 S20 64 34 63.5 44 63.5 50 63 S51 64.5 49 65.5 S34 67 20 67 10 68 7 71 S4 72.5 1 72 S2 66 2 62 Z"
_DENS = "R94 66 97.5 68 99 74 99 82 101 90 88 90 89 82 89.5 74 91 68"
_ANTERIOR_ARCH = "R83.5 69.5 86.5 72 86.5 77 84 80.5 81 77.5 80.5 72.5"
_OCCIPUT = "M127 66 S128 63.5 132 64 S140 64.5 147 62 L147 67 S140 69 132 68.5 S127 69 127 66 Z"
_POSTERIOR_ARCH = "R128 74.5 131.5 76.5 132 80 129 82.5 125.5 80.5 125.5 77"
_SPINE = "R124 90 126 87.5 132 87.5 137 90 137 94 124 94"

SAGITTAL = Drawing(
    147,
    88,
    (
        (Tissue.FAINT, _BRAIN_STEM),
        (Tissue.FAINT, _TONGUE),
        (Tissue.AIR, _AIRWAY),
        (Tissue.FAINT, _SOFT_PALATE),
        (Tissue.BONE, _PALATE),
        (Tissue.BONE, _DENS),
        (Tissue.BONE, _ANTERIOR_ARCH),
        (Tissue.BONE, _POSTERIOR_ARCH),
        (Tissue.BONE, _OCCIPUT),
        (Tissue.BONE, _SPINE),
        (Tissue.CLIVUS, _SPHENOID_AND_CLIVUS),
        (Tissue.AIR, _SINUS),
    ),
    (
        Name(message("sphenoid sinus"), (3, 1, 47, 12), -1, (48, 27)),
        Name(message("clivus"), (98, 40, 46, 11), 1, (80, 46.5)),
        Name(message("dens"), (105, 76, 34, 12), -1, (96, 80)),
        Name(message("hard palate"), (10, 71, 48, 10), -1, (30, 65.5)),
        Name(message("nasopharynx"), (20, 43.5, 56, 8.5), 0),
        Name(message("brain stem"), (94, 4, 50, 12), 1, (88, 20)),
    ),
    ("A", "P"),
)
