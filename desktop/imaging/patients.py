"""Whether slices are of one person, as far as their headers say. Different spellings are accepted, different people are
not.

PatientID, PatientName and PatientBirthDate are compared. Archives, converters and scanners spell them in several ways
within one series: padded with blanks or zeros, with or without separators, in capitals, with empty components, with the
given name first, without accents, in another alphabet (PS3.5 6.2.1.2). None of these means another person. If only a
part can be compared, as with initials, or a value is missing in some slices, the slices stay together with a warning.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from desktop.imaging.series import Patient
from desktop.messages import Message, message

_YEARS = range(1850, 2100)
"""Range of a year of birth; other values are not dates: some exports write "00000000" or the day first."""

_DATE = re.compile(r"(\d{4})\D?(\d{2})?\D?(\d{2})?")
_BEYOND_NAMES = 3
"""Components of a name: family, given and middle name. The titles that follow are not kept by every system."""


class _Match(Enum):
    SAME, UNSURE, OTHER = range(3)


@dataclass(frozen=True)
class _Identity:
    """A patient in a form that can be compared; parts that are not stated are empty.

    Attributes:
        number: letters and digits of the ID.
        names: for each alphabet the words of the name in it, sorted.
        plain: the ASCII letters of the name, which survive a lost character set, and whether it has only these.
        born: the digits of YYYYMMDD that are stated.
    """

    number: str
    names: tuple[tuple[str, tuple[str, ...]], ...]
    plain: tuple[str, bool]
    born: str


def people_of(patients: Iterable[Patient]) -> list[set[Patient]]:
    """The patients in groups, one for each person.

    A patient that could be any of several people, such as one without any values, is a group of its own.
    """
    people: list[set[Patient]] = []
    by_number: dict[str, list[set[Patient]]] = defaultdict(list)
    unclear: set[Patient] = set()
    for patient in sorted(set(patients), key=_least_said_last):
        number = _identity(patient).number
        # A different ID is a different person, so few pairs have to be compared.
        near = people if not number else [*by_number[number], *by_number[""]]
        possible = [person for person in near if not any(_differ(patient, other) for other in person)]
        if len(possible) > 1:
            unclear.add(patient)
        elif possible:
            possible[0].add(patient)
        else:
            people.append({patient})
            by_number[number].append(people[-1])
    return [*people, unclear] if unclear else people


def doubts_of(patients: Sequence[Patient]) -> tuple[Message, ...]:
    """Doubts whether slices with these patients are of one person, as clauses that contain no values."""
    distinct = set(patients)
    if len(distinct) == 1:
        return ()
    clauses = []
    for name, value in (("PatientID", _number), ("PatientName", _name), ("PatientBirthDate", _born)):
        missing = sum(not value(patient) for patient in patients)
        if 0 < missing < len(patients):
            clauses.append(
                message(
                    "{attribute} is missing on {missing} of {slices} slices",
                    attribute=name,
                    missing=missing,
                    slices=len(patients),
                )
            )
        elif _unsure(name, distinct):
            clauses.append(message("{attribute} is not spelled alike on all slices", attribute=name))
    return tuple(clauses)


def fullest(patients: Iterable[Patient]) -> Patient:
    """The patient with the most information."""
    return min(patients, key=_least_said_last)


def identifying_text(patient: Patient) -> str:
    """What tells the person from others, in one spelling: the ID, else name and date of birth; "" if too little is
    stated. For digests only."""
    identity = _identity(patient)
    if identity.number:
        return identity.number
    names = " ".join(word for _, words in identity.names for word in words)
    return f"{names} {identity.born}" if names and identity.born else ""


def _unsure(name: str, distinct: set[Patient]) -> bool:
    first, *others = sorted(distinct, key=_least_said_last)
    return any(_matches(first, other)[name] is _Match.UNSURE for other in others)


def _least_said_last(patient: Patient) -> tuple[int, str, str, str]:
    stated = sum(map(bool, (_number(patient), _name(patient), _born(patient))))
    return -stated, patient.id, patient.name, patient.birth_date


def _number(patient: Patient) -> str:
    return _identity(patient).number


def _name(patient: Patient) -> bool:
    return bool(_identity(patient).names)


def _born(patient: Patient) -> str:
    return _identity(patient).born


def _differ(a: Patient, b: Patient) -> bool:
    return _Match.OTHER in _matches(a, b).values()


def _matches(a: Patient, b: Patient) -> dict[str, _Match]:
    one, other = _identity(a), _identity(b)
    return {
        "PatientID": _whole(one.number, other.number),
        "PatientName": _names(one, other),
        "PatientBirthDate": _dates(one.born, other.born),
    }


def _whole(one: str, other: str) -> _Match:
    if not (one and other):
        return _Match.SAME if one == other else _Match.UNSURE
    return _Match.SAME if one == other else _Match.OTHER


def _dates(one: str, other: str) -> _Match:
    if one != other and (one.startswith(other) or other.startswith(one)):
        return _Match.UNSURE
    return _whole(one, other)


def _names(one: _Identity, other: _Identity) -> _Match:
    if one.names == other.names or (one.plain == other.plain and one.plain[1]):
        return _Match.SAME
    here, there = dict(one.names), dict(other.names)
    shared = here.keys() & there.keys()
    if any(here[alphabet] == there[alphabet] for alphabet in shared):
        return _Match.SAME
    if not shared or any(_abbreviated(here[alphabet], there[alphabet]) for alphabet in shared):
        return _Match.UNSURE
    return _Match.UNSURE if one.plain[0] and one.plain[0] == other.plain[0] else _Match.OTHER


def _abbreviated(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether each word of the shorter name begins a word of the longer one: initials, or no middle name."""
    short, long = sorted((one, other), key=lambda words: sum(map(len, words)))
    return all(any(word.startswith(part) for word in long) for part in short)


@lru_cache(maxsize=65536)
def _identity(patient: Patient) -> _Identity:
    number = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", patient.id.split("^")[0]).casefold()))
    if number.isdigit():
        number = number.lstrip("0") or "0"
    names: dict[str, tuple[str, ...]] = {}
    for group in patient.name.split("="):
        words = _words(" ".join(group.split("^")[:_BEYOND_NAMES]))
        if words:
            names.setdefault(_alphabet(words[0]), words)
    plain = "".join(sign for sign in patient.name.casefold() if sign.isascii() and sign.isalpha())
    return _Identity(number, tuple(sorted(names.items())), (plain, patient.name.isascii()), _date(patient.birth_date))


def _words(text: str) -> tuple[str, ...]:
    """Words without case and accents, sorted; "Müller", "MUELLER" and "Muller" are equal."""
    marked = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(sign for sign in marked if not unicodedata.combining(sign))
    return tuple(sorted(re.sub(r"(?<=[aou])e", "", word) for word in re.split(r"[\W_]+", bare) if word))


def _alphabet(word: str) -> str:
    return unicodedata.name(word[0], "UNKNOWN").split()[0]


def _date(text: str) -> str:
    found = _DATE.match(text.strip())
    if not found or int(found[1]) not in _YEARS:
        return ""
    return "".join(part for part in found.groups() if part and part != "00")
