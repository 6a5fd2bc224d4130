"""A reader study at the desk: one case after the other, each answer kept by itself, given once, and never changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.errors import ClivusError
from desktop.messages import Message, message
from desktop.project import answers, cases, entries, reader_study
from desktop.project.answers import CERTAINTY, Answer, Given
from desktop.project.database import Project, ProjectRefused
from desktop.project.reader_study import Arm, Kind, Protocol, Study
from desktop.project.study_marks import marks_of
from desktop.quoting import quoted
from desktop.reading.run import Verdict
from desktop.unwritten import NotWritten
from desktop.viewer.desk.autosave import KEEP_AFTER_MS, TRY_AGAIN_MS
from desktop.viewer.desk.case import Case, Marks
from desktop.viewer.desk.department import Department
from desktop.viewer.desk.display import Display
from desktop.viewer.desk.judging import Judging
from desktop.viewer.desk.notices import Notices
from desktop.viewer.desk.opening import Opening
from desktop.viewer.desk.stopwatch import Stopwatch
from desktop.viewer.desk.study import Opened
from desktop.viewer.desk.terms import Terms

KEEP_TIME_MS = 10_000
"""While a case is looked at and nothing is changed, the seconds are kept this often: a kill costs no more of them."""

CERTAINTY_STEP = 5
"""Per cent, by a key; the slider has every number."""

T = TypeVar("T")

_HELD_BACK = message("You read this case in a study. Until that allows the model, it is opened only there.")


class Answering(QObject):
    """Which study is read, and the answer to the case on the desk. Without a study, the work is ordinary.

    In ordinary work the cases of a study stay closed to its readers as long as the model has to be hidden from them.
    """

    changed = Signal()
    """The study, its arm, the case or its answer is another."""
    went_on = Signal()
    """A case of the study is being opened."""
    rested = Signal()
    """There is no case to go on with now; the worklist says why."""

    def __init__(
        self,
        case: Case,
        display: Display,
        opening: Opening,
        judging: Judging,
        department: Department,
        notices: Notices,
    ) -> None:
        super().__init__(case)
        self._case, self._display, self._opening, self._judging = case, display, opening, judging
        self._department, self._notices = department, notices
        self.study: Study | None = None
        self.arm: Arm | None = None
        """The one that the reader may work in; None while the time between the arms runs, and at the end."""
        self.current: cases.Case | None = None
        """The case on the desk, if it is one of the study."""
        self.answer: Answer | None = None
        """What the reader has answered so far; None while no case of a study is on the desk."""
        self._arm_of_case = Arm.UNAIDED
        """In which the case on the desk is answered."""
        self._coming = ""
        """The id of the case that was asked for last."""
        self._looking = False
        self._watch = Stopwatch()
        self._told = False
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.timeout.connect(self._keep)
        opening.barred = self._barred
        department.held_back = self._held_back
        department.closing.connect(lambda: self._use(None))
        department.changed.connect(self._look_at_desk)
        case.opened.connect(self._opened)
        case.settled.connect(self._settled)
        judging.changed.connect(self._follow_model)

    # The study

    @property
    def studies(self) -> list[Study]:
        """The studies that the reader takes part in."""
        project, reader = self._department.project, self._department.reader
        if project is None:
            return []
        return self._told_of(
            lambda: [study for study in reader_study.every(project) if reader in study.protocol.readers], []
        )

    def begin(self, name: str, new_readers: Sequence[str], protocol: Protocol) -> None:
        """Begin a study, and read it if the reader takes part.

        Raises:
            ProjectRefused: as `reader_study.begin`.
            NotWritten: nothing was changed.
        """
        project, reader = self._department.project, self._department.reader
        if project is None:
            return
        with project.change():
            for code in new_readers:
                entries.add_reader(project, code)
            begun = reader_study.begin(project, name, protocol, reader)
        self.choose(begun if reader in protocol.readers else self.study)
        self.changed.emit()

    def choose(self, study: Study | None) -> None:
        """Read this study, or do ordinary work; what is on the desk goes."""
        if self.study != study and self._opening.may_leave():
            self._use(study)
        self.changed.emit()

    def _use(self, study: Study | None) -> None:
        if study == self.study:
            return
        self._leave_case()
        self.study, self._coming = study, ""
        self._look_at_arm()
        self._display.hide_identity(study is not None)
        self._opening.clear(self._terms)
        self.changed.emit()

    def _look_at_arm(self) -> None:
        project, before, self.arm = self._department.project, self.arm, None
        study, reader = self.study, self._department.reader
        if project is not None and study is not None:
            self.arm = self._told_of(lambda: answers.open_arm(project, study, reader), None)
        if self.arm is not before:  # another order, from its beginning
            self._coming = ""

    @property
    def _terms(self) -> Terms:
        if self.study is None:
            return Terms.ORDINARY
        if self.study.protocol.kind is Kind.RECTANGLES:
            return Terms.RECTANGLES
        return Terms.AIDED if self.arm is Arm.AIDED else Terms.UNAIDED

    def order(self) -> list[tuple[str, Given]]:
        """The ids of the study's cases in the reader's own order, and how far each is: of the arm that is open, or else
        of the last one that was."""
        project, study, reader = self._department.project, self.study, self._department.reader
        if project is None or study is None:
            return []
        self._look_at_arm()

        def states() -> list[tuple[str, Given]]:
            over = answers.finished(project, study, reader)
            return answers.states(project, study, reader, self.arm or study.protocol.arms[-1 if over else 0])

        return self._told_of(states, [])

    @property
    def place(self) -> Message:
        """Which case is on the desk, and how many answers of the arm are given."""
        order = self.order()
        own = "" if self.current is None else self.current.id
        return message(
            "Case {number}; {done} of {count} given",
            number=next((number for number, (one, _) in enumerate(order, start=1) if one == own), 0),
            done=sum(given is Given.GIVEN for _, given in order),
            count=len(order),
        )

    @property
    def progress(self) -> Message:
        """Where the reader is in the study, in one sentence."""
        project, study, reader = self._department.project, self.study, self._department.reader
        if project is None or study is None:
            return message("")
        if self.arm is None:
            opens = None if answers.finished(project, study, reader) else answers.opens_at(project, study, reader)
            if opens is None:
                return message("You have given all answers of this study.")
            return message("The second arm opens for you on {day}.", day=opens.date().isoformat())
        if study.protocol.kind is Kind.RECTANGLES:
            return message("Place the rectangle of each case; the range is given.")
        if self.arm is Arm.UNAIDED:
            return message("First arm: without the model.")
        return message("Second arm: with the model's answer.")

    # Its cases

    def next_case(self, step: int) -> str | None:
        """The id of the next case without an answer, or of the one before, round to the beginning; None if there is
        none. After a case that could not be opened it goes on as well."""
        order = self.order()
        places = [number for number, (own, _) in enumerate(order) if own == self._coming]
        start = places[0] if places else -1 if step > 0 else 0
        for away in range(1, len(order) + 1):
            own, given = order[(start + away * step) % len(order)]
            if given is not Given.GIVEN and own != self._coming:
                return own
        return None

    def open_case(self, own: str) -> None:
        """Put a case of the study on the desk, or say why not."""
        given = dict(self.order()).get(own)
        if self.current is not None and self.current.id == own:
            return
        if self._case.terms is not self._terms:  # the second arm's day has come
            self._opening.clear(self._terms)
            self.changed.emit()
        why = message("This answer is given. It cannot be changed.") if given is Given.GIVEN else self._against_model()
        if self.arm is None or why is not None:
            self._notices.informed.emit(self.progress if why is None else why)
            return
        self._coming = own
        if self._department.open_case(own):
            self.went_on.emit()
        else:
            self._notices.warned.emit(
                message(
                    "The CT of this case is not where it was on this computer. Choose the worklist in place of the "
                    "study, and add the folder that holds it (Add cases …): then it is found again."
                )
            )

    def go_on(self, step: int = 1) -> None:
        """Open the next case without an answer, or the one before; where there is none, say so."""
        own = self.next_case(step)
        if own is not None:
            self.open_case(own)
        elif self.current is None:
            self._rest()

    def _rest(self) -> None:
        """The desk is empty, and stays so for now."""
        self.changed.emit()
        self.rested.emit()

    def _against_model(self) -> Message | None:
        """Why no case can be read with the model in use; None where it can, or is not asked for."""
        study, network = self.study, self._judging.network
        if study is None or self.arm is not Arm.AIDED:
            return None
        asked = study.protocol.bundle
        if network is None:
            return message("The study is read with a model, and none is open: open it first (Ctrl+M).")
        if asked and network.manifest_sha256 != asked:
            name = study.protocol.model or asked[:12]
            return message("The study asks for the model {name}: open it first (Ctrl+M).", name=quoted(name))
        return None

    def _follow_model(self) -> None:
        """Another model's answer is not shown in the aided arm."""
        why = None if self.current is None else self._against_model()
        if why is not None:
            self._leave_case()  # first: judging says again that it has changed while the desk is cleared
            self._opening.clear(self._terms)
            self._notices.warned.emit(why)
            self._rest()

    # What may come onto the desk

    def _barred(self, opened: Opened) -> Message | None:
        own = cases.case_id(opened.series)
        if self.study is not None:
            if own == self._coming and opened.reading is None:
                return None
            return message("A study is being read. To open anything else, choose the worklist in its place (F7).")
        if own in self._held_back():
            return _HELD_BACK
        return None

    def _held_back(self) -> Collection[str]:
        """In ordinary work: the ids of the cases from which a study hides the model."""
        project, reader = self._department.project, self._department.reader
        if project is None or self.study is not None:
            return ()

        def hidden() -> set[str]:
            closed = [study for study in self.studies if answers.model_hidden(project, study, reader)]
            return {own for study in closed for own in study.protocol.case_ids}

        return self._told_of(hidden, set())

    def _look_at_desk(self) -> None:
        """A case that was open before its study began, or before its reader came, goes."""
        on_desk = self._department.current
        if on_desk is not None and on_desk.id in self._held_back():
            self._opening.clear(Terms.ORDINARY)
            self._notices.informed.emit(_HELD_BACK)

    # The case on the desk

    def _opened(self) -> None:
        self._leave_case()
        project, study, arm, volume = self._department.project, self.study, self.arm, self._case.volume
        if project is None or study is None or arm is None or volume is None or not self._case.terms.in_study:
            return
        try:
            own = cases.find(project, cases.case_id(volume.series))
            self.answer = answers.begin(project, study, self._department.reader, own, arm)
            self._lay_out(project, own, self.answer)
        except ClivusError as error:
            self.answer = None
            self._notices.warned.emit(error.message)
            self._opening.clear(self._terms)
            return
        self.current, self._arm_of_case, self._told = own, arm, False
        self._watch = Stopwatch(self.answer.seconds)
        self.look(self._looking)
        self.changed.emit()

    def _lay_out(self, project: Project, own: cases.Case, answer: Answer) -> None:
        """Put on the desk what the terms give the reader; without the model that is nothing."""
        if self._case.terms is Terms.UNAIDED:
            return
        given = marks_of(project, own)
        placed = self._case.terms.roi_is_placed
        self._case.lay_out(Marks(answer.roi if placed else given.roi, given.low_mm, given.high_mm))
        if not placed:
            self._judging.analyse_when_ready()

    @property
    def before(self) -> Answer | None:
        """The reader's own answer of the first arm, once it may be seen."""
        project, study = self._department.project, self.study
        if project is None or study is None or self.current is None or self.arm is not Arm.AIDED:
            return None
        reader, own = self._department.reader, self.current
        return self._told_of(lambda: answers.shown(project, study, reader, own), None)

    def look(self, on: bool) -> None:
        """Whether the views are in front of the reader: only then does time count."""
        self._looking = on
        was = self._watch.running
        self._watch.run(on and self.current is not None)
        if self._watch.running != was:
            self._keep_soon()

    def set_verdict(self, verdict: Verdict) -> None:
        """Whether the tumour invades."""
        if self.answer is not None:
            self._change(replace(self.answer, verdict=verdict))

    def set_confidence(self, confidence: int) -> None:
        """From "definitely not" to "definitely"."""
        if self.answer is not None:
            self._change(replace(self.answer, confidence=confidence))

    def set_certainty(self, certainty: int) -> None:
        """Of invasion, in per cent."""
        if self.answer is not None:
            low, high = CERTAINTY
            self._change(replace(self.answer, certainty=max(low, min(certainty, high))))

    def step_certainty(self, steps: int) -> None:
        """More or less certain; the first step begins in the middle."""
        if self.answer is not None:
            now = self.answer.certainty
            self.set_certainty((sum(CERTAINTY) // 2 if now is None else now) + steps * CERTAINTY_STEP)

    def set_remark(self, remark: str) -> None:
        """In the reader's words."""
        if self.answer is not None:
            self._change(replace(self.answer, remark="".join(sign for sign in remark if sign.isprintable())))

    def _settled(self) -> None:
        if self.answer is not None and self._case.terms is Terms.RECTANGLES:
            self._change(replace(self.answer, roi=self._case.done_before_drag.marks.roi))

    def _change(self, answer: Answer) -> None:
        if answer != self.answer:
            self.answer = answer
            self._keep_soon()
            self.changed.emit()

    def _keep_soon(self) -> None:
        """Further changes do not put it off."""
        if self.current is not None and not 0 <= self._clock.remainingTime() <= KEEP_AFTER_MS:
            self._clock.start(KEEP_AFTER_MS)

    @property
    def missing(self) -> list[Message]:
        """What the answer lacks to be given."""
        answer = self.answer
        if answer is None or answer.whole:
            return []
        if self._case.terms is Terms.RECTANGLES:
            return [message("the rectangle")]
        parts = (
            (message("positive or negative"), answer.verdict),
            (message("confidence"), answer.confidence),
            (message("certainty"), answer.certainty),
        )
        return [name for name, part in parts if part is None]

    def give(self) -> None:
        """Give the answer for good, and open the next case."""
        project, study, arm = self._department.project, self.study, self._arm_of_case
        if project is None or study is None or self.current is None or self._case.dragging:
            return
        if self.missing:
            self._notices.informed.emit(message("Still missing: {parts}.", parts=self.missing))
            return
        self._clock.stop()
        try:
            answers.lock(project, study, self._department.reader, self.current, arm, self._timed())
        except ClivusError as error:
            self._notices.warned.emit(error.message)
            if isinstance(error, ProjectRefused):  # another window gave it: nothing can be done with this one
                self._forget_case()
                self._opening.clear(self._terms)
                self._rest()
            else:
                self._clock.start(TRY_AGAIN_MS)
            return
        self._forget_case()
        self._look_at_arm()
        self._opening.clear(self._terms)  # what is given is out of sight, also if the next case cannot be opened
        self.go_on()

    def _timed(self) -> Answer:
        assert self.answer is not None
        return replace(self.answer, seconds=round(self._watch.seconds, 1))

    def _keep(self) -> None:
        self._clock.stop()
        project, study, arm = self._department.project, self.study, self._arm_of_case
        if project is None or study is None or self.current is None:
            return
        try:
            answers.keep(project, study, self._department.reader, self.current, arm, self._timed())
        except ClivusError as error:
            if not self._told:
                self._told = True
                self._notices.warned.emit(error.message)
            if isinstance(error, NotWritten):
                self._clock.start(TRY_AGAIN_MS)
            return
        self._told = False
        if self._watch.running:
            self._clock.start(KEEP_TIME_MS)

    def _leave_case(self) -> None:
        """Another case comes, or none: what was answered so far is kept."""
        if self.current is not None:
            self._watch.run(False)
            self._keep()
            self._forget_case()

    def _forget_case(self) -> None:
        self._clock.stop()
        self._watch = Stopwatch()
        self.current = self.answer = None
        self.changed.emit()

    def _told_of(self, ask: Callable[[], T], otherwise: T) -> T:
        """What the project says; what goes wrong is told."""
        try:
            return ask()
        except ClivusError as error:
            self._notices.warned.emit(error.message)
            return otherwise
