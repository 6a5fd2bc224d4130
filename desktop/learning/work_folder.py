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
class Begun:
    """What was begun in a folder.

    Attributes:
        begun_with: see `WorkFolder.begin`.
        goes_on: whether there is something to go on with; not once the model is written.
    """

    day: date
    begun_with: dict[str, str]
    goes_on: bool


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
        try:
            path.mkdir(parents=True, exist_ok=True)
            sweep(path)
            begun = _same(path, begun_with) if any(path.iterdir()) else None
            if begun is None:
                begun = date.today()
                write_json(path / RECORD_FILE, {"schema": SCHEMA, "begun": begun.isoformat(), **begun_with})
            for name in _BULKY:
                (path / name).mkdir(exist_ok=True)
        except FileExistsError:
            raise WrongUse(message("{folder} is a file: name a new folder.", folder=shortened(path))) from None
        except OSError as error:
            raise NotWritten(path, error) from None
        return WorkFolder(path, begun)

    @staticmethod
    def looked_at(path: Path) -> Begun | None:
        """What was begun in a folder; None where nothing was."""
        try:
            fields = Fields(from_json(read_plain(path / RECORD_FILE, _MOST_BYTES)))
            fields.one_of("schema", (SCHEMA,))
            day = date.fromisoformat(fields.text("begun"))
            sums = {name: fields.text(name) for name in fields.names() if name not in ("schema", "begun")}
        except (NotPlain, NotStrict, Unfit, ValueError):
            return None
        return Begun(day, sums, any((path / name).is_dir() for name in _BULKY))

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


def _same(path: Path, begun_with: dict[str, str]) -> date:
    """The day on which the same was begun."""
    found = WorkFolder.looked_at(path)
    if found is None:
        raise WrongUse(
            message("{folder} holds something else than a learning: name a new folder.", folder=shortened(path))
        )
    for name in begun_with:
        if found.begun_with.get(name) != begun_with[name]:
            raise AnotherLearning(
                message(
                    "In {folder} a model was begun to be learned with another {what}: name a new folder, or bring "
                    "back what it was begun with.",
                    folder=shortened(path),
                    what=name,
                )
            )
    return found.day
