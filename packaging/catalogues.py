"""Keep the catalogues of every language in step with the texts in the source.

    python packaging/catalogues.py             collect the texts, update every catalogue, compile it
    python packaging/catalogues.py --new de    the same, and begin a catalogue in German
    python packaging/catalogues.py --check     change nothing; say what is wrong, with exit status 1

`--check` also names what a complete language (`COMPLETE`) leaves in English, so that no release ships half of one. Who
has reviewed the clinical sentences stands in the header `X-Clinical-Review`, and is "none" until somebody has.

A text that was changed in the source is marked "fuzzy" in the catalogues and shown in English until a translator has
looked at it. The catalogue of the pseudo-language (pseudo.py) is made anew each time.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pseudo
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po
from texts import Text, fields_of, texts_of

from desktop.messages import SHIPPED

ROOT = Path(__file__).parents[1]
FOLDER = Path("desktop/messages/catalogues")

COMPLETE = SHIPPED
"""A release has the languages that every installation has in full."""

_REVIEW, _NO_REVIEW = "X-Clinical-Review", "none"
"""`desktop.messages.clinical_review` reads it."""

_REVIEW_LINE = re.compile(rf'^"{_REVIEW}: (.*)\\n"$', re.MULTILINE)

_HEADER = "# Texts of Clivus. packaging/catalogues.py keeps them in step with the source; translations are edited here."

_NO_DATE = datetime(2000, 1, 1)
"""A catalogue changes when its texts do, not with the day."""

_PERCENT = re.compile(r"%(?:\(\w+\))?[a-z]")
"""A field of a text of argparse."""


def main() -> int:
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing, and say what is wrong")
    parser.add_argument("--new", metavar="LANGUAGE", help="begin a catalogue, such as de or pt_BR")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)  # another tree, for tests
    options = parser.parse_args()
    texts, faults = texts_of(options.root)
    folder = options.root / FOLDER
    if options.new:
        (folder / f"{options.new}.po").touch(exist_ok=False)
    files = sorted({*folder.glob("*.po"), folder / f"{pseudo.LANGUAGE}.po"})
    if options.check:
        faults += [fault for file in files for fault in _faults(file, texts)]
    elif not faults:
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            catalogue = _updated(file, texts)
            file.write_bytes(_written(catalogue))
            faults += _broken(file, catalogue)
            file.with_suffix(".mo").write_bytes(_compiled(catalogue))
    print(*faults, sep="\n", file=sys.stderr, end="\n" if faults else "")
    return 1 if faults else 0


def _updated(file: Path, texts: list[Text]) -> Catalog:
    """A catalogue with exactly the texts of the source, and what there is of their translations."""
    source = Catalog()
    for text in texts:
        source.add(text.key, locations=[(text.place.rpartition(":")[0], 0)])
    catalogue = _read(file)
    catalogue.update(source, no_fuzzy_matching=file.stem == pseudo.LANGUAGE, update_creation_date=False)
    catalogue.obsolete.clear()
    if file.stem == pseudo.LANGUAGE:
        for entry in _entries(catalogue):
            plain = isinstance(entry.id, str)
            entry.string = pseudo.pseudo(entry.id) if plain else tuple(map(pseudo.pseudo, entry.id))
            entry.flags.discard("fuzzy")
    return catalogue


def _faults(file: Path, texts: list[Text]) -> Iterator[str]:
    """What is wrong with a catalogue and its compiled form."""
    command = "run `python packaging/catalogues.py`"
    if not file.is_file():
        yield f"{file.name} is missing: {command}."
        return
    kept, wanted = _read(file), _updated(file, texts)
    yield from _broken(file, kept)
    if file.stem in COMPLETE:
        yield from _unfinished(file, kept)
    if _content(kept) != _content(wanted):
        yield f"{file.name} does not hold the texts of the source: {command}."
    try:
        with file.with_suffix(".mo").open("rb") as stream:
            stale = _content(read_mo(stream), compiled=True) != _content(kept, compiled=True)
    except (OSError, ValueError):
        stale = True
    if stale:
        yield f"{file.stem}.mo is not compiled from {file.name}: {command}."


def _broken(file: Path, catalogue: Catalog) -> Iterator[str]:
    """The translations whose fields are not those of the text."""
    for entry in _entries(catalogue):
        ids, strings = _forms(entry.id), _forms(entry.string)
        known = set().union(*map(fields_of, ids))
        for string in filter(None, strings):
            try:
                strange = fields_of(string) - known
            except ValueError as error:
                yield f"{file.name}: {string!r} cannot be formatted: {error}."
                continue
            if strange:
                yield f"{file.name}: {string!r} has a field {', '.join(sorted(strange))} that {ids[0]!r} has not."
            if sorted(_PERCENT.findall(string)) != sorted(_PERCENT.findall(ids[0])) and len(ids) == 1:
                yield f"{file.name}: {string!r} has not the %-fields of {ids[0]!r}."


def _unfinished(file: Path, catalogue: Catalog) -> Iterator[str]:
    """The texts that would be shown in English."""
    for entry in _entries(catalogue):
        translated = _forms(entry.string)
        if entry.fuzzy or not translated or not all(translated):
            state = "fuzzy" if entry.fuzzy else "not translated"
            yield f"{file.name}: {_forms(entry.id)[0]!r} is {state}, and a release has {file.stem} in full."


def _content(catalogue: Catalog, *, compiled: bool = False) -> dict[object, object]:
    """The texts with their translations; of those only what is compiled: what is there and not fuzzy."""
    return {
        _forms(entry.id): _forms(entry.string)
        for entry in _entries(catalogue)
        if not compiled or (any(_forms(entry.string)) and not entry.fuzzy)
    }


def _forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    """A text in the forms that it has for numbers; Babel has None where nothing is translated, and lists or tuples."""
    return (text,) if isinstance(text, str) else tuple(text or ())


def _entries(catalogue: Catalog) -> Iterator[Message]:
    return (entry for entry in catalogue if entry.id)


class _Reviewed(Catalog):
    """A catalogue whose header says who has reviewed its clinical sentences; Babel's own forgets what it does not
    know."""

    review = _NO_REVIEW

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [(_REVIEW, self.review), *self._get_mime_headers()]


def _read(file: Path) -> _Reviewed:
    content = file.read_bytes() if file.is_file() else b""
    catalogue = _Reviewed(locale=file.stem)
    for entry in _entries(read_po(io.BytesIO(content), locale=file.stem)):
        catalogue[entry.id] = entry
    if found := _REVIEW_LINE.search(content.decode("utf-8")):
        catalogue.review = found[1]
    catalogue.project, catalogue.version, catalogue.fuzzy = "Clivus", "texts", False
    catalogue.header_comment = _HEADER
    catalogue.creation_date = catalogue.revision_date = _NO_DATE
    return catalogue


def _written(catalogue: Catalog) -> bytes:
    stream = io.BytesIO()
    write_po(stream, catalogue, width=120, sort_output=True, omit_header=False)
    # Neither dates nor names nor versions: others' would be overwritten, and git knows them.
    lines = stream.getvalue().decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(_DATED)).encode()


_DATED = ('"POT-Creation-Date', '"PO-Revision-Date', '"Generated-By', '"Last-Translator', '"Report-Msgid')


def _compiled(catalogue: Catalog) -> bytes:
    for entry in list(_entries(catalogue)):
        if not any(_forms(entry.string)):  # Babel would compile the English forms as a translation
            catalogue.delete(entry.id)
    stream = io.BytesIO()
    write_mo(stream, catalogue)
    return stream.getvalue()


if __name__ == "__main__":
    sys.exit(main())
