"""What a fit was like, epoch by epoch: log.csv and TensorBoard."""

from __future__ import annotations

import csv
import io
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np
import numpy.typing as npt
from torch.utils.tensorboard import SummaryWriter

from desktop.files import write_text
from desktop.learning.statistics.estimate import known
from desktop.learning.statistics.roc import auc
from desktop.unwritten import NotWritten
from training.fit.adam import mean_loss

CSV_FILE = "log.csv"
TENSORBOARD_FOLDER = "tensorboard"


@dataclass(frozen=True)
class Entry:
    """One final layer after one epoch; validation figures are by slice, on images without augmentation, and None where
    nobody is watched."""

    member: int
    epoch: int
    loss: float
    validation_loss: float | None = None
    validation_auc: float | None = None
    validation_accuracy: float | None = None
    validation_sensitivity: float | None = None
    validation_specificity: float | None = None

    @staticmethod
    def of(
        member: int, epoch: int, loss: float, logits: npt.NDArray[np.float32], positive: npt.NDArray[np.bool_]
    ) -> Entry:
        """Measure answers [n] on validation images of both kinds; a slice is called positive at 0.5."""
        called = logits >= 0
        return Entry(
            member,
            epoch,
            loss,
            mean_loss(logits, positive),
            known(auc(positive, logits), "The validation AUC"),
            float((called == positive).mean()),
            float(called[positive].mean()),
            float((~called[~positive]).mean()),
        )


class Log:
    """The log of a run; what a checkpoint does not hold is taken out again."""

    def __init__(self, folder: Path, entries: list[Entry]) -> None:
        self._path, self.entries = folder / CSV_FILE, entries
        try:
            self._board = SummaryWriter(str(folder / TENSORBOARD_FOLDER), purge_step=len(entries) + 1)
        except OSError as error:
            raise NotWritten(folder / TENSORBOARD_FOLDER, error) from None

    def add(self, entry: Entry) -> None:
        """Add an entry.

        Raises:
            NotWritten: the disk is full.
        """
        self.entries.append(entry)
        text = io.StringIO()
        table = csv.DictWriter(text, [field.name for field in fields(Entry)], lineterminator="\n")
        table.writeheader()
        table.writerows(asdict(one) for one in self.entries)
        write_text(self._path, text.getvalue())
        try:
            for name, value in asdict(entry).items():
                if value is not None:
                    self._board.add_scalar(name.replace("validation_", "validation/"), value, len(self.entries))
            self._board.flush()
        except OSError as error:
            raise NotWritten(self._path.parent / TENSORBOARD_FOLDER, error) from None

    def close(self) -> None:
        """Close TensorBoard's file."""
        self._board.close()
