"""The report, part by part."""

from __future__ import annotations

from contextlib import closing

from desktop.inference.result import Result
from desktop.inference.stability import Stability
from desktop.messages import language, message
from desktop.report.pdf import chosen_slices, map_rows, probability_chart, range_views, texts
from desktop.report.pdf.sheet import Running, Sheet
from desktop.report.pdf.slice_table import slice_table
from desktop.report.told import Told
from desktop.report.wording import short_use_line

_BESIDE_PICTURE = 25.0
"""mm of captions that go with a picture."""


def pdf_report(result: Result, stability: Stability | None, told: Told) -> bytes:
    """The PDF of a result, in the reader's language.

    Raises:
        GlyphMissing: a text from the series or the reader holds a character that no font of the report has.
    """
    key = told.key_for(result.region.volume.series.name)
    running = Running(key, message("Case {key}", key=key), short_use_line(result.manifest))
    with closing(Sheet(language(), told.read_at, running)) as sheet:
        _fill(sheet, result, stability, told)
        return sheet.finished()


def _fill(sheet: Sheet, result: Result, stability: Stability | None, told: Told) -> None:
    texts.verdict(sheet, result)
    texts.case(sheet, result, told)
    texts.reader(sheet, result, told)
    texts.checks(sheet, result)
    texts.steadiness(sheet, result, stability)
    sheet.heading(message("Probability of every slice judged"), probability_chart.HEIGHT + _BESIDE_PICTURE)
    probability_chart.probability_chart(sheet, result, stability)
    sheet.heading(message("Range and ROI"), range_views.TALLEST + _BESIDE_PICTURE)
    range_views.range_views(sheet, result)
    sheet.heading(message("What speaks for and against invasion"), map_rows.TALLEST + _BESIDE_PICTURE)
    map_rows.map_rows(sheet, result)
    if told.key_slices:
        sheet.heading(message("Key slices of the reader"), chosen_slices.TALLEST + _BESIDE_PICTURE)
        chosen_slices.chosen_slices(sheet, result, told.key_slices)
    sheet.heading(message("Slices judged"))
    slice_table(sheet, result)
