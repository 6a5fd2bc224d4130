"""Argument parsing in the reader's language, with one sentence for each mistake; for `clivus` and `clivus-train`."""

from __future__ import annotations

import argparse
import re
from typing import NoReturn

from desktop.errors import WrongUse
from desktop.messages import Message, counted, message, shown

_OF_ARGPARSE = (
    message("usage: "),
    message("options"),
    message("positional arguments"),
    message("show this help message and exit"),
    message("argument %(argument_name)s: %(message)s"),
    message("the following arguments are required: %s"),
    message("one of the arguments %s is required"),
    message("not allowed with argument %s"),
    message("unrecognized arguments: %s"),
    message("invalid choice: %(value)r (choose from %(choices)s)"),
    message("invalid %(type)s value: %(value)r"),
    message("expected one argument"),
    message("expected at most one argument"),
    message("expected at least one argument"),
    counted("expected %s argument", "expected %s arguments", 1),
    message("ignored explicit argument %r"),
    message("ambiguous option: %(option)s could match %(matches)s"),
)
"""The texts of argparse, listed here so that the catalogues contain them. It looks up each with gettext."""

_PERCENT = re.compile(r"%(?:\(\w+\))?[a-z]")


class OneSentenceParser(argparse.ArgumentParser):
    """A parser that raises an error with one sentence, instead of printing the usage and ending the program."""

    def error(self, message: str) -> NoReturn:
        """Refuse.

        Raises:
            WrongUse: always.
        """
        raise WrongUse(_refusal(f"{message[:1].upper()}{message[1:].rstrip('.')}", self.prog))


def translate_argparse() -> None:
    """Make argparse use our catalogues. It looks up its texts by `_` and `ngettext` of its own module."""
    argparse._ = _own  # type: ignore[attr-defined]
    argparse.ngettext = _own_counted  # type: ignore[attr-defined]


def _refusal(complaint: str, program: str) -> Message:
    return message("{complaint}: see `{program} --help`.", complaint=complaint, program=program)


def _own(text: str) -> str:
    return _with_its_fields(text, shown(Message(text)))


def _own_counted(text: str, many: str, number: int) -> str:
    return _with_its_fields(many if number != 1 else text, shown(Message(text, {}, many, number)))


def _with_its_fields(text: str, translated: str) -> str:
    """The translation, or the original text if the translation lacks the fields that argparse fills in."""
    return translated if sorted(_PERCENT.findall(translated)) == sorted(_PERCENT.findall(text)) else text
