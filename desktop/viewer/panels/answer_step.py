"""The answer to a case of a reader study, in the place of the steps, which a study has not."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QSlider, QStyle, QVBoxLayout, QWidget

from desktop.fields import LONGEST_TEXT
from desktop.messages import Message, message, shown, tr
from desktop.project.answers import CERTAINTY, CONFIDENCE, CONFIDENCES, Answer
from desktop.reading.run import Verdict
from desktop.viewer.desk.answering import Answering
from desktop.viewer.desk.case import Case
from desktop.viewer.desk.terms import Terms
from desktop.viewer.panels.step import button, show_value, words

_VERDICTS = {Verdict.POSITIVE: message("positive"), Verdict.NEGATIVE: message("negative")}

_CONFIDENCE = (
    message("definitely not"),
    message("probably not"),
    message("undecided"),
    message("probably"),
    message("definitely"),
)
"""From 1 to 5."""

_WHY = {
    Terms.UNAIDED: message("Without the model: its answer, earlier work and names stay hidden in this arm."),
    Terms.AIDED: message("The model's answer is shown. What you answered before stays as it is."),
    Terms.RECTANGLES: message("Drag the rectangle over nasopharynx and clivus. Nothing of other readers is shown."),
}


class _CertaintySlider(QSlider):
    """A click goes to its place; a press on the handle alone is an answer too, which moves nothing."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            half = self.style().pixelMetric(QStyle.PixelMetric.PM_SliderLength, None, self) // 2
            span, at = max(1, self.width() - 2 * half), round(event.position().x()) - half
            self.setValue(QStyle.sliderValueFromPosition(*CERTAINTY, at, span))
        super().mousePressEvent(event)


