"""What a list leaves on the disk: a folder for each case, and a table of all answers.

Beside a case's report, `case.json` says what came of it and from which files, by which model and marks. It is written
last, so that a case without it is not done; what it says is believed only while all of that is still the same.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from desktop.csv_text import MARK, csv_text
from desktop.errors import InputRefused
from desktop.fields import Fields, Unfit
from desktop.files import folder_made, write_file, write_json
from desktop.headless.case_list import Part
from desktop.headless.outcome import Outcome
from desktop.headless.wanted_case import WantedCase
from desktop.inference.manifest import Manifest
from desktop.locks import Lock
from desktop.messages import message
from desktop.plain_file import NotPlain, read_plain
from desktop.reading.as_json import MAXIMUM_BYTES
from desktop.report.place import RESULT_FILE
from desktop.strict_json import NotStrict, from_json
from desktop.unwritten import NotWritten, shortened
from desktop.version import VERSION

SCHEMA = "clivus-case/1"
CASE_FILE, TABLE_FILE = "case.json", "results.csv"

READ, FAILED, WAITING = "read", "failed", "waiting"
"""How far a case is, in the table."""

COLUMNS = (
    "case",
    "patient",
    "status",
    "verdict",
    "run_slices",
    "run_mm",
    "score",
    "familiarity",
    "distance",
    "marks",
    "model",
    "version",
    "sha256",
    "series",
    "reason",
)


class FoldersInUse(InputRefused):
    """Another Clivus reads the same list into the same folder."""


class CaseFolders:
    """The folder of a list, for one model; several computers may each fill in their part of it."""

    def __init__(self, out: Path, listed: Sequence[WantedCase], part: Part, manifest: Manifest) -> None:
        self.out, self._listed, self._part, self._manifest = out, listed, part, manifest
        self._outcomes: dict[str, Outcome] = {}

    @property
    def part(self) -> list[WantedCase]:
        """The cases of the own part."""
        return self._part.taken(self._listed)

    @property
    def table(self) -> Path:
        """The table that this run writes."""
        return self.out / (TABLE_FILE if self._part.whole else f"results-{self._part.number}-of-{self._part.of}.csv")

    @contextmanager
    def held(self) -> Iterator[None]:
        """Make the folder, and keep other runs of the same part out of it.

        Raises:
            FoldersInUse: there is one.
            NotWritten: it cannot be made.
        """
        try:
            with folder_made(self.out):
                lock = Lock.take(self.out / f".clivus-cases-{self._part.number}-of-{self._part.of}.lock")
                if lock is None:
                    raise FoldersInUse(
                        message(
                            "Another Clivus is reading this list into {folder}: let it finish, or choose another "
                            "folder.",
                            folder=shortened(self.out),
                        )
                    )
                try:
                    yield
                finally:
                    lock.release()
        except OSError as error:
            raise NotWritten(self.out, error) from None

    def find_done(self) -> list[WantedCase]:
        """Look for answers that are there already; the cases of the own part that have none. One that failed before
        is among these: what was wrong may be mended."""
        left = []
        for case in self.part:
            outcome = self._known(case)
            if outcome is None or outcome.answer is None:
                left.append(case)
            else:
                self._outcomes[case.key] = outcome
        return left

    def keep(self, case: WantedCase, outcome: Outcome) -> None:
        """Write down what came of a case. Where that fails, so has the case; a disk that fails is told of by the
        table."""
        content = {
            "schema": SCHEMA,
            "case": case.key,
            "inputs": self._inputs(case),
            "model": self._manifest.sha256,
            **outcome.document(),
        }
        folder = self.out / case.key
        try:
            with folder_made(folder):
                write_json(folder / CASE_FILE, content)
            self._outcomes[case.key] = outcome
        except (OSError, NotWritten) as error:
            failure = error if isinstance(error, NotWritten) else NotWritten(folder, error)
            self._outcomes[case.key] = Outcome.failed(failure)
        except KeyboardInterrupt:  # by which the file may be whole already, and the table is written once more
            if (known := self._known(case)) is not None:
                self._outcomes[case.key] = known
            raise

    def write_table(self) -> None:
        """Write the table of the own part as far as it is; once all parts are done, that of the whole list too.

        Raises:
            NotWritten: the disk fails; the older table is as it was.
        """
        mine = self.part
        self._write(self.table, mine, self._outcomes)
        if not self._part.whole and all(case.key in self._outcomes for case in mine):
            known = {case.key: self._outcomes.get(case.key) or self._known(case) for case in self._listed}
            found = {key: outcome for key, outcome in known.items() if outcome is not None}
            if len(found) == len(self._listed):
                self._write(self.out / TABLE_FILE, self._listed, found)

    def report(self, case: WantedCase) -> list[Path]:
        """The files of a case's report."""
        with contextlib.suppress(OSError):  # told of when the case is kept
            return sorted(path for path in (self.out / case.key).iterdir() if _is_report(path))
        return []

    @property
    def failed(self) -> int:
        """How many cases of the own part have no answer."""
        return sum(outcome.answer is None for outcome in self._outcomes.values())

    def _write(self, path: Path, cases: Sequence[WantedCase], outcomes: dict[str, Outcome]) -> None:
        rows = [self._row(case, outcomes.get(case.key)) for case in cases]
        write_file(path, f"{MARK}{csv_text(COLUMNS, rows)}".encode())

    def _row(self, case: WantedCase, outcome: Outcome | None) -> tuple[object, ...]:
        answer = None if outcome is None else outcome.answer
        status = WAITING if outcome is None else FAILED if answer is None else READ
        values: tuple[object, ...] = ("",) * 6
        if answer is not None:
            distance = "" if answer.distance is None else answer.distance
            values = (answer.verdict, answer.run_slices, answer.run_mm, answer.score, answer.level, distance)
        model = (self._manifest.id, self._manifest.version, self._manifest.sha256)
        reason = "" if outcome is None else outcome.reason or ("" if answer is None else answer.reason)
        series = "" if outcome is None else outcome.series
        return (case.key, case.patient, status, *values, case.marks, *model, series, reason)

    def _known(self, case: WantedCase) -> Outcome | None:
        """What came of a case, if its folder is whole and was made from the same; else None."""
        folder = self.out / case.key
        try:
            fields = Fields(from_json(read_plain(folder / CASE_FILE, MAXIMUM_BYTES)))
            same = (
                fields.one_of("schema", (SCHEMA,)) == SCHEMA
                and fields.text("case") == case.key
                and fields.sha256("model") == self._manifest.sha256
                and fields.sha256("inputs") == self._inputs(case)
            )
            outcome = Outcome.of(fields)
            return outcome if same and (outcome.answer is None or _has_report(folder)) else None
        except (NotPlain, NotStrict, Unfit, OSError):
            return None

    def _inputs(self, case: WantedCase) -> str:
        """Digest of what the answer depends on, beside the model."""
        try:
            files = case.files()
        except (OSError, ValueError):  # what is not there is not there the next time either, or it is another input
            files = []
        return hashlib.sha256(json.dumps([VERSION, files, case.marks, case.given, case.series]).encode()).hexdigest()


def _is_report(path: Path) -> bool:
    return path.is_file() and not path.name.startswith(".") and path.name != CASE_FILE


def _has_report(folder: Path) -> bool:
    document = from_json(read_plain(folder / RESULT_FILE, MAXIMUM_BYTES))
    picture = document.get("picture") if isinstance(document, dict) else None
    return isinstance(picture, dict) and (folder / str(picture.get("file"))).is_file()
