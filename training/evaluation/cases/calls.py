"""What readers called each case: from a table, or from the readings that they saved."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from desktop.cohort_table import Row, read_table
from desktop.errors import InputRefused
from desktop.learning.cohort.members import Case
from desktop.messages import message
from desktop.quoting import quoted
from desktop.reading.run import Verdict
from training.evaluation.cases.saved import case_of, load_reading

NEEDED = ("case", "reader", "verdict")
"""Columns of a table of calls, without which there is no call."""

WITH_MODEL_END = "__with-model"
"""At the end of a reader's folder: the readings in it were made with the model's answer seen."""


class ReadersRefused(InputRefused):
    """Readers' calls that cannot be compared with anything."""


@dataclass(frozen=True)
class Call:
    """One reader's answer for one case.

    Attributes:
        with_model: whether the reader had seen the model's answer.
        confidence: how sure the reader is of invasion, the higher the surer, on any scale; None where none was given.
        result_kept: whether the reading holds a result of the model.
    """

    case: str
    reader: str
    with_model: bool
    positive: bool
    confidence: float | None = None
    result_kept: bool = False

    @property
    def who(self) -> str:
        """The reader and the mode in words."""
        return in_words(self.reader, self.with_model)


@dataclass(frozen=True)
class ReaderCalls:
    """All calls of one reader in one mode.

    Attributes:
        calls: by the case's key.

    Raises:
        ReadersRefused: the reader has no name that can be printed, or a confidence stands with some of the calls only.
    """

    reader: str
    with_model: bool
    calls: Mapping[str, Call]

    def __post_init__(self) -> None:
        if not (self.reader and self.reader.isprintable()):
            raise ReadersRefused(
                message("A reader is called {reader!r}: give a name that can be printed.", reader=self.reader)
            )
        without = [call for call in self.calls.values() if call.confidence is None]
        if 0 < len(without) < len(self.calls):
            raise ReadersRefused(
                message(
                    "{name}, case {case}: {missing} of {calls} calls have no confidence, this one included: give "
                    "it for every case of this reader, or for none.",
                    name=self.name,
                    case=without[0].case,
                    missing=len(without),
                    calls=len(self.calls),
                )
            )

    @property
    def name(self) -> str:
        """The reader and the mode in words."""
        return in_words(self.reader, self.with_model)

    @property
    def ranks(self) -> bool:
        """Whether there are confidences to draw a ROC curve over."""
        return all(call.confidence is not None for call in self.calls.values())


def in_words(reader: str, with_model: bool) -> str:
    """A reader and a mode as tables and sentences call them."""
    return f"Reader {reader} with the model" if with_model else f"Reader {reader}"


def read_calls(path: Path, cases: Sequence[Case], excluded: Container[str] = ()) -> tuple[ReaderCalls, ...]:
    """The calls at a path, by reader, each without the model first.

    A table has a row for each call: `case`, `reader`, `verdict` (positive or negative), and may have `with_model` (yes,
    no or empty: no) and `confidence` (a number that rises with how sure the reader is of invasion). A folder holds a
    folder for each reader, named like the reader, and for readings made with the model's answer seen a further one with
    "__with-model" after the name; in it lie saved readings, which belong to the case whose series they name.

    Args:
        cases: those that may be called.
        excluded: keys of further cases that a table may call: readers of a study answer cases that a cohort leaves out.

    Raises:
        ReadersRefused: a call is of no case here, stands twice, or is neither positive nor negative; or there is none.
        ReadingRefused: a saved reading cannot be read.
        CohortRefused: the table as a whole cannot be read.
    """
    calls = _in_folder(path, cases) if path.is_dir() else _in_table(path, cases, excluded)
    by_reader: dict[tuple[str, bool], dict[str, Call]] = {}
    for call in calls:
        own = by_reader.setdefault((call.reader, call.with_model), {})
        if call.case in own:
            raise ReadersRefused(
                message(
                    "{reader}, case {case}: it is called twice: leave one of the two out.",
                    reader=call.who,
                    case=call.case,
                )
            )
        own[call.case] = call
    if not by_reader:
        raise ReadersRefused(
            message("{path} has no reader's call: add a row or a saved reading for each case.", path=path)
        )
    return tuple(ReaderCalls(*key, own) for key, own in sorted(by_reader.items()))


