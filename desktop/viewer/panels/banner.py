"""The verdict, unmistakable, with what it rests on and what it may not be used for."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QVBoxLayout

from desktop.inference.result import Result
from desktop.reading.run import Verdict
from desktop.report.wording import model_line, run_line, use_line, verdict_line
from desktop.viewer.desk.case import Case, ResultState
from desktop.viewer.theme import VERDICT_COLOURS

_SIGNS = {Verdict.POSITIVE: "▲", Verdict.NEGATIVE: "▽", Verdict.INDETERMINATE: "?"}
"""They tell the verdicts apart without colour."""


class VerdictBanner(QFrame):
    """What was found. A result that no longer answers for the marks is never shown as one."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self._case = case
        self.setAccessibleName("Verdict")
        self.setObjectName("banner")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.word, self.sentence, self.use, self.details = QLabel(), QLabel(), QLabel(), QLabel()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 10, 7)
        layout.setSpacing(2)
        for label in (self.word, self.sentence, self.use, self.details):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            layout.addWidget(label)
        # A name too long for a line is cut off rather than pushing the steps' buttons out of sight.
        self.details.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        case.marked.connect(self._refresh)
        case.judged.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        state, result = self._case.result_state, self._case.result
        if result is not None:
            self._show_result(result)
        elif state is ResultState.OUTDATED:
            self._dress("outdated")
            self._say("OUT OF DATE", "ROI, range or model changed since the analysis: analyse again.", "", "")
        else:
            self._dress("none")
            self._say("", "No result yet.", "", "")

    def _show_result(self, result: Result) -> None:
        self._dress(str(result.verdict))
        word, sentence = verdict_line(result).split(": ", 1)
        run, cutoff = result.run, result.cutoff
        lines = [
            f"Run {run.slices} slice{'' if run.slices == 1 else 's'}, {run.mm:.1f} mm",
            f"Cut-off {cutoff.slices} slices at p ≥ {cutoff.threshold:g}. Score {result.score:.3f}.",
            model_line(result).replace("_", "_\u200b"),  # a long name may go on in the next line
        ]
        if result.verdict is Verdict.INDETERMINATE:
            lines = [check.message for check in result.checks if check.status == "fail"] + lines
        lines += [f"Look at this: {check.message}" for check in result.checks if check.status == "warn"]
        self._say(
            f"{_SIGNS[result.verdict]}  {word.upper()}",
            f"{sentence[0].upper()}{sentence[1:]}.",
            use_line(result.manifest),
            "\n".join(lines),
        )
        self.details.setToolTip(run_line(result))

    def _say(self, word: str, sentence: str, use: str, details: str) -> None:
        for label, text in (
            (self.word, word),
            (self.sentence, sentence),
            (self.use, use),
            (self.details, details),
        ):
            label.setText(text)
            label.setVisible(bool(text))
        self.setAccessibleDescription(" ".join(text for text in (word, sentence, use, details) if text))

    def _dress(self, name: str) -> None:
        ground, text = VERDICT_COLOURS[name]
        self.setStyleSheet(
            f"QFrame#banner {{ background: {ground}; border-radius: 4px; }}"
            f"QFrame#banner QLabel {{ color: {text}; background: transparent; }}"
        )
        for label, share, bold in (
            (self.word, 1.7, True),
            (self.sentence, 1.1, False),
            (self.use, 1.0, True),
        ):
            font = self.font()
            font.setPointSizeF(font.pointSizeF() * share)
            font.setBold(bold)
            label.setFont(font)
