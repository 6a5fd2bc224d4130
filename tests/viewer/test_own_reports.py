"""A structured report of Clivus that lies beside its series comes back with it; another program's is left alone."""

from __future__ import annotations

import shutil

import pytest
from pydicom import dcmread
from PySide6.QtCore import QPoint, Qt

from desktop.object_kinds import Kind
from desktop.report import save_report
from desktop.report.dicom.wanted import Objects
from desktop.viewer.desk.case import Done


@pytest.fixture(scope="module")
def beside(study, headless, tmp_path_factory):
    """The phantom's series and, in a folder beside it, its report."""
    folder = tmp_path_factory.mktemp("beside")
    shutil.copytree(study, folder / "ct")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("desktop.report.dicom.device_uid.local_data_folder", lambda: folder / "home")
        save_report(headless, folder, objects=Objects((Kind.REPORT,)))
    return folder


def opened(window, folder, qtbot):
    with qtbot.waitSignal(window.opening.opened, timeout=30000):
        window.open(folder)
    qtbot.waitUntil(lambda: not window.jobs._running, timeout=60000)


def test_range_roi_and_answer_come_back(window, beside, headless, qtbot, tmp_path, monkeypatch):
    opened(window, beside, qtbot)
    marks = window.case.marks
    assert (marks.roi, marks.span) == (headless.region.roi, headless.region.range)
    qtbot.waitUntil(lambda: window.case.result is not None, timeout=60000)
    assert window.case.result.verdict is headless.verdict
    assert not window.case.unsaved
    assert "sr.dcm" in window.message.label.text()
    # Saved again from here, with the box in the report step, there are objects anew.
    monkeypatch.setattr("desktop.report.dicom.device_uid.local_data_folder", lambda: tmp_path / "home")
    qtbot.mouseClick(window.report_step.objects, Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
    window.saving.save_report(tmp_path / "report")
    qtbot.waitUntil(lambda: "Report saved" in window.message.label.text(), timeout=60000)
    assert sorted(file.name for file in (tmp_path / "report" / "dicom").iterdir()) == ["sc.dcm", "sr.dcm"]


def test_another_programs_is_left_alone_and_listed(window, beside, tmp_path, qtbot):
    folder = shutil.copytree(beside, tmp_path / "other")
    report = dcmread(folder / "dicom" / "sr.dcm")
    report.Manufacturer = "Somebody else"
    report.save_as(folder / "dicom" / "sr.dcm")
    opened(window, folder, qtbot)
    assert window.case.done == Done()
    reasons = {skipped.shown: str(skipped.reason) for skipped in window.opening.study.scan.skipped}
    assert reasons[next(name for name in reasons if name.endswith("sr.dcm"))] == (
        "not an image (Comprehensive 3D SR Storage)"
    )


def test_a_damaged_one_is_told(window, beside, tmp_path, qtbot):
    folder = shutil.copytree(beside, tmp_path / "damaged")
    file = folder / "dicom" / "sr.dcm"
    file.write_bytes(file.read_bytes().replace(b"range_mm=", b"range_cm="))
    opened(window, folder, qtbot)
    assert window.case.done == Done()
    assert "is left alone, because its content is not what Clivus writes" in window.message.label.text()
