"""Range and ROI from the CT itself: where anatomy says they should be. No network, and nothing of any patient."""

from desktop.suggestion.finding import NoSuggestion
from desktop.suggestion.place import check_marks, check_place
from desktop.suggestion.suggestion import Landmark, Suggestion, suggest

__all__ = ["Landmark", "NoSuggestion", "Suggestion", "check_marks", "check_place", "suggest"]
