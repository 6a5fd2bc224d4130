"""The guidelines' items are all there, in their own numbers, and ask for facts that exist."""

from __future__ import annotations

import pytest

from desktop.learning.guidelines.facts import Fact
from desktop.learning.guidelines.guideline import GUIDELINES

NUMBERING = {
    "CLAIM 2024": (44, {}),
    "TRIPOD+AI": (
        27,
        {3: "abc", 5: "ab", 6: "abc", 8: "abc", 9: "abc", 12: "abcdefg", 18: "abcdef", 20: "abc", 23: "ab", 27: "abc"},
    ),
    "STARD-AI": (40, {15: "abcd", 16: "abc", 17: "ab", 26: "ab", 40: "ab"}),
}
"""Items of each guideline, and the letters of those that have sub-items."""

EACH = pytest.mark.parametrize("guideline", GUIDELINES, ids=lambda guideline: guideline.name)


@EACH
def test_every_item_is_there_once_in_order(guideline):
    count, letters = NUMBERING[guideline.name]
    expected = [f"{number}{letter}" for number in range(1, count + 1) for letter in letters.get(number, [""])]
    assert [item.number for item in guideline.items()] == expected


@EACH
def test_every_item_says_what_it_asks_in_few_words(guideline):
    for item in guideline.items():
        assert item.section
        assert 1 <= len(item.requirement.split()) <= 16
        assert len(set(item.facts)) == len(item.facts)


@EACH
def test_what_no_program_can_know_is_left_whole_to_the_authors(guideline):
    open_items = [item for item in guideline.items() if not item.facts]
    assert any(item.requirement.startswith("Funding") for item in open_items)
    assert not any(item.left for item in open_items)


def test_every_fact_answers_something():
    assert {fact for guideline in GUIDELINES for item in guideline.items() for fact in item.facts} == set(Fact)
    assert all(fact.meaning for fact in Fact)
    assert len({fact.meaning for fact in Fact}) == len(Fact)
