"""Command lines that answer a mistake with one sentence; for `clivus` and `clivus-train`."""

from __future__ import annotations

import argparse
from typing import NoReturn

from desktop.errors import WrongUse


class OneSentenceParser(argparse.ArgumentParser):
    """A parser whose refusal is an error with its sentence, instead of the usage, a sentence and the program's end."""

    def error(self, message: str) -> NoReturn:
        """Refuse.

        Raises:
            WrongUse: always.
        """
        raise WrongUse(f"{message[:1].upper()}{message[1:].rstrip('.')}: see `{self.prog} --help`.")
