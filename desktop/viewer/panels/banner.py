"""The verdict, unmistakable, with what it rests on and what it may not be used for."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout

from desktop.inference.result import Result
from desktop.inference.stability import Stability
from desktop.messages import message, shown, tr
from desktop.reading.run import Verdict
from desktop.report.wording import averaging_line, cutoff_words, length_line, model_line, stability_line, use_line
from desktop.viewer.desk.case import Case, ResultState
from desktop.viewer.theme import CAUTION_TEXT, VERDICT_COLOURS

_VERDICTS = {
    Verdict.POSITIVE: ("▲", message("POSITIVE"), message("Skull-base invasion.")),
    Verdict.NEGATIVE: ("▽", message("NEGATIVE"), message("No skull-base invasion found.")),
    Verdict.INDETERMINATE: ("?", message("INDETERMINATE"), message("This series cannot support an answer.")),
}
"""A sign, which tells the verdicts apart without colour, a word and a sentence."""


class VerdictBanner(QFrame):
    """What was found. A result that no longer answers for the marks is never shown as one."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self._case = case
        self.setObjectName("banner")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.word, self.sentence, self.reasons = QLabel(), QLabel(), QLabel()
        self.use, self.details = QLabel(), QLabel()
        self._labels = self.word, self.sentence, self.reasons, self.use, self.details
        self.reasons.setObjectName("reasons")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 10, 7)
        layout.setSpacing(2)
        for label in self._labels:
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            layout.addWidget(label)
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
        self._refresh()

    def _refresh(self) -> None:
        result, stability = self._case.result, self._case.stability
        if result is not None:
            sign, word, sentence = _VERDICTS[result.verdict]
            if result.withheld is not None:
                word, sentence = message("NO VERDICT"), result.withheld.message
            self._dress(str(result.verdict) if result.withheld is None else "withheld")
            use = shown(use_line(result.manifest))
            self._say(
                f"{sign}  {shown(word)}", shown(sentence), _reasons(result, stability), use, _details(result, stability)
            )
        elif self._case.result_state is ResultState.OUTDATED:
            self._dress("outdated")
            self._say(tr("OUT OF DATE"), tr("ROI, range or model changed since the analysis: analyse again."))
        else:
            self._dress("none")
            self._say("", tr("No result yet."))

    def _say(self, word: str, sentence: str, reasons: str = "", use: str = "", details: str = "") -> None:
        texts = (word, sentence, reasons, use, details)
        for label, text in zip(self._labels, texts, strict=True):
            label.setText(text)
            label.setVisible(bool(text))
        self.setAccessibleName(tr("Verdict: {text}", text=" ".join(text for text in texts if text)))

    def _dress(self, name: str) -> None:
        ground, text = VERDICT_COLOURS[name]
        style = (
            f"QFrame#banner {{ background: {ground}; border-radius: 4px; }}"
            f"QFrame#banner QLabel {{ color: {text}; background: transparent; }}"
            f"QFrame#banner QLabel#reasons {{ color: {CAUTION_TEXT}; }}"
        )
        if style != self.styleSheet():  # setting it costs more than all else in a step of a drag
            self.setStyleSheet(style)


def _reasons(result: Result, stability: Stability | None) -> str:
    """Why there is no answer, and what speaks against trusting one: a line each."""
    other = [check for check in result.checks if check is not result.withheld]
    failed = [shown(check.message) for check in other if check.status == "fail"]
    doubts = [check.message for check in result.checks if check.status == "warn"]
    if stability is not None and not stability.steady:
        doubts.insert(0, stability_line(stability))
    cautions = [tr("Caution: {reason}", reason=doubt) for doubt in doubts]
    return "\n".join([*(failed if result.verdict is Verdict.INDETERMINATE else []), *cautions])


def _details(result: Result, stability: Stability | None) -> str:
    """What the verdict rests on, a line each."""
    steady = [shown(stability_line(stability))] if stability is not None and stability.steady else []
    lines = [
        *steady,
        shown(length_line(result.run)),
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
