"""`clivus learn`: a model with a final layer of the site's own, without a window."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from desktop.errors import ClivusError
from desktop.messages import Message, counted, message, shown, tr
from desktop.settings_file import local_data_folder
from desktop.work import Work

if TYPE_CHECKING:
    from desktop.inference.manifest import Manifest

_TERMINAL_EVERY_S, _FILE_EVERY_S = 1.0, 30.0


class Interrupted(ClivusError):
    """The person stopped work that can be continued."""

    exit_status = 130

    def __init__(self, folder: Path) -> None:
        super().__init__(
            message(
                "Interrupted; what was saved in {folder} stays, and the same command continues from there.",
                folder=folder,
            )
        )


def declare(parser: argparse.ArgumentParser) -> None:
    """Declare its arguments."""
    parser.add_argument("project", metavar="PROJECT", type=Path, help=tr("the project's file, NAME.clivus"))
    explain = tr("the new model's folder, which appears when it is complete")
    parser.add_argument("--out", metavar="BUNDLE", type=Path, required=True, help=explain)
    explain = tr("the model whose network is kept and whose final layer is learned anew, instead of the shipped one")
    parser.add_argument("--model", metavar="BUNDLE", type=Path, help=explain)
    explain = tr("the folder for work on the way, by which the same command goes on (BUNDLE.learning)")
    parser.add_argument("--work", metavar="DIR", type=Path, help=explain)
    explain = tr("what the model is called in every result (the name of BUNDLE)")
    parser.add_argument("--id", metavar="NAME", help=explain)
    explain = tr("of all random numbers: who is left out, copies, folds (%(default)s)")
    parser.add_argument("--seed", metavar="N", type=int, default=0, help=explain)
    explain = tr("write a model that was not shown to be better than chance, marked so")
    parser.add_argument("--despite", action="store_true", help=explain)


def run(options: argparse.Namespace) -> int:
    """Learn, and print the figures."""
    from desktop.learning.attempt import Attempt, prepare, work_beside
    from desktop.learning.recipe import Recipe
    from desktop.models.shelf import Shelf
    from desktop.project.places import FILE

    if options.model is not None:
        Shelf.here().require_trusted(options.model)  # what is learned from it counts as made here
    out: Path = options.out
    work: Path = options.work or work_beside(out)
    prepared = prepare(
        Attempt(
            project=options.project,
            places=local_data_folder() / FILE,
            out=out,
            work=work,
            id=out.resolve().name if options.id is None else options.id,
            model=options.model,
            recipe=Recipe(seed=options.seed),
            despite=options.despite,
        )
    )
    try:
        manifest, found = prepared.carry_out(_Stages().begin)
    except KeyboardInterrupt:
        raise Interrupted(work) from None
    _print(manifest, found.not_computed, found.left_out)
    print(tr("The model is in {out}; checklists and figures are in {work}.", out=out, work=work))
    return 0


def _print(manifest: Manifest, not_computed: tuple[str, ...], left_out: dict[str, Message]) -> None:
    from desktop.inference.remarks import near_chance_line

    print(f"{manifest.id} {manifest.version}, {manifest.intended_use}")
    if remark := near_chance_line(manifest):
        print(shown(remark))
    for one in manifest.metrics:
        print(f"{one.name} (by {one.unit}): {one.value:.3f} ({one.low:.3f}-{one.high:.3f}), {one.numbers}")
    print(*not_computed, sep="\n", end="\n" if not_computed else "")
    for why in left_out.values():
        print(tr("left out: {reason}", reason=why))


class _Stages:
    """Stages of the work on stderr, with the time left: a line on a terminal, now and then a line in a file."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()

    def begin(self, name: Message) -> Work:
        """The next stage."""
        started = told = perf_counter()

        def progress(done: int, total: int) -> None:
            nonlocal told
            now, last = perf_counter(), done >= total
            if not last and now - told < (_TERMINAL_EVERY_S if self._live else _FILE_EVERY_S):
                return
            told = now
            seconds = (now - started) * (total - done) / max(done, 1)
            text = tr("{stage}: {done} of {total}, {left}", stage=name, done=done, total=total, left=_left(seconds))
            clear, end = ("\r\x1b[K", "\n" if last else "") if self._live else ("", "\n")
            print(f"{clear}{text}", end=end, file=sys.stderr, flush=True)

        return Work(progress)


def _left(seconds: float) -> Message:
    if seconds < 120:
        return counted("{number} second left", "{number} seconds left", round(seconds))
    return counted("{number} minute left", "{number} minutes left", round(seconds / 60))
