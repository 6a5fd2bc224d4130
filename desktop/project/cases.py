"""The cases of a project: which series, of which patient, excluded or not."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from functools import cached_property
from typing import Any

from desktop import events
from desktop.imaging.eligibility import check_series
from desktop.imaging.series import Series
from desktop.messages import message
from desktop.project.database import Project, ProjectRefused
from desktop.project.identity import person_digest
from desktop.quoting import quoted
from desktop.reading.draft import digest

_COLUMNS = (
    "id, key, patient, person, study_uid, series_uid, stack, sop_instance_uid, frame, positions_mm, thickness_mm, "
    "contrast, synthetic, pixels, problems, excluded, mri, strata, suggestion, conflict, added"
)

_DIGITS = 3
"""Of a patient's key; a larger project has more where it needs them."""

LONGEST_TEXT = 120
"""Characters of a reason, a stratum's name or its value."""

OWN_COLUMNS = ("case", "patient", "series", "reading", "contrast", "mri")
"""Columns of an exported cohort that no stratum may be called."""


@dataclass(frozen=True)
class Case:
    """One series of a patient.

    Attributes:
        id: digest of series and first slice, the same in every copy of a project.
        key, patient: pseudonyms for people, such as P034-2 and P034.
        person: digest of the identity, "" where the header states none.
        positions_mm: of the slices, from the feet up.
        contrast: "plain", "contrast", or "" where that is not stated.
        synthetic: whether Clivus drew it.
        pixels: SHA-256 of all Hounsfield units, "" until they were read.
        problems: names of the checks of the series that do not pass.
        excluded: why it is left out, "" where it is not.
        mri: whether an MRI is available; None where nobody said.
        conflict: whether its readers differ and it has to be settled, or was edited in two copies.
        suggestion: JSON, as `clivus suggest --json` prints it; "" until it was looked for.
    """

    id: str
    key: str
    patient: str
    person: str
    study_uid: str
    series_uid: str
    stack: int
    sop_instance_uid: str
    frame: int
    positions: str
    thickness_mm: float | None
    contrast: str
    synthetic: bool
    pixels: str
    problems_json: str
    excluded: str
    mri: bool | None
    strata_json: str
    suggestion: str
    conflict: bool
    added: str

    @cached_property
    def positions_mm(self) -> tuple[float, ...]:
        """Of the slices, from the feet up."""
        return tuple(json.loads(self.positions))

    @cached_property
    def problems(self) -> tuple[str, ...]:
        """Names of the checks of the series that do not pass."""
        return tuple(json.loads(self.problems_json))

    @cached_property
    def strata(self) -> dict[str, str]:
        """Further columns of a cohort."""
        found: dict[str, str] = json.loads(self.strata_json)
        return found

    @property
    def series(self) -> str:
        """The name of the series, as readings have it."""
        return self.series_uid if self.stack == 1 else f"{self.series_uid}:{self.stack}"


@dataclass(frozen=True)
class Known:
    """What is known of a series besides its headers, as a cohort's table says it.

    Attributes:
        key, patient: what it and its patient are called there, pseudonyms; "" where it comes from no table.
        same_as: the patient of the project that has other series of that patient, "" where there is none yet.
        contrast, mri, strata: as `Case` has them.
    """

    key: str = ""
    patient: str = ""
    same_as: str = ""
    contrast: str = ""
    mri: bool | None = None
    strata: Mapping[str, str] = field(default_factory=dict)


UNKNOWN = Known()


def case_id(series: Series) -> str:
    """What a stack is known by: its series and its first slice."""
    first = series.slices[0]
    return digest(f"{series.series_instance_uid} {first.sop_instance_uid} {first.place.frame}")


def add(project: Project, series: Series, reader: str = events.PROGRAM, known: Known = UNKNOWN) -> tuple[Case, bool]:
    """Add a series, or find it if it is there; whether it was added.

    Its patient is that of a series of the same person or the same study; otherwise a new one. What is `known` is not
    written over what is there already.

    Raises:
        ProjectRefused: a key or a stratum of `known` cannot be one.
    """
    for text in (known.key, known.patient):
        _require_text(text)
    _require_strata(known.strata)
    own = case_id(series)
    person = person_digest(series.patient, project.salt)  # slow, so not within the change
    failed = [check.name for check in check_series(series) if check.status == "fail"]
    with project.change():
        if found := _by(project, "id = ?", own):
            return _completed(project, found[0], reader, known), False
        first = series.slices[0]
        case = Case(
            id=own,
            key=known.key,
            patient=known.patient,
            person=person,
            study_uid=series.study_instance_uid,
            series_uid=series.series_instance_uid,
            stack=series.stack,
            sop_instance_uid=first.sop_instance_uid,
            frame=first.place.frame,
            positions=events.canonical([round(float(position), 3) for position in series.geometry.positions_mm]),
            thickness_mm=series.slice_thickness_mm,
            contrast=known.contrast or {True: "contrast", False: "plain", None: ""}[series.contrast],
            synthetic=series.synthetic,
            pixels="",
            problems_json=events.canonical(failed),
            excluded="",
            mri=known.mri,
            strata_json=events.canonical(dict(known.strata)),
            suggestion="",
            conflict=False,
            added=project.time,
        )
        patient = known.same_as or patient_for(project, case)
        insert(project, case, patient)
        events.append(project, reader, "case added", own, {"patient": patient})
    return find(project, own), True


