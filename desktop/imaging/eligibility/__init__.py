"""Eligibility: named checks, each with what was measured, what is required and what to do."""

from desktop.imaging.eligibility.check import MAXIMUM_THICKNESS_MM, Check, Status
from desktop.imaging.eligibility.headers import BELONGING_CHECKS, check_series
from desktop.imaging.eligibility.span import check_range, check_rectangles, range_spacing
from desktop.imaging.eligibility.stack import own_spacing
from desktop.imaging.eligibility.values import check_volume

__all__ = [
    "BELONGING_CHECKS",
    "MAXIMUM_THICKNESS_MM",
    "Check",
    "Status",
    "check_range",
    "check_rectangles",
    "check_series",
    "check_volume",
    "own_spacing",
    "range_spacing",
]
