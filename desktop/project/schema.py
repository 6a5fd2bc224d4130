"""The tables of a project, and how an older file becomes a newer one.

SQLite's own marks say what the file is: `application_id` that it is a project, `user_version` of which schema.
"""

from __future__ import annotations

from desktop import events

APPLICATION_ID = int.from_bytes(b"CLVS")
"""In the file's header (sqlite.org/fileformat.html, 1.3.9), by which `file` and the desktop can tell it."""

_FIRST = """
CREATE TABLE project (
    id TEXT PRIMARY KEY,                -- the same in all copies; only these can be merged
    salt BLOB NOT NULL,                 -- of the digests that tell one person from another
    created TEXT NOT NULL
) STRICT;

CREATE TABLE readers (
    code TEXT PRIMARY KEY,
    added TEXT NOT NULL
) STRICT;

CREATE TABLE cases (
    id TEXT PRIMARY KEY,                -- digest of series and first slice
    key TEXT NOT NULL UNIQUE,           -- for people: P034-2
    patient TEXT NOT NULL,              -- for people: P034
    person TEXT NOT NULL,               -- digest of the identity, '' where the header states none
    study_uid TEXT NOT NULL,
    series_uid TEXT NOT NULL,
    stack INTEGER NOT NULL,
    sop_instance_uid TEXT NOT NULL,
    frame INTEGER NOT NULL,
    positions_mm TEXT NOT NULL,         -- JSON, from the feet up
    thickness_mm REAL,
    contrast TEXT NOT NULL,             -- 'plain', 'contrast' or ''
    synthetic INTEGER NOT NULL,
    pixels TEXT NOT NULL,               -- SHA-256 of all Hounsfield units, '' until they were read
    problems TEXT NOT NULL,             -- JSON: names of the checks that the series does not pass
    excluded TEXT NOT NULL,             -- why, '' where it is not
    mri INTEGER,                        -- whether an MRI is available, NULL where nobody said
    strata TEXT NOT NULL,               -- JSON: further columns of a cohort
    suggestion TEXT NOT NULL,           -- JSON: range and ROI proposed, or why there is none; '' until looked for
    conflict INTEGER NOT NULL,          -- whether its entries have to be settled; follows from them
    added TEXT NOT NULL
) STRICT;
CREATE INDEX cases_of_patient ON cases (patient);
CREATE INDEX cases_of_person ON cases (person);
CREATE INDEX cases_of_study ON cases (study_uid);

CREATE TABLE entries (
    id TEXT PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases,
    reader TEXT NOT NULL REFERENCES readers,
    settled INTEGER NOT NULL,           -- 1: what two readers agreed on, which the cohort takes
    document TEXT NOT NULL,             -- JSON of the entry
    digest TEXT NOT NULL,               -- SHA-256 of the document; an event holds it too
    marked INTEGER NOT NULL,            -- whether range and ROI are there
    labelled INTEGER NOT NULL,          -- how many slices of the range have a label
    in_range INTEGER NOT NULL,          -- and how many there are
    verdict TEXT NOT NULL,              -- '' where there is none
    saved TEXT NOT NULL
) STRICT;
CREATE INDEX entries_of_case ON entries (case_id, reader);

CREATE TABLE studies (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    protocol TEXT NOT NULL,             -- JSON; never changed after the first answer
    created TEXT NOT NULL
) STRICT;

CREATE TABLE answers (
    study TEXT NOT NULL REFERENCES studies,
    reader TEXT NOT NULL REFERENCES readers,
    case_id TEXT NOT NULL REFERENCES cases,
    arm TEXT NOT NULL CHECK (arm IN ('unaided', 'aided')),
    document TEXT NOT NULL,             -- JSON of the answer
    locked TEXT,                        -- when; NULL while it may change
    PRIMARY KEY (study, reader, case_id, arm)
) STRICT;
CREATE TRIGGER locked_answers_stay BEFORE UPDATE ON answers WHEN OLD.locked IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'a locked answer cannot be changed'); END;
CREATE TRIGGER locked_answers_are_kept BEFORE DELETE ON answers WHEN OLD.locked IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'a locked answer cannot be removed'); END;
"""

_PROPOSALS = """
ALTER TABLE entries ADD COLUMN proposed INTEGER NOT NULL DEFAULT 0; -- 1: nobody stands for it yet
"""

_RESULTS = """
CREATE TABLE results (
    id TEXT PRIMARY KEY,                -- digest of case, model and marks
    case_id TEXT NOT NULL REFERENCES cases,
    model TEXT NOT NULL,
    version TEXT NOT NULL,
    sha256 TEXT NOT NULL,               -- of the model's manifest
    marks TEXT NOT NULL,                -- by whose: 'settled', 'reading' or 'suggestion'
    document TEXT NOT NULL,             -- JSON of the answer; an event holds its digest
    read TEXT NOT NULL                  -- when
) STRICT;
CREATE INDEX results_of_case ON results (case_id);
"""

MIGRATIONS: tuple[str, ...] = (_FIRST + events.TABLE, _PROPOSALS, _RESULTS)
"""Statement by statement from an empty file to the present schema; the n-th leads to version n. Never change one that
was published: add another."""

VERSION = len(MIGRATIONS)
