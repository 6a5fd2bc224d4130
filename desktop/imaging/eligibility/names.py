"""The names of the checks: stable ids in JSON, and English labels, which the catalogues translate."""

from __future__ import annotations

from desktop.messages import named

MODALITY = named("modality")
PATIENT = named("patient")
IDENTIFIERS = named("identifiers")
KIND_OF_PICTURE = named("kind of picture")
AXIAL = named("axial")
SLICES = named("slices")
SLICE_THICKNESS = named("slice thickness")
KERNEL = named("kernel")
SPACING = named("spacing")
DOUBLED_SLICES = named("doubled slices")
ALIGNMENT = named("alignment")
TILT = named("tilt")
SIDEWAYS_SHEAR = named("sideways shear")
CONTRAST_PHASE = named("contrast phase")
LOSSY_COMPRESSION = named("lossy compression")
UNIT = named("unit")
"""Checks of headers."""

HU = named("HU")
ALL_SLICES_READ = named("all slices read")
"""Checks of a volume."""

RANGE_COVERED = named("range covered")
ALL_READ_OVER_RANGE = named("all slices read over the range")
SPACING_OVER_RANGE = named("spacing over the range")
PICTURES_IN_ORDER = named("pictures in order")
PICTURE_FOR_EVERY_SLICE = named("a picture for every slice")
PICTURES_OF_ONE_PIECE = named("pictures of one piece")
HU_OF_EACH_SLICE = named("HU of each slice")
THICKNESS_OVER_RANGE = named("thickness over the range")
OVERLAP_OVER_RANGE = named("overlap over the range")
COVERAGE = named("coverage between slices")
METAL = named("metal")
SKULL_BASE = named("skull base in view")
HEADS_POSITION = named("head's position")
"""Checks of range and ROI."""

FAMILIARITY = named("familiarity")
MODELS_HEADS = named("model's heads")
MODELS_THICKNESS = named("model's slice thickness")
MODELS_PHASES = named("model's contrast phases")
NOISE = named("noise")
SHARPNESS = named("sharpness")
ROI_AREA = named("ROI area")
LENGTH = named("length of the range")
PLACE = named("place of the marks")
MARKS = named("marks")
"""Checks of the model and the marks (desktop/inference, desktop/suggestion)."""