def _in_table(path: Path, cases: Sequence[Case], excluded: Container[str]) -> Iterable[Call]:
    keys = {case.key for case in cases}
    for row in read_table(path, NEEDED):
        yield _of_row(row, keys, excluded)


def _of_row(row: Row, keys: set[str], excluded: Container[str]) -> Call:
    cells = row.cells
    if empty := [name for name in ("reader", "case") if not cells[name]]:
        raise ReadersRefused(
            message(
                "Line {number} of the readers' table: {column} is empty: fill it in.",
                number=row.number,
                column=empty[0],
            )
        )
    seen = cells.get("with_model", "").casefold()
    where = f"{in_words(quoted(cells['reader']), seen == 'yes')}, case {quoted(cells['case'])} (line {row.number})"
    if cells["case"] not in keys and cells["case"] not in excluded:
        raise ReadersRefused(
            message("{where}: there is no such case here: correct the key, or leave the row out.", where=where)
        )
    if seen not in ("", "yes", "no"):
        raise ReadersRefused(
            message("{where}: with_model is {found}: write yes or no.", where=where, found=quoted(cells["with_model"]))
        )
    text, confidence = cells.get("confidence", ""), None
    if text:
        confidence = _number(text)
        if confidence is None:
            raise ReadersRefused(
                message(
                    "{where}: the confidence {found} is not a number: write one, or leave it empty.",
                    where=where,
                    found=quoted(text),
                )
            )
    return Call(cells["case"], cells["reader"], seen == "yes", _positive(cells["verdict"], where), confidence)


def _number(text: str) -> float | None:
    try:
        # A spreadsheet with semicolons between cells writes decimals with a comma.
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if isfinite(value) else None


def _in_folder(path: Path, cases: Sequence[Case]) -> Iterable[Call]:
    folders = sorted(item for item in path.iterdir() if item.is_dir() and not item.name.startswith("."))
    if not folders or any(path.glob("*.json")):
        raise ReadersRefused(
            message(
                "{path} is not a folder of readers: it needs a folder for each reader, named like the reader, with "
                "the saved readings in it and none beside it.",
                path=path,
            )
        )
    for folder in folders:
        reader, with_model = folder.name.removesuffix(WITH_MODEL_END), folder.name.endswith(WITH_MODEL_END)
        files = sorted(folder.glob("*.json"))
        if not files:
            raise ReadersRefused(
                message(
                    "{reader}: there are no saved readings in {folder}: put them there.",
                    reader=in_words(reader, with_model),
                    folder=folder,
                )
            )
        for file in files:
            reading = load_reading(file)
            where = f"{in_words(reader, with_model)}, reading {file}"
            case = case_of(reading, cases)
            if isinstance(case, str):
                raise ReadersRefused(message("{where}: {case}.", where=where, case=case))
            where = f"{in_words(reader, with_model)}, case {case.key} ({file})"
            positive = _positive(reading.verdict or "", where)
            yield Call(case.key, reader, with_model, positive, None, reading.result is not None)


def _positive(verdict: str, where: str) -> bool:
    word = verdict.casefold()
    if not word:
        raise ReadersRefused(
            message("{where}: there is no verdict: give positive or negative, or leave the case out.", where=where)
        )
    if word == Verdict.INDETERMINATE:
        raise ReadersRefused(
            message(
                "{where}: the verdict is indeterminate, and what is compared is a decision: let the reader decide, "
                "or leave the case out, which is then reported as missing.",
                where=where,
            )
        )
    if word not in (Verdict.POSITIVE, Verdict.NEGATIVE):
        raise ReadersRefused(
            message(
                "{where}: the verdict is {verdict}: write positive or negative.", where=where, verdict=quoted(verdict)
            )
        )
    return word == Verdict.POSITIVE
