"""A structured report that Clivus wrote of a series, and that lies beside it, comes back with the series."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop.errors import ClivusError
from desktop.imaging.series import OwnReport, Series
from desktop.messages import message
from desktop.reading.matching import belongs_to
from desktop.report.dicom.own_report import ReportUnfit, StoredReport, read_report
from desktop.viewer.desk.background import JobLink, Jobs
from desktop.viewer.desk.case import Case, Done
from desktop.viewer.desk.department import Department
from desktop.viewer.desk.notices import Notices
from desktop.viewer.desk.opening import Opening

REPORTS = "reports"
"""Kind of job."""

_Found = tuple[OwnReport, StoredReport | ReportUnfit]


class OwnReports(QObject):
    """Opens the newest report of the series on the desk, once all files are known, as a saved reading is opened.

    What the reader has done, kept or opened comes first; in a study, and of a project's case, a report is nobody's
    business.
    """

    def __init__(self, case: Case, opening: Opening, department: Department, jobs: Jobs, notices: Notices) -> None:
        super().__init__(case)
        self._case, self._opening, self._department = case, opening, department
        self._jobs, self._notices = jobs, notices
        self._looked_at: Series | None = None
        self._coming: tuple[OwnReport, StoredReport] | None = None
        """The report whose reading is on its way to the desk."""
        opening.opened.connect(self._came)
        opening.opened.connect(self._look)
        opening.listed.connect(self._look)

    def _look(self) -> None:
        volume, study = self._case.volume, self._opening.study
        if volume is None or study is None or not study.complete or volume.series is self._looked_at:
            return
        self._looked_at, series = volume.series, volume.series
        reports = study.scan.reports
        if not reports or not self._wanted(series):
            return

        def operation(link: JobLink) -> list[_Found]:
            return [(report, _read(report)) for report in reports if not link.stop()]

        def success(found: list[_Found]) -> None:
            if self._case.volume is volume and self._wanted(series):
                self._show(series, found)

        def failure(error: ClivusError) -> None:
            self._notices.warned.emit(error.message)

        self._jobs.start(REPORTS, study.held.during(operation), success, failure)

    def _came(self) -> None:
        coming, self._coming = self._coming, None
        if coming is not None and self._opening.reading is not None:
            report, stored = coming
            if self._opening.reading.result is stored.reading.result:
                self._notices.informed.emit(message("The reading is from the report {file}.", file=report.shown))

    def _wanted(self, series: Series) -> bool:
        untouched = self._case.done == Done() and self._opening.reading is None
        return untouched and not self._case.terms.in_study and not self._department.holds(series)

    def _show(self, series: Series, found: list[_Found]) -> None:
        fitting = [
            (report, stored)
            for report, stored in found
            if isinstance(stored, StoredReport) and belongs_to(stored.reading, [series])
        ]
        if fitting:
            report, stored = max(fitting, key=lambda one: one[1].made_at)
            self._coming = report, stored
            self._opening.open_reading(stored.reading)
            return
        for report, unfit in found:
            if isinstance(unfit, ReportUnfit):
                text = message(
                    "The report {file} is left alone, because {reason}.", file=report.shown, reason=unfit.message
                )
                self._notices.warned.emit(text)


def _read(report: OwnReport) -> StoredReport | ReportUnfit:
    try:
        return read_report(report.path)
    except ReportUnfit as unfit:
        return unfit
