"""A message kept in a file: in the reader's language again, and never anything but what its English says."""

from __future__ import annotations

import json

import pytest

from desktop.kept_message import from_kept, to_kept
from desktop.messages import OWN_VARIABLE, choose, counted, message, shown, verbatim

ENGLISH = "Case P009-1: nobody has answered it"
WHY = message("nobody has answered it")


def kept(**other: object) -> object:
    return json.loads(json.dumps(to_kept(message("Case {case}: {why}", case="P009-1", why=WHY)))) | other


def test_what_was_kept_is_shown_in_the_language_of_whoever_reads_it_later() -> None:
    said = from_kept(kept(), ENGLISH)
    assert str(said) == ENGLISH
    choose({OWN_VARIABLE: "ja"})
    try:
        assert shown(WHY) != str(WHY)
        assert shown(WHY) in shown(said)
    finally:
        choose({OWN_VARIABLE: "en"})


def test_numbers_and_lists_are_kept_and_what_else_a_message_may_hold_is_left_to_the_english() -> None:
    said = counted("{number} of {who}, {mm:.1f} mm", "{number} of all {who}, {mm:.1f} mm", 2, who=["A", WHY], mm=1)
    assert from_kept(json.loads(json.dumps(to_kept(said))), str(said)) == said
    assert to_kept(message("{what}", what=object())) is None


@pytest.mark.parametrize(
    "unsound",
    [
        None,
        {},
        "Case",
        kept(text="Something else"),
        kept(text="Case {case.__class__}"),
        kept(text="{case:>999999999}"),
        kept(text="{absent}"),
        kept(text="{"),
        kept(text=1),
        kept(number="1"),
        kept(fields=[]),
    ],
)
def test_whatever_does_not_fit_its_english_is_not_shown(unsound: object) -> None:
    assert from_kept(unsound, ENGLISH) == verbatim(ENGLISH)


def test_messages_without_end_are_not_followed() -> None:
    deep: object = "end"
    for _ in range(5000):
        deep = {"text": "{a}", "many": "", "number": 1, "fields": {"a": deep}}
    assert from_kept(deep, "end") == verbatim("end")
