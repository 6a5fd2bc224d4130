"""A department's cases, their readings by several readers, and its studies: one SQLite file. No Qt.

    with Project.open(path) as project:                 database.py: the file, its transactions, its backup
        cases.add(project, series, reader)              cases.py: which series, whose, excluded or not
        entries.keep(project, case, reader, entry)      entries.py: what a reader marked, labelled and answered
        states.rows(project, reader)                    states.py: the state of every case
    differences.py, agreement.py: two readers beside each other; settling.py: the third entry
    reader_study.py, answers.py: a reader study; tables.py: what other programs read of it
    places.py: where series lie on this computer; merging.py: two copies of one project; checking.py: is it sound

Every change is one transaction with one event (desktop/events.py): after a kill either both are there or neither.
Nothing in the file names a patient: identity is a digest that takes a tenth of a second to try (identity.py), and the
place of a series lies outside it.
"""
