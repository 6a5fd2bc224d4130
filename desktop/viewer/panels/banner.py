"""The verdict, unmistakable, with what it rests on and what it may not be used for."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop.inference.result import Result
from desktop.inference.stability import Stability
from desktop.messages import Message, counted, message, shown, tr
from desktop.reading.run import Verdict
from desktop.report.wording import averaging_line, cutoff_words, length_line, model_line, stability_line, use_line
from desktop.viewer.desk.case import Case, ResultState
from desktop.viewer.desk.display import Display
from desktop.viewer.panels.announcing import announce
from desktop.viewer.panels.step import button
from desktop.viewer.theme import CAUTION_TEXT, VERDICT_COLOURS

_VERDICTS = {
    Verdict.POSITIVE: ("▲", message("POSITIVE"), message("Skull-base invasion.")),
    Verdict.NEGATIVE: ("▽", message("NEGATIVE"), message("No skull-base invasion found.")),
    Verdict.INDETERMINATE: ("?", message("INDETERMINATE"), message("This series cannot support an answer.")),
}
"""A sign, which tells the verdicts apart without colour, a word and a sentence."""


LEAST_UNFOLDED_PX, MOST_UNFOLDED = 210, 0.32
"""Pixels that the unfolded lines may take on any screen, and their share of a higher window; more is scrolled to."""


class VerdictBanner(QFrame):
    """What was found, and first what limits it. A result that no longer answers for the marks is never shown as one.

    Cautions and what the verdict rests on are folded, so that the verdict keeps its place; a click or a key unfolds
    them, and nothing of it needs a resting mouse.
    """

    def __init__(self, case: Case, display: Display) -> None:
        super().__init__()
        self._case, self._display = case, display
        self.setObjectName("banner")
        self.fold = button("", "", display.toggle_cautions)
        self.fold.setObjectName("fold")
        self.word, self.sentence, self.run, self.use = QLabel(), QLabel(), QLabel(), QLabel()
        self.reasons, self.details = QLabel(), QLabel()
        self.reasons.setObjectName("reasons")
        self.folded = _Folded(self.reasons, self.details)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 10, 7)
        layout.setSpacing(2)
        for widget in (self.fold, self.folded, self.word, self.sentence, self.run, self.use):
            layout.addWidget(widget)
        for label in (self.word, self.sentence, self.run, self.use, self.reasons, self.details):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        for label, share, bold in ((self.word, 1.7, True), (self.sentence, 1.1, False), (self.use, 1.0, True)):
            font = self.font()
            font.setPointSizeF(font.pointSizeF() * share)
            font.setBold(bold)
            label.setFont(font)
        # A name too long for a line is cut off rather than pushing the steps' buttons out of sight.
        self.details.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        case.marked.connect(self._refresh)
        case.judged.connect(self._refresh)
        case.stability_known.connect(self._refresh)
        display.changed.connect(self._show_fold)
        self._cautions = 0
        self._announced: tuple[str, ...] = ()
        self._refresh()

    def _refresh(self) -> None:
        result, stability = self._case.result, self._case.stability
        self._cautions = 0
        if result is not None:
            sign, word, sentence = _VERDICTS[result.verdict]
            limits = _limits(result, stability)
            if result.withheld is not None:
                word, sentence = message("NO VERDICT"), result.withheld.message
            elif result.verdict is Verdict.INDETERMINATE and limits:
                sentence, *limits = limits
            self._cautions = len(limits)
            self._dress(str(result.verdict) if result.withheld is None else "withheld")
            self._say(
                f"{sign}  {shown(word)}",
                shown(sentence),
                shown(length_line(result.run)),
                shown(use_line(result.manifest)),
                "\n".join(f"• {shown(limit)}" for limit in limits),
                _details(result, stability),
            )
        elif self._case.result_state is ResultState.OUTDATED:
            self._dress("outdated")
            self._say(tr("OUT OF DATE"), tr("ROI, range or model changed since the analysis: analyse again."))
        else:
            self._dress("none")
            self._say("", tr("No result yet."))

    def _say(
        self, word: str, sentence: str, run: str = "", use: str = "", reasons: str = "", details: str = ""
    ) -> None:
        labels = (self.word, self.sentence, self.run, self.use, self.reasons, self.details)
        texts = (word, sentence, run, use, reasons, details)
        for label, text in zip(labels, texts, strict=True):
            label.setText(text)
            label.setVisible(bool(text))
        self.folded.updateGeometry()
        self._show_fold()
        told = (reasons, word, sentence, run, use, details)
        self.setAccessibleName(tr("Verdict: {text}", text=" ".join(text for text in told if text)))
        self._announce((word, sentence, run, self._heading if self._cautions else ""))

    @property
    def _heading(self) -> str:
        number = counted("{number} caution", "{number} cautions", self._cautions)
        return shown(number) if self._cautions else tr("Details")

    def _announce(self, news: tuple[str, ...]) -> None:
        """Have a verdict read aloud when it comes, changes or goes out of date."""
        if news != self._announced:
            self._announced = news
            if news[0]:  # else there is none yet
                announce(self, " ".join(text for text in news if text))

    def _show_fold(self) -> None:
        """The line that folds and unfolds says how much there is behind it."""
        unfolded = self._display.cautions_shown
        self.fold.setVisible(bool(self.details.text()))
        self.folded.setVisible(unfolded and bool(self.details.text()))
        heading = self._heading
        text = f"{'⚠  ' if self._cautions else ''}{heading}  {'▾' if unfolded else '▸'}  V"
        if text != self.fold.text():
            self.fold.setText(text)
            state = tr("shown") if unfolded else tr("folded")
            self.fold.setAccessibleName(tr("{heading}, {state}", heading=heading, state=state))

    def _dress(self, name: str) -> None:
        ground, text = VERDICT_COLOURS[name]
        style = (
            f"QFrame#banner {{ background: {ground}; border-radius: 4px; }}"
            f"QFrame#banner QLabel {{ color: {text}; background: transparent; }}"
            f"QFrame#banner QLabel#reasons {{ color: {CAUTION_TEXT}; }}"
            f"QFrame#banner QPushButton#fold {{ color: {CAUTION_TEXT}; background: transparent; text-align: left;"
            f" border: 1px solid transparent; padding: 1px 0; font-weight: 600; }}"
            f"QFrame#banner QScrollArea {{ border: 1px solid transparent; }}"
            f"QFrame#banner QPushButton#fold:hover, QFrame#banner QPushButton#fold:focus,"
            f"QFrame#banner QScrollArea:focus {{ border-color: {text}; }}"
        )
        if style != self.styleSheet():  # setting it costs more than all else in a step of a drag
            self.setStyleSheet(style)


class _Folded(QScrollArea):
    """What is folded: as high as its texts, up to a limit from which on it scrolls."""

    def __init__(self, *labels: QLabel) -> None:
        super().__init__()
        self._inner = QWidget()
        column = QVBoxLayout(self._inner)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(3)
        for label in labels:
            column.addWidget(label)
        self._inner.setObjectName("folded")
        self.setStyleSheet("QScrollArea, QWidget#folded { background: transparent; }")
        self.setWidget(self._inner)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(tr("Cautions and details"))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def sizeHint(self) -> QSize:
        width = self.viewport().width()
        high = max(self._inner.heightForWidth(width), self._inner.minimumSizeHint().height())
        return QSize(width, min(high, max(LEAST_UNFOLDED_PX, round(self.window().height() * MOST_UNFOLDED))))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():  # the texts are as high as they are narrow
            self.updateGeometry()


def _limits(result: Result, stability: Stability | None) -> list[Message]:
    """Why there is no answer, then what speaks against trusting one."""
    other = [check for check in result.checks if check is not result.withheld]
    failed = [check.message for check in other if check.status == "fail"]
    doubts = [check.message for check in other if check.status == "warn"]
    if stability is not None and not stability.steady:
        doubts.insert(0, stability_line(stability))
    return [*(failed if result.verdict is Verdict.INDETERMINATE else []), *doubts]


def _details(result: Result, stability: Stability | None) -> str:
    """What the verdict rests on, a line each."""
    steady = [shown(stability_line(stability))] if stability is not None and stability.steady else []
    lines = [
        *steady,
        shown(
            message(
                "Cut-off: {cutoff} at p ≥ {threshold:g}. Score {score:.3f}.",
                cutoff=cutoff_words(result),
                threshold=result.cutoff.threshold,
                score=result.score,
            )
        ),
        shown(model_line(result)).replace("_", "_\u200b"),  # a long name may go on in the next line
    ]
    averaged = averaging_line(result.manifest)
    return "\n".join(lines if averaged is None else [*lines[:-1], shown(averaged), lines[-1]])
