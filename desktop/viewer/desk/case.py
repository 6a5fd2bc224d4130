"""The case on the desk: the open series, what the reader marked, and the result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from desktop.imaging.volume import Volume
from desktop.imaging.windowing import Window
from desktop.inference.manifest import Manifest
from desktop.inference.result import Result
from desktop.inference.stability import Stability
from desktop.messages import Message, tr
from desktop.project.entry import Entry
from desktop.reading.as_json import BeforeModel, SliceKey
from desktop.reading.draft import Draft
from desktop.reading.landmarks import PAPERS_ROI, RoiGuidance
from desktop.reading.measurement import Measurement
from desktop.reading.origin import Mark, Origin
from desktop.reading.roi import PositionRange, Roi
from desktop.reading.run import Verdict
from desktop.reading.saved import Reading
from desktop.suggestion import Suggestion
from desktop.viewer.desk.terms import Terms

PROPOSED_WIDTH_MM, PROPOSED_DEPTH_MM = 50.0, 36.0
"""The rectangle offered where none is suggested: 18 cm2 in the proportions of the phantoms' and the paper's figures."""

ALONE = -1
"""A change that is a step of its own (QUndoCommand::id)."""


@dataclass(frozen=True)
class Marks:
    """What the reader has marked so far; the ends of the range are positions in mm."""

    roi: Roi | None = None
    low_mm: float | None = None
    high_mm: float | None = None
    measurements: tuple[Measurement, ...] = ()

    @property
    def span(self) -> PositionRange | None:
        """The range, once both ends are marked."""
        if self.low_mm is None or self.high_mm is None:
            return None
        return PositionRange(self.low_mm, self.high_mm)

    def judged_alike(self, other: Marks, volume: Volume) -> bool:
        """Whether an answer for one is an answer for the other: the same range, and on its slices the same ROI."""
        span, positions = self.span, volume.geometry.positions_mm
        if span is None or span != other.span or self.roi is None or other.roi is None:
            return False
        return self.roi.same_at(other.roi, (float(positions[index]) for index in span.indices(positions)))

    def with_roi(self, roi: Roi | None) -> Marks:
        """With another ROI."""
        return replace(self, roi=roi)

    def with_low(self, low_mm: float) -> Marks:
        """With another lower end. Above the upper one, the two change places: no end is lost."""
        return replace(self, low_mm=low_mm)._in_order()

    def with_high(self, high_mm: float) -> Marks:
        """With another upper end. Below the lower one, the two change places: no end is lost."""
        return replace(self, high_mm=high_mm)._in_order()

    def completed(self, suggestion: Suggestion) -> Marks:
        """With what is suggested in place of what is not marked."""
        low = suggestion.range.low_mm if self.low_mm is None else self.low_mm
        high = suggestion.range.high_mm if self.high_mm is None else self.high_mm
        return replace(self, roi=self.roi or suggestion.roi, low_mm=low, high_mm=high)._in_order()

    def _in_order(self) -> Marks:
        if self.low_mm is None or self.high_mm is None or self.low_mm <= self.high_mm:
            return self
        return replace(self, low_mm=self.high_mm, high_mm=self.low_mm)


class ResultState(Enum):
    """Whether the result answers for what is marked now, by the model in use."""

    NONE = "none"
    CURRENT = "current"
    OUTDATED = "outdated"


@dataclass(frozen=True)
class Done:
    """All that the reader has done with a series.

    Attributes:
        own_verdict: the reader's own answer.
        labels: "invasion seen on this slice", by SOPInstanceUID and frame.
        key_slices: the slices chosen for the report, by the same, each with a note or "".
        remark: on the case.
    """

    marks: Marks = Marks()
    own_verdict: Verdict | None = None
    labels: Mapping[SliceKey, bool] = field(default_factory=dict)
    key_slices: Mapping[SliceKey, str] = field(default_factory=dict)
    remark: str = ""

    @staticmethod
    def of(marks: Marks, kept: Draft | Entry | Reading) -> Done:
        """What was kept, with these marks of it."""
        return Done(marks, kept.verdict, dict(kept.slice_labels), dict(kept.key_slices), kept.remark)


@dataclass
class _Desk:
    """Everything about one case.

    Attributes:
        kept: what is in a file, or was never changed.
        stability: of the result, or of a former one.
        stored: the result's document that a reading brought along, and the marks it belongs to.
        opened: the marks that a reading or a draft brought along, and where they come from; None without either.
        suggestion: what anatomy says, or why it says nothing; None while that is not known.
        model_seen: whether a model's answer was on the screen, now or when the reading was made.
        before_model: what the reader had answered until then; it is past, so that no step of the history changes it.
    """

    volume: Volume | None = None
    done: Done = Done()
    kept: Done = Done()
    result: Result | None = None
    stability: Stability | None = None
    stored: tuple[Marks, dict[str, object]] | None = None
    opened: tuple[Marks, Origin] | None = None
    suggestion: Suggestion | Message | None = None
    model_seen: bool = False
    before_model: BeforeModel | None = None


class Case(QObject):
    """One open series with its marks, their undo history and the result."""

    opened = Signal()
    """Another series, or none. All others follow."""
    extended = Signal(object)
    """The same series with more slices; carries the former volume. `marked` and `judged` follow."""
    marked = Signal()
    """What is marked, or the reader's own answer, is other than before."""
    judged = Signal()
    stability_known = Signal()
    """How stable the result is."""
    suggested = Signal()
    """Range and ROI are suggested, or it is known why not. `marked` follows."""
    guided = Signal()
    """How the ROI is to be drawn is other than before, since another model is in use."""
    settled = Signal()
    """What is done, or what of it is in a file, is other than before; not during a drag."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.history = QUndoStack(self)
        self.terms = Terms.ORDINARY
        """What may be done with what is put on the desk next; others come with `clear`."""
        self._desk = _Desk()
        self._model: Manifest | None = None
        self._aside: _Desk | None = None
        self._before_drag: Done | None = None
        self._about: tuple[Result | None, Marks, Manifest | None] = None, self.marks, None
        """What `_state` was found for: a step of a drag asks a dozen times."""
        self._state = ResultState.NONE

    @property
    def volume(self) -> Volume | None:
        """The open series."""
        return self._desk.volume

    @property
    def marks(self) -> Marks:
        """What is marked on it."""
        return self._desk.done.marks

    @property
    def own_verdict(self) -> Verdict | None:
        """The reader's own answer."""
        return self._desk.done.own_verdict

    @property
    def before_model(self) -> BeforeModel | None:
        """The reader's answer until a model's was on the screen; None while it was not, or where that is unknown."""
        return self._desk.before_model

    @property
    def done(self) -> Done:
        """All that the reader has done with it."""
        return self._desk.done

    def open(self, volume: Volume, reading: Reading | None = None) -> None:
        """Put another series on the desk, with the marks of a reading if there is one."""
        desk = _Desk(volume)
        if reading is not None:
            marks = Marks(reading.roi, reading.range.low_mm, reading.range.high_mm, reading.measurements)
            desk.done = desk.kept = Done.of(marks, reading)
            desk.stored = None if reading.result is None else (marks, reading.result)
            desk.opened = marks, reading.origin
            desk.model_seen = reading.result is not None or reading.before_model is not None
            desk.before_model = reading.before_model
        self._aside = None
        self.history.clear()
        self._put(desk)

    def lay_out(self, marks: Marks) -> None:
        """Put marks on the series just opened that are given for it; the history begins after them."""
        self._desk.done = self._desk.kept = Done(marks)
        self.marked.emit()

    def clear(self, terms: Terms) -> None:
        """Take the case off the desk for good; from now on these terms hold."""
        self.cancel_drag()
        self.terms = terms
        self._aside = None
        self.history.clear()
        self._put(_Desk())

    def put_aside(self) -> None:
        """Take the case off the desk, to be taken back unless another one is opened."""
        if self.volume is not None:
            self.cancel_drag()
            self._aside = self._desk
            self._put(_Desk())

    def take_back(self) -> None:
        """Put the case that was put aside on the desk again."""
        aside, self._aside = self._aside, None
        if aside is not None:
            self._put(aside)

    def _put(self, desk: _Desk) -> None:
        self._desk = desk
        self._before_drag = None
        self.opened.emit()
        self.marked.emit()
        self.judged.emit()
        self.settled.emit()

    def extend(self, volume: Volume) -> None:
        """Exchange the volume for one of the same series with more slices; the marks stay, a result does not."""
        self.cancel_drag()
        before = self.volume
        self._desk.volume, self._desk.result, self._desk.suggestion = volume, None, None
        self.extended.emit(before)
        self.marked.emit()
        self.judged.emit()

    @property
    def unsaved(self) -> bool:
        """Whether there are marks or an answer of the reader's in no file; the model's comes back in a second. In a
        study the answer is all that is kept."""
        return not self.terms.in_study and self.done != self._desk.kept

    @property
    def stored_result(self) -> dict[str, object] | None:
        """The result that is in the file of the marks as they are, as `read` prints it."""
        stored, volume = self._desk.stored, self.volume
        if stored is None or volume is None or not stored[0].judged_alike(self.marks, volume):
            return None
        return stored[1]

    @property
    def filed(self) -> bool:
        """Whether what the reader has marked and answered is in a file as it is now."""
        return not self.unsaved and self._desk.kept != Done()

    def reading_saved(self, reading: Reading) -> None:
        """What is on the desk now is in a file, as this reading."""
        self._desk.kept = self.done
        if reading.result is not None:
            self._desk.stored = self.marks, reading.result
        self.settled.emit()

    def kept_elsewhere(self) -> None:
        """What is on the desk now is in the project."""
        self._desk.kept = self.done
        self.settled.emit()

    def proposal(self, volume: Volume) -> Roi:
        """The rectangle offered until the reader places one: 18 cm2 in the middle of the slice."""
        geometry = volume.geometry
        width = min(PROPOSED_WIDTH_MM / geometry.column_mm, geometry.columns)
        height = min(PROPOSED_DEPTH_MM / geometry.row_mm, geometry.rows)
        left, front = (geometry.columns - width) / 2, (geometry.rows - height) / 2
        middle_mm = float(geometry.positions_mm[len(geometry.positions_mm) // 2])
        return Roi.everywhere(*volume.rectangle_to_stored((left, front, width, height)), position_mm=middle_mm)

    @property
    def roi_shown(self) -> bool:
        """Whether there is a rectangle to show: in a study only one that is given or to be placed."""
        return self.terms.roi_is_placed or self.marks.roi is not None

    def shown_roi(self, volume: Volume) -> Roi:
        """The ROI, or the one suggested, or the one offered."""
        suggestion = self.suggestion
        return self.marks.roi or (self.proposal(volume) if suggestion is None else suggestion.roi)

    def judged_at(self, position_mm: float) -> bool:
        """Whether a slice lies in the range, marked or suggested; true until there is one."""
        span = self.shown_marks.span
        return span is None or span.contains(position_mm)

    @property
    def shown_marks(self) -> Marks:
        """What is marked, completed by what is suggested."""
        suggestion = self.suggestion
        return self.marks if suggestion is None else self.marks.completed(suggestion)

    def suggest(self, suggestion: Suggestion | Message) -> None:
        """This is suggested for the series, or nothing is, and why."""
        self._desk.suggestion = suggestion
        self.suggested.emit()
        self.marked.emit()

    @property
    def suggestion(self) -> Suggestion | None:
        """What is suggested; None where nothing is, or not yet."""
        known = self._desk.suggestion
        return known if isinstance(known, Suggestion) else None

    @property
    def no_suggestion(self) -> Message | None:
        """Why nothing is suggested."""
        known = self._desk.suggestion
        return known if isinstance(known, Message) else None

    def mark(self, marks: Marks, what: str, row: int = ALONE) -> None:
        """Change the marks in one step that can be undone; `what` names it. Nothing during a drag.

        Args:
            row: changes of the same number, one after the other, are one step of the history.
        """
        self.change(replace(self.done, marks=marks), what, row)

    def answer(self, verdict: Verdict | None) -> None:
        """Change the reader's own answer in one step that can be undone. Nothing during a drag."""
        self.change(replace(self.done, own_verdict=verdict), tr("Your verdict"))

    def change(self, done: Done, what: str, row: int = ALONE) -> None:
        """Change anything of what is done, as `mark` does, as far as the terms allow it."""
        done = self._allowed(done)
        if done != self.done and self._before_drag is None and self.volume is not None:
            self.history.push(_Change(self, self.done, done, what, row))

    def take_over(self, done: Done, origin: Origin | None, what: str, before_model: BeforeModel | None = None) -> None:
        """Change everything, as `change` does, to what was done before; `origin` says where its marks come from."""
        if origin is not None:
            self._desk.opened = done.marks, origin
        if before_model is not None:
            self._desk.model_seen, self._desk.before_model = True, before_model
        self.change(done, what)

    def undo(self) -> None:
        """Take the last step back. Nothing during a drag."""
        if self._before_drag is None and self.volume is not None:
            self.history.undo()

    def redo(self) -> None:
        """Take the step again. Nothing during a drag."""
        if self._before_drag is None and self.volume is not None:
            self.history.redo()

    @property
    def dragging(self) -> bool:
        """Whether a drag is changing the marks."""
        return self._before_drag is not None

    @property
    def done_before_drag(self) -> Done:
        """All that the reader has done, without a drag that goes on and may still be cancelled."""
        return self.done if self._before_drag is None else self._before_drag

    def begin_drag(self) -> None:
        """From here on `drag` shows changes that `end_drag` or `cancel_drag` settles, with those of a drag that
        goes on in another view, whose release was lost."""
        self._before_drag = self.done_before_drag

    def drag(self, marks: Marks) -> None:
        """Show marks while the mouse moves."""
        self._show(self._allowed(replace(self.done, marks=marks)))

    def _allowed(self, done: Done) -> Done:
        """What the terms allow of a change: in a study measurements, and the ROI where it is to be placed."""
        if not self.terms.in_study:
            return done
        before = self.marks
        roi = done.marks.roi if self.terms.roi_is_placed else before.roi
        return Done(Marks(roi, before.low_mm, before.high_mm, done.marks.measurements))

    def end_drag(self, what: str) -> None:
        """Keep what was dragged, as one step of the history."""
        before, self._before_drag = self._before_drag, None
        if before is not None and before != self.done:
            self.history.push(_Change(self, before, self.done, what))

    def cancel_drag(self) -> None:
        """Go back to the marks before the drag."""
        before, self._before_drag = self._before_drag, None
        if before is not None:
            self._show(before)

    def apply(self, done: Done) -> None:
        """Set what is done without touching the history."""
        self._show(done)
        self.settled.emit()

    def _show(self, done: Done) -> None:
        self._desk.done = done
        self.marked.emit()

    def accept(self, result: Result) -> None:
        """Keep the answer for the result's region."""
        if not self._desk.model_seen:
            self._desk.model_seen, self._desk.before_model = True, BeforeModel(self.own_verdict)
        self._desk.result = result
        self.judged.emit()

    def accept_stability(self, stability: Stability) -> None:
        """Keep what is known of the stability of a result."""
        self._desk.stability = stability
        self.stability_known.emit()

    def use_model(self, model: Manifest) -> None:
        """From now on this is the model in use; the marks stay, another model's result is out of date."""
        before = self.guidance
        self._model = model
        self.judged.emit()
        if self.guidance != before:
            self.guided.emit()

    @property
    def guidance(self) -> RoiGuidance:
        """How the ROI is drawn for the model in use; as in the paper until there is one."""
        return PAPERS_ROI if self._model is None else self._model.roi

    @property
    def model_window(self) -> Window | None:
        """The window that the model in use sees the CT in; None until there is one."""
        return None if self._model is None else self._model.window

    @property
    def result_state(self) -> ResultState:
        """Whether there is a result, and whether marks and model are still those that it comes from."""
        about = self._desk.result, self.marks, self._model
        if any(one is not other for one, other in zip(about, self._about, strict=True)):
            self._about, self._state = about, self._compared(*about)
        return self._state

    @staticmethod
    def _compared(result: Result | None, marks: Marks, model: Manifest | None) -> ResultState:
        if result is None:
            return ResultState.NONE
        region = result.region
        judged = Marks(region.roi, region.range.low_mm, region.range.high_mm)
        belongs = judged.judged_alike(marks, region.volume) and result.manifest == model
        return ResultState.CURRENT if belongs else ResultState.OUTDATED

    @property
    def result(self) -> Result | None:
        """The result, only while it answers for what is marked, by the model in use."""
        return self._desk.result if self.result_state is ResultState.CURRENT else None

    @property
    def stability(self) -> Stability | None:
        """How stable the result is; None until that is known."""
        known, result = self._desk.stability, self.result
        return known if known is not None and known.result is result else None

    def reading(self, document: dict[str, object] | None) -> Reading | None:
        """What would be saved; None until ROI and range are marked.

        Args:
            document: the result's. Without one, a document that answers for these marks is kept.
        """
        span = self.marks.span
        if self.volume is None or self.marks.roi is None or span is None:
            return None
        if document is None:
            document = self.stored_result
        series = self.volume.series
        return Reading(
            series.name,
            self.marks.roi,
            span,
            dict(self.done.labels),
            self.own_verdict,
            document,
            series.slices[0].sop_instance_uid,
            series.slices[0].place.frame,
            self.marks.measurements,
            self.origin,
            self.before_model,
            dict(self.done.key_slices),
            self.done.remark,
        )

    @property
    def origin(self) -> Origin:
        """Where the marks come from. What a reader marked beside a suggestion was suggested, and moved."""
        span, roi, suggestion = self.marks.span, self.marks.roi, self.suggestion
        if self._desk.opened is not None:
            opened, origin = self._desk.opened
            return origin.after(span != opened.span, roi != opened.roi)
        if suggestion is None:
            return Origin()
        kinds: tuple[Mark, Mark] = (
            "suggested" if span == suggestion.range else "moved",
            "suggested" if roi == suggestion.roi else "moved",
        )
        return Origin(*kinds, accepted=True)


class _Change(QUndoCommand):
    """One step of the history."""

    def __init__(self, case: Case, before: Done, after: Done, what: str, row: int = ALONE) -> None:
        super().__init__(what)
        self._case, self._before, self._after, self._row = case, before, after, row

    def id(self) -> int:
        return self._row

    def mergeWith(self, later: QUndoCommand) -> bool:
        assert isinstance(later, _Change)  # nothing else has its number
        self._after = later._after
        return True

    def undo(self) -> None:
        self._case.apply(self._before)

    def redo(self) -> None:
        self._case.apply(self._after)
