"""Checklists claim what is known and nothing else."""

from __future__ import annotations

import csv
import re

import pytest

from desktop.learning.guidelines.bundle_facts import facts_of_bundle
from desktop.learning.guidelines.checklist import State, answers, write_checklists
from desktop.learning.guidelines.facts import Fact
from desktop.learning.guidelines.guideline import GUIDELINES

CLAIM, TRIPOD, STARD = GUIDELINES
EACH = pytest.mark.parametrize("guideline", GUIDELINES, ids=lambda guideline: guideline.name)


def given(guideline, facts, number):
    return next(answer for answer in answers(guideline, facts) if answer.item.number == number)


@pytest.fixture
def written(site, tmp_path):
    """Rows of the table, and the Markdown, of a site's bundle with one evaluated figure that holds awkward text."""
    facts = {**facts_of_bundle(site), Fact.FAILURES: "Case a|b\\|c <b>, *hard* [x](y),\nand `d`."}
    write_checklists(facts, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["checklist.csv", "checklist.md"]
    data = (tmp_path / "checklist.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(data.decode("utf-8-sig").splitlines(keepends=True)))
    return rows, (tmp_path / "checklist.md").read_text(encoding="utf-8")


def cells(line):
    """The cells of a table's line as GitHub's Markdown takes them apart: an escaped bar ends no cell."""
    found = re.findall(r"(?:\\.|[^|\\])+", line)
    return [re.sub(r"\\([\\|<*`\[\]])", r"\1", cell.strip()) for cell in found]


@EACH
def test_nothing_known_is_nothing_claimed(guideline):
    for facts in ({}, dict.fromkeys(Fact, "")):
        found = answers(guideline, facts)
        assert {answer.state for answer in found} == {State.NOT_AVAILABLE}
        assert {answer.text for answer in found} == {""}


@EACH
def test_with_every_fact_known_only_the_authors_part_is_open(guideline):
    for answer in answers(guideline, {fact: f"<{fact}>." for fact in Fact}):
        item = answer.item
        expected = State.IN_PART if item.left else State.ANSWERED if item.facts else State.NOT_AVAILABLE
        assert answer.state is expected
        assert all(f"<{fact}>." in answer.text for fact in item.facts)
        assert item.left in answer.text


def test_a_fact_that_is_missing_makes_an_answer_partial_and_is_named():
    facts = {Fact.FIGURES: "AUC, by patient: 0.976 (0.938 to 0.991)."}
    answer = given(CLAIM, facts, "38")
    assert answer.state is State.IN_PART
    assert answer.text == f"{facts[Fact.FIGURES]} Not available: {Fact.CROSS_TABLE.meaning}."
    assert given(CLAIM, {**facts, Fact.CROSS_TABLE: "55 of 60."}, "38").state is State.ANSWERED


def test_a_bundle_alone_answers_for_the_model_and_not_for_an_evaluation(site):
    facts = facts_of_bundle(site)
    for guideline, number in ((CLAIM, "9"), (CLAIM, "22"), (CLAIM, "24"), (TRIPOD, "12g"), (TRIPOD, "27a")):
        assert given(guideline, facts, number).state is State.ANSWERED
    unknown = ((CLAIM, "33"), (CLAIM, "44"), (TRIPOD, "23a"), (TRIPOD, "14"), (STARD, "30"), (STARD, "6"))
    for guideline, number in unknown:
        assert given(guideline, facts, number).state is State.NOT_AVAILABLE
    assert given(CLAIM, facts, "20").state is State.IN_PART
    assert site.sha256 in given(TRIPOD, facts, "22").text


def test_the_table_holds_every_item_of_every_guideline(written):
    rows, _ = written
    assert [row["item"] for row in rows] == [item.number for guideline in GUIDELINES for item in guideline.items()]
    assert [row["guideline"] for row in rows[:44]] == ["CLAIM 2024"] * 44
    assert list(rows[0]) == ["guideline", "item", "section", "requirement", "state", "answer"]


def test_the_markdown_says_the_same_as_the_table(written):
    rows, text = written
    lines = [line for line in text.splitlines() if re.match(r"\| \d", line)]
    wanted = [[*list(row.values())[1:5], " ".join(row["answer"].split())] for row in rows]
    assert [cells(line) for line in lines] == wanted
    failures = next(row for row in rows if row["guideline"] == "CLAIM 2024" and row["item"] == "39")
    assert failures["answer"] == "Case a|b\\|c <b>, *hard* [x](y),\nand `d`."


def test_the_markdown_counts_and_warns(written):
    rows, text = written
    assert "Filled by the program" in text
    assert "the authors must check every answer" in text
    for guideline in GUIDELINES:
        states = [row["state"] for row in rows if row["guideline"] == guideline.name]
        counts = ", ".join(f"{states.count(state)} {state}" for state in ("answered", "in part", "not available"))
        section = text.split(f"## {guideline.name}\n")[1].split("\n## ")[0]
        assert guideline.reference in section
        assert f"{len(states)} items, sub-items counted: {counts}." in section
        assert re.search("20(24|25)", guideline.reference)
