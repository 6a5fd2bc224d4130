"""The report as a text to read."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from training.paper.printed import READERS, SETTINGS
from training.paper.reproduction import Reproduction
from training.paper.row import Part, Row
from training.paper.searches import Search

WIDTH = 120

TITLES: dict[Part, str] = {
    "results": "Results, with 95 % intervals",
    "comparisons": "Comparisons of AUCs",
    "abstract": "Abstract",
    "second ROI": "ROIs placed by a third radiologist",
    "cohort": "Counts that come out of others",
}

MOST_FITS = 3
"""More of them are only counted."""


def report(reproduction: Reproduction) -> str:
    """The whole report."""
    lines = (
        "Nakagawa et al., Jpn J Radiol 2024: printed and recomputed",
        *(line for part, title in TITLES.items() for line in _part(title, part, reproduction)),
        "",
        *_wrapped(f"Chosen or counted, so that nothing else gives them: {'; '.join(SETTINGS)}."),
        *_section(
            "Rates in one unit, with Clopper-Pearson (by series as if these were independent)", _one_unit(reproduction)
        ),
        *_section("Searches: every possibility, against what is printed", _searches(reproduction)),
        *_section("What does not hold, holds barely, or is not said", _findings(reproduction)),
        "",
        *_wrapped(summary(reproduction)),
    )
    return "\n".join(lines) + "\n"


def summary(reproduction: Reproduction) -> str:
    """How many figures match."""
    values = _matching(
        row.value.matches for row in reproduction.rows if row.part == "results" and row.figure != "cut-off"
    )
    intervals = _matching(row.interval.matches for row in reproduction.rows if row.part == "results" and row.interval)
    p_values = _matching(row.value.matches for row in reproduction.rows if row.part == "comparisons")
    accuracies = _matching(
        row.value.matches for row in reproduction.rows if row.part == "abstract" and row.figure == "accuracy"
    )
    return (
        f"Recomputed to the printed digit: {values} values and {intervals} intervals of the results, {p_values} p "
        f"values, {accuracies} accuracies of the abstract."
    )


def _part(title: str, part: Part, reproduction: Reproduction) -> Iterator[str]:
    numbers = {finding.name: f"({n})" for n, finding in enumerate(reproduction.findings, 1)} | {"": ""}
    heads = ("reader", "figure", "printed", "recomputed", "match", "fraction", "unit", "method", "see")
    return _section(
        title, _table(heads, ((*_row(row), numbers[row.see]) for row in reproduction.rows if row.part == part))
    )


def _row(row: Row) -> tuple[str, ...]:
    printed = _with_interval(one.printed for one in row.figures())
    # Why something cannot be computed is said by the finding.
    recomputed = _with_interval(one.recomputed.partition(",")[0] for one in row.figures())
    return row.reader, row.figure, printed, recomputed, _match(row), row.fraction, row.unit, row.method


def _match(row: Row) -> str:
    matches = [one.matches for one in row.figures()]
    if all(matches):
        return "yes"
    return "value only" if matches[0] else "no"


def _with_interval(texts: Iterable[str]) -> str:
    value, *interval = texts
    return f"{value} ({interval[0]})" if interval else value


def _one_unit(reproduction: Reproduction) -> list[str]:
    cells = {
        (rate.unit, rate.measure, rate.reader): (
            f"{rate.found.value:.3f} ({rate.found.low:.3f}-{rate.found.high:.3f}) {rate.hits}/{rate.trials}"
        )
        for rate in reproduction.one_unit
    }
    lines = dict.fromkeys((rate.unit, rate.measure) for rate in reproduction.one_unit)
    return _table(
        ("figure", "unit", *READERS),
        ((measure, unit, *(cells[unit, measure, reader] for reader in READERS)) for unit, measure in lines),
    )


def _searches(reproduction: Reproduction) -> Iterator[str]:
    yield from _wrapped(
        "Calls are right ones, of the positive and of the negative. Errors in common are positive series with a "
        "score of 0 and negative ones with a score of 1: a run of 1, or a positive call."
    )
    yield ""
    yield from _table(("looked for", "must give", "tried", "fit"), map(_search, reproduction.searches))


def _search(search: Search) -> tuple[str, str, str, str]:
    if len(search.fit) > MOST_FITS:
        fit = f"{len(search.fit)}, among them {search.reconstructed}"
    else:
        fit = "; ".join(search.fit) or "none"
    return search.what, search.given, str(search.tried), fit


def _findings(reproduction: Reproduction) -> Iterator[str]:
    for n, finding in enumerate(reproduction.findings, 1):
        yield f"({n}) {finding.name}"
        yield from _wrapped(f"Printed: {finding.printed}.", "    ")
        yield from _wrapped(finding.computed, "    ")
        if n < len(reproduction.findings):
            yield ""


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield from ("", title, "")
    yield from lines


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Aligned columns, without those that are empty."""
    rows = list(rows)
    kept = [n for n in range(len(heads)) if any(row[n] for row in rows)]
    lines = [[heads[n] for n in kept], *([row[n] for n in kept] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return ["  ".join(map(str.ljust, line, widths)).rstrip() for line in lines]


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


def _matching(matches: Iterable[bool]) -> str:
    each = list(matches)
    return f"{sum(each)} of {len(each)}"
