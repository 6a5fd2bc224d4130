"""May this series be judged? Named checks with what was measured, what is required and what to do."""

from .check import MAXIMUM_THICKNESS_MM, Check, Status
from .headers import BELONGING_CHECKS, check_series
from .span import check_range, range_spacing
from .stack import own_spacing
from .values import check_volume

__all__ = [
    "BELONGING_CHECKS",
    "MAXIMUM_THICKNESS_MM",
    "Check",
    "Status",
    "check_range",
    "check_series",
    "check_volume",
    "own_spacing",
    "range_spacing",
]
