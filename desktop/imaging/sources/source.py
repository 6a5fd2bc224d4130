"""The source: one or more paths that a person opens."""

from __future__ import annotations

import errno
import os
import stat
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

from desktop.imaging import dicom
from desktop.imaging.series import Skipped
from desktop.imaging.sources.archive import damaged, unpack
from desktop.imaging.sources.directory import DamagedTable, Index, Named, leave_out_tables, read_table, skip_missing
from desktop.imaging.sources.listing import Candidate, Found, Listing, NothingToRead
from desktop.imaging.sources.names import Parts, is_table_of_contents, printable, spelling
from desktop.imaging.sources.private import PrivateFolder
from desktop.imaging.sources.walk import ZIP_MAGIC, walk
from desktop.messages import Message, message
from desktop.system_errors import reason_of
from desktop.work import UNWATCHED, Work

_LONGEST_SHOWN = 100


class Source:
    """The files to examine, and those skipped already; a context manager, because archives need a temporary folder.

    Attributes:
        shown: what was opened, for messages.
        files: sorted by shown name; may be empty if everything was skipped.
        skipped: what was skipped, and why.
    """

    def __init__(self, shown: str, listing: Listing, folders: list[PrivateFolder]) -> None:
        """Use `open`."""
        self.shown = shown
        self.files: tuple[Candidate, ...] = tuple(
            sorted((found.candidate for found in listing.files), key=lambda item: (item.shown, item.path))
        )
        self.skipped: tuple[Skipped, ...] = tuple(
            sorted(listing.skipped, key=lambda item: (item.shown, str(item.reason)))
        )
        self._folders = folders

    @staticmethod
    def open(
        path: str | Path | Sequence[Path],
        work: Work = UNWATCHED,
    ) -> Source:
        """List the files of a folder, a DICOMDIR, a zip archive, a single file, or several of these.

        Args:
            path: one path or several; of several, those that cannot be read are listed as skipped.
            work: progress in files while an archive is unpacked, checked regularly.

        Raises:
            NothingToRead: nothing is there, or nothing can be read.
            NotUnpacked: there is not enough space to unpack an archive.
            desktop.errors.Cancelled: `work` was asked to stop.
        """
        dicom.require()
        paths = [path] if isinstance(path, str | Path) else list(path)
        opening = _Opening(work)
        try:
            return Source(_shown_together(paths), opening.run(paths), opening.folders)
        except BaseException:
            for folder in opening.folders:
                folder.close()
            raise

    def close(self) -> None:
        """Remove the temporary folders and with them the files of archives."""
        for folder in self._folders:
            folder.close()

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class _Opening:
    """Collects the listing of one or more paths, and the folders unpacked for it."""

    def __init__(self, work: Work) -> None:
        self.folders: list[PrivateFolder] = []
        self._work = work

    def run(self, paths: Sequence[str | Path]) -> Listing:
        """List the union of the paths; raises as `Source.open` does."""
        if not paths:
            raise NothingToRead(message("No path was given: choose the folder that holds the CT's DICOM files."))
        if len(paths) == 1:
            return self._one(paths[0])
        union = Listing()
        refusals = []
        for path in {_real(path): path for path in paths}.values():
            try:
                union.add(self._one(path))
            except NothingToRead as refusal:
                refusals.append(refusal)
                union.skip(printable(path), refusal.message)
        if len(refusals) == len(union.skipped) and not union.files:
            raise refusals[0]
        union.files = list({found.real: found for found in union.files}.values())
        union.skipped = list(dict.fromkeys(union.skipped))
        return union

    def _one(self, given: str | Path) -> Listing:
        if not str(given):
            raise NothingToRead(message("The path is empty: choose the folder that holds the CT's DICOM files."))
        path, shown = Path(given), printable(given)
        try:
            mode = path.stat().st_mode
        except (OSError, ValueError) as error:  # ValueError: the path contains a zero byte
            raise _refusal(shown, error) from None
        if stat.S_ISDIR(mode):
            return self._folder(path, shown)
        if stat.S_ISREG(mode):
            return self._disc(path, shown) if is_table_of_contents(path.name) else self._file(path, shown)
        # Reading from a pipe or a device would block.
        raise NothingToRead(
            message(
                "{path} is neither a folder nor a file: choose the folder that holds the CT's DICOM files.",
                path=shown,
            )
        )

    def _folder(self, path: Path, shown: str) -> Listing:
        listing = self._walk(path)
        if not listing.files and not listing.skipped:
            raise NothingToRead(
                message("The folder {path} is empty: choose the folder that holds the CT's DICOM files.", path=shown)
            )
        leave_out_tables(listing)
        return listing

    def _walk(self, folder: Path, enter: Callable[[Parts], bool] = lambda parts: True) -> Listing:
        try:
            return walk(folder, self._work, enter)
        except OSError as error:
            raise _refusal(printable(folder), error) from None

    def _file(self, path: Path, shown: str) -> Listing:
        try:
            with path.open("rb") as stream:
                head = stream.read(132)
        except OSError as error:
            raise _refusal(shown, error) from None
        if head[128:] != b"DICM":
            if zipfile.is_zipfile(path):
                folder, listing = unpack(path, shown, self._work)
                self.folders.append(folder)
                leave_out_tables(listing)
                return listing
            if head.startswith(ZIP_MAGIC):
                raise damaged(shown)
        return Listing([Found(Candidate(path, shown), (path.name,), _real(path))])

    def _disc(self, path: Path, shown: str) -> Listing:
        """The files that a DICOMDIR names, or its whole folder if the DICOMDIR cannot be used."""
        try:
            names = read_table(path)
        except DamagedTable:
            return self._around(path, shown, message("a damaged DICOMDIR; every file in its folder is read instead"))
        ways = {parts[:depth] for named in names for parts in named.spellings for depth in range(1, len(parts))}

        def leads_to_a_file(parts: Parts) -> bool:
            return spelling(parts) in ways

        listing = self._walk(path.parent, leads_to_a_file)
        index = Index(listing.files)
        there = {found.real: found for named in names for found in index.find(named)}
        if not there:
            return self._around(
                path,
                shown,
                message("a DICOMDIR that names no file on the disc; every file in its folder is read instead"),
            )
        disc = Listing(list(there.values()))
        missing: list[Named] = [named for named in names if not index.find(named)]
        skip_missing(missing, shown, shown.removesuffix(printable(path.name)), disc)
        return disc

    def _around(self, path: Path, shown: str, reason: Message) -> Listing:
        listing = self._walk(path.parent)
        listing.files = [found for found in listing.files if found.parts != (path.name,)]
        leave_out_tables(listing)
        listing.skip(shown, reason)
        return listing