def _completed(project: Project, case: Case, reader: str, known: Known) -> Case:
    """With what is known of a case and was not, as one event; nothing is replaced."""
    strata = {**known.strata, **case.strata}
    lacking: dict[str, object] = {
        name: value
        for name, value, there in (
            ("contrast", known.contrast, bool(case.contrast)),
            ("mri", None if known.mri is None else int(known.mri), case.mri is not None),
            ("strata", events.canonical(strata), strata == case.strata),
        )
        if not there and value not in ("", None)
    }
    if lacking:
        _change(project, case, reader, "case completed", **lacking)
    return find(project, case.id)


def patient_for(project: Project, case: Case) -> str:
    """The key of the patient that a new case is of: that of a series of the same person or study, the case's own where
    nobody else has it, or else the next one."""
    for column, value in (("person", case.person), ("study_uid", case.study_uid)):
        if value and (found := project.rows(f"SELECT patient FROM cases WHERE {column} = ? LIMIT 1", value)):
            return str(found[0][0])
    if case.patient and not project.rows("SELECT 1 FROM cases WHERE patient = ?", case.patient):
        return case.patient
    numbers = project.rows("SELECT MAX(CAST(substr(patient, 2) AS INTEGER)) FROM cases WHERE patient GLOB 'P[0-9]*'")
    return f"P{(numbers[0][0] or 0) + 1:0{_DIGITS}}"


def insert(project: Project, case: Case, patient: str) -> str:
    """Write a new case, as one of this patient; its key. Within a change, with its event."""
    number = int(project.rows("SELECT COUNT(*) FROM cases WHERE patient = ?", patient)[0][0]) + 1
    taken = not case.key or case.patient != patient or project.rows("SELECT 1 FROM cases WHERE key = ?", case.key)
    key = _free_key(project, patient, number) if taken else case.key
    values = astuple(replace(case, key=key, patient=patient))
    project.run(f"INSERT INTO cases ({_COLUMNS}) VALUES ({', '.join('?' * len(values))})", *values)
    return key


def take_over(project: Project, case: Case, attribute: str, value: object) -> None:
    """Set what another copy of the project has of a case and this one lacks."""
    _change(project, case, events.PROGRAM, "case completed", **{attribute.removesuffix("_json"): value})


def every(project: Project) -> list[Case]:
    """All cases, in the order of their keys."""
    return _by(project, "1")


def find(project: Project, key: str) -> Case:
    """A case by key or id.

    Raises:
        ProjectRefused: there is none.
    """
    found = _by(project, "key = ? OR id = ?", key, key)
    if not found:
        raise ProjectRefused(message("There is no case {key} in {path}.", key=key, path=project.path.name))
    return found[0]


def of_slice(project: Project, series_uid: str, sop_instance_uid: str, frame: int) -> Case | None:
    """The case whose first slice this is."""
    found = _by(project, "series_uid = ? AND sop_instance_uid = ? AND frame = ?", series_uid, sop_instance_uid, frame)
    return found[0] if found else None


def exclude(project: Project, case: Case, why: str, reader: str) -> None:
    """Leave a case out, with a reason; with "" it is in again.

    Raises:
        ProjectRefused: the reason is too long, or cannot be printed.
    """
    _require_text(why)
    _change(project, case, reader, "case excluded" if why else "case included", excluded=why)


def reasons(project: Project) -> list[str]:
    """Why cases are excluded, the commonest first: the same reason is best said in the same words."""
    rows = project.rows("SELECT excluded FROM cases WHERE excluded <> '' GROUP BY excluded ORDER BY COUNT(*) DESC")
    return [str(row[0]) for row in rows]


def set_mri(project: Project, case: Case, there: bool | None, reader: str) -> None:
    """Whether an MRI of the patient is available; None where nobody says."""
    _change(project, case, reader, "MRI noted", mri=None if there is None else int(there))