class AnswerStep(QFrame):
    """Verdict, confidence, certainty, and the button that gives the answer for good."""

    def __init__(self, case: Case, answering: Answering) -> None:
        super().__init__()
        self._case, self._answering = case, answering
        self.setProperty("role", "step")
        self.heading, self.place, self.why, self.before = QLabel(), words(), words(), words()
        self.heading.setProperty("role", "heading")
        self.heading.setWordWrap(True)
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        self.positive = button(
            tr("Positive  {key}", key="P"),
            tr("The tumour invades the skull base"),
            lambda: self._verdict(Verdict.POSITIVE),
        )
        self.negative = button(
            tr("Negative  {key}", key="N"), tr("No invasion"), lambda: self._verdict(Verdict.NEGATIVE)
        )
        self.verdicts = {Verdict.POSITIVE: self.positive, Verdict.NEGATIVE: self.negative}
        for widget, role in ((self.positive, "invasion"), (self.negative, "no invasion")):
            widget.setProperty("role", role)
        self.confidence = [
            button(
                tr("{number}: {words}", number=number, words=text),
                tr("Invasion of the skull base: {words}", words=text),
                partial(self._confidence, number),
            )
            for number, text in zip(CONFIDENCES, _CONFIDENCE, strict=True)
        ]
        for widget in (*self.verdicts.values(), *self.confidence):
            widget.setCheckable(True)
        self.certainty_text, self.certainty = words(), _CertaintySlider(Qt.Orientation.Horizontal)
        self.certainty.setRange(*CERTAINTY)
        self.certainty.setPageStep(10)
        self.certainty.setAccessibleName(tr("Certainty of invasion in per cent"))
        self.certainty.setToolTip(tr("Ctrl+Right and Ctrl+Left change it by 5 %."))
        self.certainty.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.remark = QLineEdit()
        self.remark.setMaxLength(LONGEST_TEXT)
        self.remark.setPlaceholderText(tr("Remark (may stay empty)"))
        self.remark.setAccessibleName(tr("Remark"))
        self.give = button(
            tr("Give the answer  {key}", key="Ctrl+↵"), tr("Give the answer; it cannot be changed"), answering.give
        )
        self.give.setProperty("role", "main")
        self.final = words()
        body = QVBoxLayout(self)
        body.setContentsMargins(10, 8, 10, 10)
        body.setSpacing(5)
        for label in (self.heading, self.place, self.why, self.before):
            body.addWidget(label)
        self.reading = self._reading()
        for part in (self.reading, self.remark, self.give, self.final):
            body.addWidget(part)
        self.certainty.valueChanged.connect(answering.set_certainty)
        self.certainty.sliderPressed.connect(lambda: answering.set_certainty(self.certainty.value()))
        self.remark.textEdited.connect(answering.set_remark)
        answering.changed.connect(self._refresh)
        self._refresh()

    def _reading(self) -> QWidget:
        """What is answered, other than where rectangles are placed."""
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        asked, steps = words(), words()
        asked.setText(tr("Is the skull base invaded?"))
        steps.setText(tr("Invasion, in five steps (Ctrl+1 to Ctrl+5)"))
        verdicts, scale = QHBoxLayout(), QHBoxLayout()
        for widget in self.verdicts.values():
            verdicts.addWidget(widget)
        column.addWidget(asked)
        column.addLayout(verdicts)
        column.addWidget(steps)
        for widget in self.confidence:
            widget.setStyleSheet("text-align: left;")
            column.addWidget(widget)
        column.addWidget(self.certainty_text)
        ends = [QLabel(tr("{percent} %", percent=end)) for end in CERTAINTY]
        for end in ends:
            end.setProperty("role", "quiet")
        scale.addWidget(ends[0])
        scale.addWidget(self.certainty, 1)
        scale.addWidget(ends[1])
        column.addLayout(scale)
        return whole

    def _verdict(self, verdict: Verdict) -> None:
        self._answering.set_verdict(verdict)
        self._refresh()  # a button that was down already stays down

    def _confidence(self, confidence: int) -> None:
        self._answering.set_confidence(confidence)
        self._refresh()

    def _refresh(self) -> None:
        answering, terms = self._answering, self._case.terms
        study, answer = answering.study, answering.answer
        self.heading.setText("" if study is None else study.name)
        self.why.setText(shown(_WHY[terms]) if answer is not None and terms in _WHY else self._waiting())
        self.place.setText(shown(answering.place))
        self.place.setVisible(answer is not None)
        before = answering.before
        self.before.setText("" if before is None else shown(_told(before)))
        self.before.setVisible(before is not None)
        there = answer is not None
        for part in (self.remark, self.give, self.final):
            part.setVisible(there)
        self.reading.setVisible(there and terms is not Terms.RECTANGLES)
        if answer is None:
            return
        self._show(answer)

    def _waiting(self) -> str:
        if self._answering.arm is None:
            return shown(self._answering.progress)
        return tr("{sentence} F8 opens the next case, F7 the list.", sentence=self._answering.progress)

    def _show(self, answer: Answer) -> None:
        for verdict, widget in self.verdicts.items():
            widget.setChecked(answer.verdict is verdict)
        for number, widget in zip(CONFIDENCES, self.confidence, strict=True):
            widget.setChecked(answer.confidence == number)
        self.certainty.blockSignals(True)  # it shows a place also where there is no answer
        self.certainty.setValue(sum(CERTAINTY) // 2 if answer.certainty is None else answer.certainty)
        self.certainty.blockSignals(False)
        given = tr("not given yet") if answer.certainty is None else tr("{percent} %", percent=answer.certainty)
        show_value(self.certainty_text, tr("Certainty of invasion"), given)
        self.certainty_text.setText(tr("{name}: {value}", name=tr("Certainty of invasion"), value=given))
        if self.remark.text() != answer.remark:
            self.remark.setText(answer.remark)
        missing = self._answering.missing
        self.give.setEnabled(not missing)
        text = tr("It cannot be changed afterwards. The next case opens then.")
        if missing:
            text = tr("Still missing: {parts}.", parts=missing)
        elif _contradicts(answer):
            text = tr("Verdict and confidence contradict each other. Is that meant?")
        self.final.setText(text)
        self.give.setAccessibleDescription(self.final.text())


def _contradicts(answer: Answer) -> bool:
    """Whether verdict and confidence lie on different sides of "undecided": more often a slip than an answer."""
    if answer.verdict is None or answer.confidence is None:
        return False
    undecided = sum(CONFIDENCE) // 2
    side = answer.confidence - undecided
    return side < 0 if answer.verdict is Verdict.POSITIVE else side > 0


def _told(answer: Answer) -> Message:
    verdict = message("not given") if answer.verdict is None else _VERDICTS[answer.verdict]
    return message(
        "Your answer in the first arm: {verdict}, confidence {confidence} of {most}, certainty {certainty} %.",
        verdict=verdict,
        confidence=answer.confidence or 0,
        most=CONFIDENCE[1],
        certainty=answer.certainty or 0,
    )
