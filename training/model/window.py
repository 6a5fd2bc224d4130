"""The window in which the network sees crops (paper, section "Image preprocessing and deep-learning analysis")."""

WINDOW_LEVEL = 60.0
WINDOW_WIDTH = 600.0
"""HU."""
