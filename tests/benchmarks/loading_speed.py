"""How fast a folder becomes Hounsfield units, beside SimpleITK's series reader in the same run.

`python tests/benchmarks/loading_speed.py` (needs `pip install ".[test,benchmark]"`): 300 slices of 512 x 512, stored
uncompressed and as JPEG Lossless. Both readers get the same files; what counts is the ratio, since machines differ.
Exits with 1 when a bound is broken.
"""

from __future__ import annotations

import sys
import tempfile
import threading
from pathlib import Path
from statistics import median
from time import perf_counter

import imagecodecs
import numpy as np
import psutil
import SimpleITK
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian, JPEGLosslessSV1

from desktop.imaging.decoding import DecoderPool
from desktop.imaging.scan import scan
from desktop.imaging.series import Series
from desktop.imaging.sources import Source
from desktop.imaging.volume import Volume, load
from desktop.phantoms import draw_phantom

SLICES, SIZE, ROUNDS = 300, 512, 5
SEED = 7
BOUNDS = {"uncompressed": 0.6, "JPEG Lossless": 1.0}
FIRST_SLICE_SHARE = 0.1
MEMORY_SHARE = 1.5


def main() -> int:
    """Write the files, measure, print a table; 1 if a bound is broken."""
    broken = []
    with tempfile.TemporaryDirectory(prefix="clivus-benchmark-") as work, DecoderPool() as pool:
        pool.warm()  # as the window does while it still looks through the files
        for name, syntax in (("uncompressed", ExplicitVRLittleEndian), ("JPEG Lossless", JPEGLosslessSV1)):
            folder = Path(work) / name
            write(folder, syntax)
            print(f"{name}: {SLICES} slices of {SIZE} x {SIZE}")
            broken += measure(folder, name, pool)
    print("every bound held" if not broken else f"broken: {', '.join(broken)}")
    return 1 if broken else 0


def write(folder: Path, syntax: UID) -> None:
    """A phantom's slices, repeated with fresh noise until there are enough."""
    folder.mkdir()
    phantom = draw_phantom(SEED)
    rng = np.random.default_rng(SEED)
    hu = np.stack([np.rint(phantom.hu(slice(n, n + 1))[0]) for n in range(phantom.acquisition.slice_count)])
    rows, columns = min(SIZE, hu.shape[1]), min(SIZE, hu.shape[2])
    for number in range(SLICES):
        values = np.zeros((SIZE, SIZE))
        values[:rows, :columns] = hu[number % len(hu), :rows, :columns] + 1024 + rng.normal(0, 5, (rows, columns))
        write_slice(folder / f"{number:04d}.dcm", np.clip(values, 0, 4095).astype(np.uint16), number, syntax)


def write_slice(path: Path, values: np.ndarray, number: int, syntax: UID) -> None:
    """One CT slice (PS3.3 A.3), values 1024 above HU."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = syntax
    dataset.SOPClassUID = dataset.file_meta.MediaStorageSOPClassUID = CTImageStorage
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = f"2.25.1.{number}"
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID, dataset.FrameOfReferenceUID = "2.25.2", "2.25.3", "2.25.4"
    dataset.Modality, dataset.ImageType = "CT", ["ORIGINAL", "PRIMARY", "AXIAL"]
    dataset.ImagePositionPatient, dataset.ImageOrientationPatient = [0, 0, number], [1, 0, 0, 0, 1, 0]
    dataset.PixelSpacing, dataset.SliceThickness, dataset.InstanceNumber = [0.5, 0.5], 1, number
    dataset.Rows = dataset.Columns = SIZE
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit, dataset.PixelRepresentation = 16, 12, 11, 0
    dataset.RescaleSlope, dataset.RescaleIntercept = 1, -1024
    if syntax == ExplicitVRLittleEndian:
        dataset.PixelData = values.tobytes()
        dataset["PixelData"].VR = "OW"
    else:
        dataset.PixelData = encapsulate([imagecodecs.jpeg8_encode(values, bitspersample=12, lossless=True)])
        dataset["PixelData"].VR = "OB"
    dataset.save_as(path, enforce_file_format=True)


def measure(folder: Path, name: str, pool: DecoderPool) -> list[str]:
    """Both readers in turn, so that a busy moment hits both."""
    scans, loads, firsts, their_scans, their_loads = [], [], [], [], []
    for _ in range(ROUNDS):
        started = perf_counter()
        (series,) = scan(Source.open(folder)).series
        scans.append(perf_counter() - started)
        volume, first, seconds = timed_load(series, pool)
        firsts.append(first / seconds)
        loads.append(seconds)
        started = perf_counter()
        files = SimpleITK.ImageSeriesReader.GetGDCMSeriesFileNames(str(folder))
        their_scans.append(perf_counter() - started)
        started = perf_counter()
        theirs = SimpleITK.ReadImage(files)
        their_loads.append(perf_counter() - started)
        if not np.array_equal(SimpleITK.GetArrayViewFromImage(theirs), volume.hu):
            raise SystemExit("the two readers do not give the same values")
        del theirs, volume
    with PeakMemory() as memory:  # by itself: looking costs time
        size = load(series, pool).hu.nbytes
    both = [a + b for a, b in zip(scans, loads, strict=True)]
    their_both = [a + b for a, b in zip(their_scans, their_loads, strict=True)]
    bound = BOUNDS[name]
    return [
        f"{name}, {what}"
        for what, value, limit in (
            row("finding the series, s", scans, their_scans, None),
            row("reading it, s", loads, their_loads, bound),
            row("both, s", both, their_both, bound),
            single("first slice, share of the load", median(firsts), FIRST_SLICE_SHARE),
            single("memory, decoders too, times the volume", memory.growth / size, MEMORY_SHARE),
        )
        if limit is not None and value > limit
    ]


def timed_load(series: Series, pool: DecoderPool) -> tuple[Volume, float, float]:
    """(volume, seconds to the first slice, seconds in all)."""
    shown: list[float] = []
    started = perf_counter()
    volume = load(series, pool, first=lambda one: shown.append(perf_counter() - started))
    return volume, shown[0], perf_counter() - started


class PeakMemory:
    """Resident bytes of this program and its decoders above what they were at the beginning, at most."""

    def __enter__(self) -> PeakMemory:
        self._before = self._peak = _resident()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._done.set()
        self._thread.join()
        self.growth = max(self._peak, _resident()) - self._before

    def _watch(self) -> None:
        while not self._done.wait(0.005):
            self._peak = max(self._peak, _resident())


def _resident() -> int:
    this = psutil.Process()
    return sum(process.memory_info().rss for process in (this, *this.children(recursive=True)))


def row(what: str, ours: list[float], theirs: list[float], limit: float | None) -> tuple[str, float, float | None]:
    """Print medians and the ratio."""
    ratio = median(ours) / median(theirs)
    bound = "" if limit is None else f" (at most {limit:g})"
    print(f"  {what:40} Clivus {median(ours):6.3f}   SimpleITK {median(theirs):6.3f}   ratio {ratio:.2f}{bound}")
    return what, ratio, limit


def single(what: str, value: float, limit: float) -> tuple[str, float, float]:
    """Print one figure."""
    print(f"  {what:40} {value:.3f} (at most {limit:g})")
    return what, value, limit


if __name__ == "__main__":
    sys.exit(main())
