"""What a case costs in a list of 10, 100 and 1,000, and how many processes of how many threads are best.

Run by hand: `python tests/benchmarks/many_cases.py [--counts 10 100 1000] [--layouts 1x2 2x1]`. Every row of a list
names the same phantom, so that a thousand cases need no disk; each is found, loaded, judged and reported as any other.
Prints for each list what a case took, by the clock and of processors, the largest memory of all processes together, and
the time of the same command once more, when nothing is left to read. A layout is processes x threads of the network.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, thread_time

import psutil

from desktop.headless.case_folders import CaseFolders
from desktop.headless.case_list import Part, cases_of_table
from desktop.headless.case_reader import Order
from desktop.headless.crew import default_workers, usable_processors
from desktop.headless.many_cases import read_into
from desktop.inference.bundle import Bundle
from desktop.inference.device import Device
from desktop.phantoms import draw_phantom, write_series
from desktop.work import UNWATCHED
from training.cohort.phantoms import reading_of

SEED = 4242
COMPARED = 20
"""Cases for each layout."""
_LOOK_S = 0.2


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--counts", type=int, nargs="*", default=[10, 100, 1000])
    parser.add_argument("--layouts", nargs="*", default=["1x1", "1x2", "2x1", "2x2"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        phantom = draw_phantom(SEED, invaded=True)
        write_series(phantom, folder / "series")
        reading_of(phantom).save(folder / "reading.json")
        print(f"{phantom.acquisition.slice_count} slices, {usable_processors()} processors")
        for layout in options.layouts:
            workers, threads = map(int, layout.split("x"))
            cost = read(folder, COMPARED, workers, threads, f"layout {layout}")
            print(f"{workers} x {threads} threads: {cost.told(COMPARED)}", flush=True)
        workers = default_workers()
        for count in options.counts:
            cost = read(folder, count, workers, max(1, usable_processors() // workers), f"list of {count}")
            again = read(folder, count, workers, 1, f"list of {count}")
            print(f"{count} cases: {cost.told(count)}; nothing left: {again.clock_s:.2f} s", flush=True)


@dataclass(frozen=True)
class Cost:
    """Of a list: seconds by the clock, seconds of processors, those of the list alone, without the processes that read,
    and the largest memory in bytes."""

    clock_s: float
    processors_s: float
    own_s: float
    memory: int

    def told(self, count: int) -> str:
        """For a case."""
        clock, processors, own = (seconds / count for seconds in (self.clock_s, self.processors_s, self.own_s))
        share = f"{processors:.2f} s of processors, {1000 * own:.1f} ms of these for the list itself"
        return f"{clock:.2f} s a case, {share}, {self.memory / 2**20:.0f} MiB"


def read(folder: Path, count: int, workers: int, threads: int, name: str) -> Cost:
    """What a list costs."""
    table = folder / f"{name}.csv"
    rows = [f"C{number:04},series,reading.json" for number in range(count)]
    table.write_text("\n".join(["case,series,reading", *rows]), encoding="utf-8")
    bundle, out = Bundle.shipped(), folder / name
    listed = cases_of_table(table, suggest=False)
    folders = CaseFolders(out, listed, Part(), bundle.manifest)
    order = Order(str(bundle.folder), Device.CPU, threads, str(out))
    began, used, own = monotonic(), sum(os.times()[:4]), sum(os.times()[:2])
    with watched() as watch:
        read_into(folders, order, workers, lambda case, outcome: None, UNWATCHED)
    now, watching_s = os.times(), watch.took_s
    cost = Cost(
        monotonic() - began, sum(now[:4]) - used - watching_s, sum(now[:2]) - own - watching_s, watch.most_bytes
    )
    assert not folders.failed
    return cost


@dataclass
class Watch:
    """The largest memory, of what no process shares with another, and how long watching took a processor."""

    most_bytes: int = 0
    took_s: float = 0.0


@contextmanager
def watched() -> Iterator[Watch]:
    """Watch this process and all below it."""
    watch, ended = Watch(), threading.Event()

    def look() -> None:
        own = psutil.Process()
        while not ended.wait(_LOOK_S):
            total = 0
            for process in (own, *own.children(recursive=True)):
                with contextlib.suppress(psutil.Error):
                    total += process.memory_full_info().uss
            watch.most_bytes = max(watch.most_bytes, total)
            watch.took_s = thread_time()

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield watch
    finally:
        ended.set()
        thread.join()


if __name__ == "__main__":
    main()