def set_strata(project: Project, case: Case, strata: Mapping[str, str], reader: str) -> None:
    """Further columns, such as the T stage; those without a value are left out.

    Raises:
        ProjectRefused: a name is that of another column, or a text is too long or cannot be printed.
    """
    kept = {name: value for name, value in strata.items() if value}
    _require_strata(kept)
    _change(project, case, reader, "strata noted", strata=events.canonical(kept))


def strata_names(project: Project) -> list[str]:
    """The further columns that any case has."""
    return sorted({name for (text,) in project.rows("SELECT DISTINCT strata FROM cases") for name in json.loads(text)})


def _require_strata(strata: Mapping[str, str]) -> None:
    for text in (*strata, *strata.values()):
        _require_text(text)
    if taken := [name for name in strata if not name.strip() or name.strip().casefold() in OWN_COLUMNS]:
        raise ProjectRefused(
            message(
                '"{name}" cannot be the name of a column: a cohort has one of its own, or it is empty.', name=taken[0]
            )
        )


def _require_text(text: str) -> None:
    if len(text) > LONGEST_TEXT or not text.isprintable():
        raise ProjectRefused(
            message(
                '"{text}" cannot be kept: write at most {most} characters, in one line.',
                text=quoted(text[:LONGEST_TEXT]),
                most=LONGEST_TEXT,
            )
        )


def set_suggestion(project: Project, case: Case, suggestion: Mapping[str, object]) -> None:
    """What was proposed for the case, or why nothing was."""
    _change(project, case, events.PROGRAM, "suggestion made", suggestion=events.canonical(suggestion))


def set_pixels(project: Project, case: Case, sha256: str) -> None:
    """What the pixels were when a reader first saw them.

    Raises:
        ProjectRefused: they were others.
    """
    if case.pixels and case.pixels != sha256:
        raise ProjectRefused(
            message(
                "The pixels of case {key} are not those that were read before: find the series as it was, or add the "
                "changed one as a case of its own.",
                key=case.key,
            )
        )
    if not case.pixels:
        _change(project, case, events.PROGRAM, "pixels seen", pixels=sha256)


def join(project: Project, case: Case, patient: str, reader: str) -> Case:
    """Make a case one of another patient's: the same person was under two keys.

    Raises:
        ProjectRefused: there is no such patient.
    """
    if not project.rows("SELECT 1 FROM cases WHERE patient = ?", patient):
        raise ProjectRefused(message("There is no patient {key} in {path}.", key=patient, path=project.path.name))
    with project.change():
        number = int(project.rows("SELECT COUNT(*) FROM cases WHERE patient = ?", patient)[0][0]) + 1
        _change(project, case, reader, "patient joined", patient=patient, key=_free_key(project, patient, number))
    return find(project, case.id)


def doubled_people(project: Project) -> list[tuple[str, ...]]:
    """Patients' keys that stand for one person or one study: the same patient under two keys."""
    groups = []
    for column in ("person", "study_uid"):
        rows = project.rows(
            f"SELECT group_concat(DISTINCT patient) FROM cases WHERE {column} <> '' GROUP BY {column} "
            "HAVING COUNT(DISTINCT patient) > 1"
        )
        groups += [tuple(sorted(str(row[0]).split(","))) for row in rows]
    return sorted(set(groups))


def _change(project: Project, case: Case, reader: str, what: str, **columns: object) -> None:
    """Write columns of a case, with an event; nothing where they are so already."""
    with project.change():
        now = project.rows(f"SELECT {', '.join(columns)} FROM cases WHERE id = ?", case.id)
        if now == [tuple(columns.values())]:
            return
        sets = ", ".join(f"{name} = ?" for name in columns)
        project.run(f"UPDATE cases SET {sets} WHERE id = ?", *columns.values(), case.id)
        told = {name: value for name, value in columns.items() if name != "suggestion"}
        events.append(project, reader, what, case.id, told)


def _by(project: Project, condition: str, *values: object) -> list[Case]:
    rows = project.rows(f"SELECT {_COLUMNS} FROM cases WHERE {condition} ORDER BY length(patient), key", *values)
    return [_case(row) for row in rows]


def _case(row: Sequence[Any]) -> Case:
    values = dict(zip(_COLUMNS.split(", "), row, strict=True))
    mri = values.pop("mri")
    return Case(
        positions=values.pop("positions_mm"),
        synthetic=bool(values.pop("synthetic")),
        conflict=bool(values.pop("conflict")),
        problems_json=values.pop("problems"),
        strata_json=values.pop("strata"),
        mri=None if mri is None else bool(mri),
        **values,
    )


def _free_key(project: Project, patient: str, number: int) -> str:
    """A key that no case has: one may have been joined to another patient since."""
    while project.rows("SELECT 1 FROM cases WHERE key = ?", f"{patient}-{number}"):
        number += 1
    return f"{patient}-{number}"
