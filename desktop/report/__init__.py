"""Results out: result.json and pictures. No widgets."""

from desktop.report.files import SavedReport, save_report
from desktop.report.place import require_place

__all__ = ["SavedReport", "require_place", "save_report"]
