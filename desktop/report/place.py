"""The folder of a report: for one case and one writer at a time, and never with parts of two reports.

`result.json` names its picture and its PDF, and their names contain a part of their SHA-256, so that two readings never
share a name. Replacing `result.json` is the single step from the older report to the newer one; the older files are
removed after it. DICOM objects lie in a folder of their own, which is there whole or not at all: the older one goes
before that step, the newer one comes after it, so that objects never lie beside the result of another reading.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from desktop.errors import InputRefused
from desktop.files import folder_made, new_folder, remove_folder, sweep, write_file, write_json
from desktop.locks import Lock
from desktop.messages import message
from desktop.plain_file import NotPlain, read_plain
from desktop.reading.as_json import MAXIMUM_BYTES
from desktop.strict_json import NotStrict, from_json
from desktop.unwritten import NotWritten, shortened

RESULT_FILE = "result.json"
OBJECTS_FOLDER = "dicom"

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


WriteObjects = Callable[[Path], list[Path]]
"""Writes DICOM objects into a folder, and returns the files."""


class ReportPlace:
    """The report folder of one series, reserved for one writer; use `with ReportPlace.held(...) as place`."""

    def __init__(self, folder: Path, lock: Lock, earlier: set[str]) -> None:
        self._folder, self._lock, self._earlier = folder, lock, earlier

    @staticmethod
    @contextmanager
    def held(folder: Path, series: str, *, objects: bool = False) -> Iterator[ReportPlace]:
        """Make the folder if it does not exist, and reserve it for the report of this series.

        What a killed process left there is removed first.

        Args:
            objects: whether the report has DICOM objects.

        Raises:
            ReportRefused: it contains the result of another case, a result that cannot be read, a picture without its
                result, or other files where objects are to go; or another Clivus is writing there for longer than one
                report takes.
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
                    earlier = _own_files(folder, series)
                    _require_own_objects(folder, objects)
                    yield ReportPlace(folder, lock, earlier)
                finally:
                    lock.release()
        except OSError as error:
            raise NotWritten(folder, error) from None

    def publish(
        self, document: dict[str, Any], image: bytes, pages: bytes | None = None, objects: WriteObjects | None = None
    ) -> tuple[dict[str, Any], tuple[Path, ...]]:
        """Write a report, replacing the older one.

        Args:
            document: of `result.json`, which gets the key `picture`, and `pdf` and `dicom` if there are such.
            image: PNG.
            pages: PDF, None for none.
            objects: None for a report without them.

        Returns:
            The document as written, and the files.

        Raises:
            NotWritten: the disk fails; the older report is unchanged.
        """
        place = self._folder / OBJECTS_FOLDER
        if objects is None:
            self._remove_older_objects()
            return self._publish(document, image, pages)
        with new_folder(place, replaces=True) as new:
            written = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in objects(new)}
            self._remove_older_objects()
            named = {"folder": OBJECTS_FOLDER, "files": written}
            document, files = self._publish({**document, "dicom": named}, image, pages)
        return document, (*files, *(place / name for name in written))

    def _remove_older_objects(self) -> None:
        place = self._folder / OBJECTS_FOLDER
        if _object_files(_document(self._folder)) and place.is_dir():
            remove_folder(place)

    def _publish(
        self, document: dict[str, Any], image: bytes, pages: bytes | None
    ) -> tuple[dict[str, Any], tuple[Path, ...]]:
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


def require_place(folder: Path, series: str, *, objects: bool = False) -> None:
    """Refuse a folder in which a report of this series cannot be written, before the series is judged.

    Raises:
        ReportRefused, NotWritten: as `ReportPlace.held`.
    """
    try:
        there = folder.is_dir()
    except OSError as error:
        raise NotWritten(folder, error) from None
    if there:
        with ReportPlace.held(folder, series, objects=objects):
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


def _require_own_objects(folder: Path, wanted: bool) -> None:
    """Refuse a folder of objects that holds anything else: it is replaced as a whole. One that is none of a report's is
    in the way only where objects are wanted."""
    place = folder / OBJECTS_FOLDER
    if not os.path.lexists(place):
        return
    own = _object_files(_document(folder))
    strange = place.is_symlink() or not place.is_dir() or {file.name for file in place.iterdir()} - own
    if strange and (own or wanted):
        raise ReportRefused(
            message(
                "{folder} holds files that are no DICOM objects of this report, and is left as it is: choose another "
                "folder.",
                folder=shortened(place),
            )
        )


def _object_files(document: dict[str, Any] | None) -> set[str]:
    match document:
        case {"dicom": {"folder": "dicom", "files": dict(files)}}:
            return set(files)
    return set()


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
