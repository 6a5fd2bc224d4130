"""Results out: result.json and pictures. No widgets."""

from desktop.report.files import save_report

__all__ = ["save_report"]