def _real(path: str | Path) -> str:
    try:
        return os.path.realpath(path)
    except (OSError, ValueError):  # refused later, by name
        return str(path)


def _shown_together(paths: Sequence[str | Path]) -> str:
    first = printable(paths[0]) if paths else ""
    return first if len(paths) < 2 else str(message("{path} and {count} more", path=first, count=len(paths) - 1))


def _refusal(shown: str, error: OSError | ValueError) -> NothingToRead:
    brief = shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}…"
    if isinstance(error, OSError) and error.errno == errno.ENAMETOOLONG:
        return NothingToRead(
            message("The path {path} is too long for this system: move the files to a shorter path.", path=brief)
        )
    if isinstance(error, PermissionError):
        return NothingToRead(
            message(
                "You may not read {path}: ask for the permission, or copy the CT's DICOM files to a folder of "
                "your own.",
                path=brief,
            )
        )
    if isinstance(error, FileNotFoundError | NotADirectoryError | ValueError):
        return NothingToRead(
            message("There is nothing at {path}: check the path, and that the disc or stick is connected.", path=brief)
        )
    return NothingToRead(
        message(
            "{path} cannot be opened ({error}): check that the disc or stick is connected, and copy its "
            "files to this computer.",
            path=brief,
            error=reason_of(error),
        )
    )
