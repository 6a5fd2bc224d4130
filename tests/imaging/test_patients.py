"""One person spelled in several ways, and two persons."""

import itertools
import random

import pytest

from desktop.imaging.patients import doubts_of, fullest, people_of
from desktop.imaging.series import Patient

DOE = Patient("Doe^John", "12345", "19500101")

SPELLED_ALIKE = [
    Patient("DOE^JOHN", "12345", "19500101"),
    Patient("Doe^John^^^", "12345 ", "19500101"),
    Patient("Doe^John^^Dr", "0012345", "1950.01.01"),
    Patient("Doe John", "12345", "1950-01-01"),
    Patient("John^Doe", "12-345", "19500101"),
    Patient("Doe^John=山田^太郎", "12345^^^HOSPITAL", "19500101"),
]

UNSURE = [
    Patient("", "12345", "19500101"),
    Patient("Doe^John", "", "19500101"),
    Patient("Doe^John", "12345", ""),
    Patient("Doe^John", "12345", "00000000"),
    Patient("Doe^John", "12345", "1950"),
    Patient("Doe^J", "12345", "19500101"),
    Patient("Doe^John^Allen", "12345", "19500101"),
    Patient("山田^太郎", "12345", "19500101"),
    Patient("", "", ""),
]

OTHERS = [
    Patient("Doe^John", "12346", "19500101"),
    Patient("Doe^Jane", "12345", "19500101"),
    Patient("Roe^John", "12345", "19500101"),
    Patient("Doe^John", "12345", "19500102"),
    Patient("Roe^Mary", "777", "19800202"),
]


@pytest.mark.parametrize("other", SPELLED_ALIKE, ids=str)
def test_a_spelling_makes_no_other_person_and_no_doubt(other):
    assert people_of([DOE, other]) == [{DOE, other}]
    assert doubts_of([DOE, other]) == ()


@pytest.mark.parametrize("other", UNSURE, ids=str)
def test_what_cannot_be_compared_leaves_a_doubt(other):
    assert people_of([DOE, other]) == [{DOE, other}]
    doubts = " ".join(map(str, doubts_of([DOE, other, other])))
    assert "is missing on 2 of 3 slices" in doubts or "is not spelled alike" in doubts
    for value in ("Doe", "John", "12345", "1950", "山田"):
        assert value not in doubts, "no value is repeated"


@pytest.mark.parametrize("other", OTHERS, ids=str)
def test_another_id_name_or_date_is_another_person(other):
    assert sorted(people_of([DOE, other]), key=str) == sorted([{DOE}, {other}], key=str)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller^Jürgen", "MUELLER^JUERGEN"),
        ("Müller^Jürgen", "Muller^Jurgen"),
        ("Łukasz^Ñandú", "łukasz^nandu"),
        ("O'Brien^Anne-Marie", "OBRIEN^ANNE MARIE"),
        ("ﾔﾏﾀﾞ^ﾀﾛｳ", "ヤマダ^タロウ"),
        ("Yamada^Tarou=山田^太郎=やまだ^たろう", "Yamada^Tarou"),
        ("Hong^Gildong=洪^吉洞=홍^길동", "=洪^吉洞"),
    ],
)
def test_names_in_other_cases_accents_and_alphabets_are_one(one, other):
    patients = [Patient(name, "1", "19500101") for name in (one, other)]
    assert len(people_of(patients)) == 1
    assert doubts_of(patients) == ()


@pytest.mark.parametrize("name", ["MÃ¼ller^JÃ¼rgen", "M?ller^J?rgen", "M\ufffdller^J\ufffdrgen"])
def test_a_name_that_lost_its_character_set_leaves_a_doubt(name):
    patients = [Patient("Müller^Jürgen", "1", "19500101"), Patient(name, "1", "19500101")]
    assert len(people_of(patients)) == 1
    assert [str(doubt) for doubt in doubts_of(patients)] == ["PatientName is not spelled alike on all slices"]


def test_without_any_statement_there_is_one_person_and_no_doubt():
    nobody = Patient("", "", "")
    assert people_of([nobody]) == [{nobody}]
    assert doubts_of([nobody] * 4) == ()


def test_what_may_be_any_of_two_people_is_neither():
    roe, blank = OTHERS[-1], Patient("", "", "")
    assert people_of([DOE, roe, blank]) == [{roe}, {DOE}, {blank}] or people_of([DOE, roe, blank]) == [
        {DOE},
        {roe},
        {blank},
    ]


def test_the_order_of_the_slices_has_no_say():
    everyone = [DOE, *SPELLED_ALIKE[:3], *UNSURE[:2], OTHERS[0], OTHERS[-1]]
    found = {
        frozenset(map(frozenset, people_of(random.Random(seed).sample(everyone, len(everyone))))) for seed in range(20)
    }
    assert len(found) == 1


def test_the_fullest_statement_is_shown():
    for patients in itertools.permutations([DOE, Patient("", "12345", ""), Patient("", "", "")]):
        assert fullest(patients) == DOE
