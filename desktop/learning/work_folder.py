"""The folder in which a learning keeps what it has done, so that the same command goes on after a kill."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from desktop.errors import InputRefused, WrongUse
from desktop.fields import Fields, Unfit
from desktop.files import sweep, write_json
from desktop.messages import message
from desktop.plain_file import NotPlain, read_plain
from desktop.strict_json import NotStrict, from_json
from desktop.unwritten import NotWritten, shortened

SCHEMA = "clivus-learning/1"
RECORD_FILE = "learning.json"

_MOST_BYTES = 1_000_000
_BULKY = ("cases", "pixels", "features")
"""Of no use once the model is written, and crops are patients' pictures."""


class AnotherLearning(InputRefused):
    """A folder in which something else was begun."""


@dataclass(frozen=True)
class WorkFolder:
    """The folder, begun for one cohort, model and recipe.

    Attributes:
        begun: the day, which the model bears: one that is finished a day later is the same to the byte.
    """

    path: Path
    begun: date

    @staticmethod
    def begin(path: Path, begun_with: dict[str, str]) -> WorkFolder:
        """Begin in a new or empty folder, or go on with what was begun there.

        Args:
            begun_with: what must be the same to go on: digests, by a name that stands in the refusal.

        Raises:
            WrongUse: the folder holds something else.
            AnotherLearning: what was begun there learns from something else.
            NotWritten: the folder cannot be written to.
        """
        record = path / RECORD_FILE
        try:
            path.mkdir(parents=True, exist_ok=True)
            sweep(path)
            strangers = any(path.iterdir())
            for name in _BULKY:
                (path / name).mkdir(exist_ok=True)
        except FileExistsError:
            raise WrongUse(message("{folder} is a file: name a new folder.", folder=shortened(path))) from None
        except OSError as error:
            raise NotWritten(path, error) from None
        begun = date.today()
        if strangers:
            begun = _same(path, record, begun_with)
        else:
            write_json(record, {"schema": SCHEMA, "begun": begun.isoformat(), **begun_with})
        return WorkFolder(path, begun)

    @property
    def cases(self) -> Path:
        """Crops of each case."""
        return self.path / "cases"

    @property
    def split(self) -> Path:
        """Who is learned from, and who is left out."""
        return self.path / "split.json"

    def pixels(self, name: str) -> Path:
        """Crops of many cases."""
        return self.path / "pixels" / name

    def features(self, name: str) -> Path:
        """Features of them."""
        folder = self.path / "features" / name
        folder.mkdir(exist_ok=True)
        return folder

    def tidy(self) -> None:
        """Remove what is of no use once the model is written."""
        for name in _BULKY:
            shutil.rmtree(self.path / name, ignore_errors=True)


def _same(path: Path, record: Path, begun_with: dict[str, str]) -> date:
    """The day on which the same was begun."""
    try:
        fields = Fields(from_json(read_plain(record, _MOST_BYTES)))
        fields.one_of("schema", (SCHEMA,))
        begun = date.fromisoformat(fields.text("begun"))
        theirs = {name: fields.text(name) for name in begun_with}
    except (NotPlain, NotStrict, Unfit, ValueError):
        raise WrongUse(
            message("{folder} holds something else than a learning: name a new folder.", folder=shortened(path))
        ) from None
    for name, value in begun_with.items():
        if theirs[name] != value:
            raise AnotherLearning(
                message(
                    "In {folder} a model was begun to be learned with another {what}: name a new folder with --work, "
                    "or bring back what it was begun with.",
                    folder=shortened(path),
                    what=name,
                )
            )
    return begun
