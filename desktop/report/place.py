"""The folder of a report: for one case and one writer at a time, and never with parts of two reports.

`result.json` names its picture and its PDF, and their names contain a part of their SHA-256, so that two readings never
share a name. Replacing `result.json` is the single step from the older report to the newer one; the older files are
removed after it.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from desktop.errors import InputRefused
from desktop.files import folder_made, sweep, write_file, write_json
from desktop.locks import Lock
from desktop.messages import message
from desktop.plain_file import NotPlain, read_plain
from desktop.reading.as_json import MAXIMUM_BYTES
from desktop.strict_json import NotStrict, from_json
from desktop.unwritten import NotWritten, shortened

RESULT_FILE = "result.json"

_NAMED = {"picture": re.compile(r"strongest_slice-[0-9a-f]{16}\.png"), "pdf": re.compile(r"report-[0-9a-f]{16}\.pdf")}
"""The files that `result.json` names, by its keys."""

_EARLIER_PICTURE = "strongest_slice.png"
"""The name of every picture up to 0.1; a kill could leave a picture beside the result of another reading."""

_LOCK = ".clivus-report.lock"
"""Lists the files that a kill would leave without a result."""

_WAIT_S = 10.0
"""All files are written in well under a second, on a slow share in a few seconds."""


class ReportRefused(InputRefused):
    """A folder that contains, or may contain, files of another case, or that another Clivus is writing to."""


class ReportPlace:
    """The report folder of one series, reserved for one writer; use `with ReportPlace.held(...) as place`."""

    def __init__(self, folder: Path, lock: Lock, earlier: set[str]) -> None:
        self._folder, self._lock, self._earlier = folder, lock, earlier

    @staticmethod
    @contextmanager
    def held(folder: Path, series: str) -> Iterator[ReportPlace]:
        """Make the folder if it does not exist, and reserve it for the report of this series.

        What a killed process left there is removed first.

        Raises:
            ReportRefused: it contains the result of another case, a result that cannot be read, or a picture without
                its result; or another Clivus is writing there for longer than one report takes.
            NotWritten: it cannot be made or written to.
        """
        try:
            with folder_made(folder):
                lock = Lock.take(folder / _LOCK, _WAIT_S)
                if lock is None:
                    raise ReportRefused(
                        message(
                            "Another Clivus is writing a report into {folder}: wait until it is done, or choose "
                            "another folder.",
                            folder=shortened(folder),
                        )
                    )
                try:
                    sweep(folder)
                    _tidy(folder, lock.noted().splitlines())
                    yield ReportPlace(folder, lock, _own_files(folder, series))
                finally:
                    lock.release()
        except OSError as error:
            raise NotWritten(folder, error) from None

    def publish(
        self, document: dict[str, Any], image: bytes, pages: bytes | None = None
    ) -> tuple[dict[str, Any], tuple[Path, ...]]:
        """Write a report, replacing the older one.

        Args:
            document: of `result.json`, which gets the key `picture`, and `pdf` if there is one.
            image: PNG.
            pages: PDF, None for none.

        Returns:
            The document as written, and the files.

        Raises:
            NotWritten: the disk fails; the older report is unchanged.
        """
        document = {**document, "picture": _entry("strongest_slice", image, "png")}
        contents = {document["picture"]["file"]: image}
        if pages is not None:
            document["pdf"] = _entry("report", pages, "pdf")
            contents[document["pdf"]["file"]] = pages
        names = [*contents, *self._earlier]
        self._lock.note("\n".join(names))
        try:
            for name, content in contents.items():
                write_file(self._folder / name, content)
            write_json(self._folder / RESULT_FILE, document)
        finally:
            _tidy(self._folder, names)
        return document, (self._folder / RESULT_FILE, *(self._folder / name for name in contents))


def require_place(folder: Path, series: str) -> None:
    """Refuse a folder in which a report of this series cannot be written, before the series is judged.

    Raises:
        ReportRefused, NotWritten: as `ReportPlace.held`.
    """
    try:
        there = folder.is_dir()
    except OSError as error:
        raise NotWritten(folder, error) from None
    if there:
        with ReportPlace.held(folder, series):
            pass


def _entry(stem: str, content: bytes, suffix: str) -> dict[str, str]:
    """How `result.json` names a file."""
    digest = hashlib.sha256(content).hexdigest()
    return {"file": f"{stem}-{digest[:16]}.{suffix}", "sha256": digest}


def _tidy(folder: Path, names: list[str]) -> None:
    """Remove the files among `names` that the report does not name."""
    try:
        named = _files_of(_document(folder))
    except ReportRefused:  # then it is unknown which files belong to it
        return
    for name in names:
        path = folder / name
        ours = name == _EARLIER_PICTURE or any(pattern.fullmatch(name) for pattern in _NAMED.values())
        if ours and name not in named:
            with contextlib.suppress(OSError):
                if stat.S_ISREG(path.lstat().st_mode):
                    path.unlink()


def _own_files(folder: Path, series: str) -> set[str]:
    """The files of an existing report of this series; none if there is no report."""
    document = _document(folder)
    if document is None:
        if left := sorted(folder.glob("strongest_slice*.png")):
            raise ReportRefused(
                message(
                    "{file} has no result.json beside it and may belong to another case, and is left as it is: choose "
                    "another folder.",
                    file=shortened(left[0]),
                )
            )
        return set()
    if document.get("series") != series:
        raise _of_another_case(folder / RESULT_FILE)
    return _files_of(document)


def _files_of(document: dict[str, Any] | None) -> set[str]:
    """The files beside `result.json` that it names."""
    if document is None:
        return set()
    found = set() if "picture" in document else {_EARLIER_PICTURE}
    for key, pattern in _NAMED.items():
        match document.get(key):
            case {"file": str(name)} if pattern.fullmatch(name):
                found.add(name)
    return found


def _document(folder: Path) -> dict[str, Any] | None:
    path = folder / RESULT_FILE
    try:
        path.lstat()
        document = from_json(read_plain(path, MAXIMUM_BYTES))
    except FileNotFoundError:
        return None
    except NotPlain as error:
        raise ReportRefused(
            message(
                "{file} may belong to another case, because {reason}, and is left as it is: choose another folder.",
                file=shortened(path),
                reason=error.message,
            )
        ) from None
    except NotStrict:
        document = None
    if not isinstance(document, dict):
        raise _of_another_case(path)
    return document


def _of_another_case(path: Path) -> ReportRefused:
    return ReportRefused(
        message("{file} belongs to another case, and is left as it is: choose another folder.", file=shortened(path))
    )
