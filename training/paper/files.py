"""The reproduction as a folder."""

from __future__ import annotations

from pathlib import Path

from desktop.files import new_folder
from training.paper.picture import draw_roc
from training.paper.reproduction import Reproduction
from training.paper.tables import as_json, roc_csv, rows_csv


def write_reproduction(reproduction: Reproduction, out: Path) -> None:
    """Write paper.csv, paper.json, roc.csv, roc.svg and roc.png; the same reproduction gives the same bytes.

    Raises:
        WrongUse: `out` exists and is not an empty folder.
        NotWritten: it cannot be written.
    """
    with new_folder(out) as folder:
        for name, text in (
            ("paper.csv", rows_csv(reproduction)),
            ("paper.json", as_json(reproduction)),
            ("roc.csv", roc_csv(reproduction)),
        ):
            (folder / name).write_text(text, encoding="utf-8", newline="\n")
        draw_roc(reproduction, folder)
