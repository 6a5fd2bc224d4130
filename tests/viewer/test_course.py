"""The state of each step, as the reader goes through them."""

from __future__ import annotations

from desktop.reading.run import Verdict
from desktop.viewer.desk.case import Marks
from desktop.viewer.desk.course import StepState, course_of


def states(window):
    steps = (window.series_step, window.range_step, window.roi_step, window.result_step, window.report_step)
    assert [step.state for step in steps] == list(course_of(window.case))
    signs = {StepState.DONE: "✓", StepState.NOW: "n", StepState.TO_DO: "-"}
    for number, step in enumerate(steps, start=1):
        assert step.badge.text() == ("✓" if step.state is StepState.DONE else str(number))
        assert step.accessibleName().endswith(f", {step.state.value}")
    return "".join(signs[step.state] for step in steps)


def test_from_an_empty_desk_to_a_saved_reading(window, volume, marks, headless, tmp_path):
    assert states(window) == "n----"
    window.case.open(volume)
    assert states(window) == "✓n---"
    window.case.mark(Marks(roi=marks.roi), "ROI first")
    assert states(window) == "✓n✓--"
    window.case.mark(marks, "Range")
    assert states(window) == "✓✓✓n-"
    window.case.accept(headless)
    assert states(window) == "✓✓✓✓n"
    window.case.answer(Verdict.NEGATIVE)
    assert states(window) == "✓✓✓✓n"
    window.saving.save_reading(tmp_path / "reading.json")
    assert states(window) == "✓✓✓✓✓"
    window.case.mark(marks.with_high(marks.high_mm - 3), "Range")
    assert states(window) == "✓✓✓n-"
    window.case.undo()
    assert states(window) == "✓✓✓✓✓"


def test_another_series_begins_again(window, volume, marks, small):
    window.case.open(volume)
    window.case.mark(marks, "Marks")
    window.case.open(small)
    assert states(window) == "✓n---"
