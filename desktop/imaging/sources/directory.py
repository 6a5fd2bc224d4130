"""Reads a DICOMDIR: the files that it names, and which of them exist (PS3.3 annex F)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from desktop.imaging import dicom
from desktop.imaging.dataset import Bounded, Budget, items_of
from desktop.imaging.sources.listing import Found, Listing
from desktop.imaging.sources.names import Parts, is_table_of_contents, printable, spelling
from desktop.imaging.transfer_syntaxes import DEFLATED_LITTLE_ENDIAN
from desktop.messages import Message, message

TABLE_BYTES = 32 * 2**20
"""Largest size. A DICOMDIR takes less than 1 kB for each image; a larger file of that name is something else."""

TABLE_READS = 300_000
"""Limit for read calls. Ten thousand images take fewer; a larger disc is read without its DICOMDIR. One with empty
records would take minutes and gigabytes."""

LISTED = 20
"""Up to this many missing files of a DICOMDIR are listed one by one."""

_LONGEST_SHOWN = 200
"""A File ID has at most eight components of eight characters; anything longer is damage."""

_RECORDS, _FIRST_RECORD, _NEXT_RECORD, _LOWER_RECORD, _FILE_ID = (
    0x00041220,
    0x00041200,
    0x00041400,
    0x00041420,
    0x00041500,
)


class DamagedTable(Exception):
    """A DICOMDIR that cannot be read completely."""


@dataclass(frozen=True)
class Named:
    """A file that a DICOMDIR names.

    Attributes:
        shown: its File ID, for people.
        spellings: its possible values of `spelling` below the DICOMDIR's folder; none if it would lie elsewhere.
    """

    shown: str
    spellings: frozenset[Parts]


def read_table(path: Path) -> tuple[Named, ...]:
    """The files that a DICOMDIR names, without repeats.

    Raises:
        DamagedTable: it cannot be read, or records are lost; the rest would be an incomplete series.
    """
    try:
        if path.stat().st_size > TABLE_BYTES:
            raise DamagedTable
        if dicom.read_file_meta_info(path).get("TransferSyntaxUID") == DEFLATED_LITTLE_ENDIAN:
            raise DamagedTable  # forbidden by PS3.10 section 8.6; pydicom would inflate it without a limit
        with path.open("rb") as stream:
            budget = Budget(2 * TABLE_BYTES, TABLE_READS)
            bounded = cast(BinaryIO, Bounded(stream, budget))
            dataset = dicom.dcmread(bounded, stop_before_pixels=True, specific_tags=[_RECORDS, _FIRST_RECORD])
            budget.require_rest()
            return _named(dataset, budget)
    except DamagedTable:
        raise
    except Exception as error:  # pydicom raises many types of error on damaged files
        raise DamagedTable from error


def _named(dataset: dicom.Dataset, budget: Budget) -> tuple[Named, ...]:
    sequence: Any = dataset.get_item(_RECORDS)
    if isinstance(sequence, dicom.RawDataElement) and len(sequence.value or b"") < sequence.length:
        raise DamagedTable  # truncated: pydicom would return the rest
    records = items_of(dataset, _RECORDS, budget) or []
    # pydicom skips what it cannot read between two records; the offsets between records show that.
    starts = {record.file_tell for record in records}
    links = [_offset(dataset, _FIRST_RECORD)]
    links += [_offset(record, tag) for record in records for tag in (_NEXT_RECORD, _LOWER_RECORD)]
    if any(link and link not in starts for link in links):
        raise DamagedTable
    identifiers = (_value(record, _FILE_ID).rstrip(b" \0") for record in records)
    return tuple(_name(identifier) for identifier in dict.fromkeys(identifiers) if identifier)


def _value(record: dicom.Dataset, tag: int) -> bytes:
    """The bytes of an attribute as stored: pydicom would decode, validate and warn."""
    element: Any = record.get_item(tag) if tag in record else None
    return element.value or b"" if isinstance(element, dicom.RawDataElement) else b""


def _offset(record: dicom.Dataset, tag: int) -> int:
    """The offset of another record, 0 for none; little endian, as in PS3.10 section 8.6."""
    return int.from_bytes(_value(record, tag), "little")


def _name(identifier: bytes) -> Named:
    """A file from its File ID, which is ASCII; otherwise the bytes are UTF-8 or whatever the disc uses."""
    # Some writers use their system's separator, against PS3.10 section 8.2.
    texts = {identifier.decode("utf-8", "surrogateescape"), identifier.decode("latin-1")}
    spellings = set()
    for text in texts:
        parts = tuple(part.strip(" ") for part in text.replace("\\", "/").split("/"))
        if not any(part in {"", ".", ".."} or ":" in part or "\0" in part for part in parts):
            spellings.add(spelling(parts))
    shown = printable(identifier.decode("utf-8", "surrogateescape").replace("\\", "/"))
    return Named(shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}…", frozenset(spellings))


class Index:
    """Files by their path, however it is spelt."""

    def __init__(self, files: Iterable[Found]) -> None:
        self._files: defaultdict[Parts, list[Found]] = defaultdict(list)
        for found in files:
            self._files[spelling(found.parts)].append(found)

    def find(self, named: Named, below: Parts = ()) -> list[Found]:
        """The files that a name may mean: several if they differ only in upper and lower case."""
        folder = spelling(below)
        return [found for parts in named.spellings for found in self._files.get(folder + parts, ())]


def leave_out_tables(listing: Listing) -> None:
    """Remove DICOMDIRs from the files, because all files are read anyway; report those with missing files."""
    tables = [found for found in listing.files if is_table_of_contents(found.parts[-1])]
    if not tables:
        return
    index = Index(listing.files)
    for table in tables:
        listing.files.remove(table)
        listing.skip(table.candidate.shown, _remark(table, index))


def _remark(table: Found, index: Index) -> Message:
    try:
        names = read_table(table.candidate.path)
    except DamagedTable:
        return message(
            "a DICOMDIR, the disc's table of contents; it is damaged, but the images are read from their own files"
        )
    missing = sum(not index.find(named, table.parts[:-1]) for named in names)
    if missing:
        return message(
            "a DICOMDIR, the disc's table of contents; {missing} of the {files} files it names are not here",
            missing=missing,
            files=len(names),
        )
    return message("a DICOMDIR, the disc's table of contents; the images are read from their own files")


def skip_missing(missing: list[Named], table: str, folder: str, listing: Listing) -> None:
    """List files that a DICOMDIR names and that do not exist, as one line if there are many."""
    lost = [named for named in missing if named.spellings]
    if len(lost) > LISTED:
        several = message(
            "{count} files are named in the DICOMDIR but not on the disc, the first being {file}",
            count=len(lost),
            file=lost[0].shown,
        )
        listing.skip(table, several)
    else:
        for named in lost:
            listing.skip(f"{folder}{named.shown}", message("named in the DICOMDIR but not on the disc"))
    outside = [named for named in missing if not named.spellings]
    if len(outside) > LISTED:
        several = message(
            "{count} files are named in the DICOMDIR, but not as files in its folder, so not opened, the first being "
            "{file}",
            count=len(outside),
            file=outside[0].shown,
        )
        listing.skip(table, several)
    else:
        for named in outside:
            listing.skip(
                f"{table} > {named.shown}",
                message("named in the DICOMDIR, but not as a file in its folder, so not opened"),
            )
