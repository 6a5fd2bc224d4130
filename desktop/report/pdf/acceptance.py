"""One page that says whether an installation is sound, to be signed and filed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from desktop.imaging.eligibility import Check
from desktop.inference.manifest import Manifest
from desktop.messages import Message, language, message, shown, tr
from desktop.report.pdf.sheet import AMBER, INK, LEFT, QUIET, RIGHT, SMALL, WIDTH, Running, Sheet, height_of, minute_of
from desktop.version import VERSION

_STATUS = {"pass": message("pass"), "warn": message("warning"), "fail": message("fail")}
_STATUS_MM, _NAME_MM = 16.0, 40.0
_SIGNING_MM = 34.0
"""What the lines to sign on take."""

_SIGNED = message("Full name"), message("Date"), message("Signature")
_LINES_MM = 6.0
"""Between two lines to sign on."""


@dataclass(frozen=True)
class Tested:
    """What the page tells.

    Attributes:
        site, computer: where it was tested; an empty site leaves room to write.
        model: of the model that judges there; None where none opens.
        rows: the checks in order, several of one kind as one.
    """

    site: str
    computer: str
    at: datetime
    model: Manifest | None
    rows: Sequence[Check]


def acceptance_page(tested: Tested) -> bytes:
    """The PDF, in the reader's language.

    Raises:
        GlyphMissing: the site's or the computer's name holds a character that no font of the report has.
    """
    running = Running("self-test", message("Self-test"), message("Not a medical device"))
    with closing(Sheet(language(), tested.at, running)) as sheet:
        sheet.heading(message("Is this installation of Clivus sound?"))
        _verdict(sheet, tested.rows)
        sheet.facts(_facts(tested))
        sheet.heading(message("What was tested"))
        for check in tested.rows:
            _row(sheet, check)
        _signing(sheet)
        return sheet.finished()


def _verdict(sheet: Sheet, rows: Sequence[Check]) -> None:
    failed, warned = (sum(row.status == status for row in rows) for status in ("fail", "warn"))
    if failed:
        text = tr("No; {failed} of {total} checks failed.", failed=failed, total=len(rows))
    elif warned:
        text = tr("Yes; {warned} of {total} checks give a warning.", warned=warned, total=len(rows))
    else:
        text = tr("Yes; all {total} checks passed.", total=len(rows))
    if failed or warned:
        sheet.box(LEFT, sheet.y - 1, WIDTH, height_of(SMALL + 4) + 2, AMBER)
    sheet.write(text, size=SMALL + 4, left=LEFT + 2, width=WIDTH - 4)
    sheet.skip(3)


def _facts(tested: Tested) -> Iterator[tuple[Message, str]]:
    yield message("Site"), tested.site or "_" * 40
    yield message("Computer"), tested.computer
    yield message("Tested at"), minute_of(tested.at)
    yield message("Version of Clivus"), VERSION
    if tested.model is None:
        yield message("Model"), tr("none opens")
    else:
        yield message("Model"), tested.model.called
        yield message("SHA-256 of the model"), tested.model.sha256


def _row(sheet: Sheet, check: Check) -> None:
    told = shown(check.measured) if check.status == "pass" else f"{shown(check.measured)}. {shown(check.message)}"
    left = LEFT + _STATUS_MM + _NAME_MM
    names = sheet.lines(shown(check.label), _NAME_MM - 2, SMALL)
    lines = sheet.lines(told, RIGHT - left, SMALL)
    height = max(len(names), len(lines)) * height_of(SMALL) + 0.6
    sheet.room_for(height)
    if check.status != "pass":
        sheet.box(LEFT, sheet.y, _STATUS_MM - 2, height_of(SMALL), AMBER)
    sheet.text(LEFT + 1, sheet.y, shown(_STATUS[check.status]), size=SMALL)
    for at, column, colour in (
        (LEFT + _STATUS_MM, names, INK),
        (left, lines, INK if check.status != "pass" else QUIET),
    ):
        for number, line in enumerate(column):
            sheet.text(at, sheet.y + number * height_of(SMALL), line, size=SMALL, colour=colour)
    sheet.skip(height)


def _signing(sheet: Sheet) -> None:
    sheet.room_for(_SIGNING_MM)
    sheet.skip(sheet.rest - _SIGNING_MM)
    sheet.write(tr("I have seen this page, and accept the installation for its purpose."), size=SMALL)
    each = WIDTH / len(_SIGNED)
    sheet.skip(2 * _LINES_MM)
    for number, label in enumerate(_SIGNED):
        left = LEFT + number * each
        sheet.line(left, sheet.y, left + each - _LINES_MM, sheet.y, INK)
        sheet.text(left, sheet.y + 1, shown(label), size=SMALL, colour=QUIET)
